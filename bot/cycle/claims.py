"""Takes messages from the outbox that their chat, and the bot as a whole, may get now."""

from collections.abc import Callable
from datetime import datetime

from bot.core.post.message import Message, Method, Priority, State
from bot.core.post.pace import Pacer
from bot.store import outbox, pace
from bot.store.tables import OutboxRow
from bot.store.unit import Unit


class Claims:
    """Claims for one worker. Several processes that send for one bot share the pace row ``shared_pace``; "" is alone.

    ``later`` is told when something was put back and when it may go.
    """

    def __init__(
        self,
        pacer: Pacer,
        clock: Callable[[], datetime],
        worker: str,
        lease_s: float,
        later: Callable[[datetime], None],
        shared_pace: str = "",
    ) -> None:
        self._pacer = pacer
        self._clock = clock
        self._worker = worker
        self._lease_s = lease_s
        self._later = later
        self._shared_pace = shared_pace

    def of_chat(self, unit: Unit, chat_id: int) -> list[Message]:
        """The next urgent message of a chat: one or none."""
        now = self._clock()
        claimed = outbox.claim_chat(unit, chat_id, now, self._worker, self._lease_s)
        return [] if claimed is None else self._urgent(unit, [claimed], now)

    def urgent(self, unit: Unit, room: int) -> list[Message]:
        """What is urgent and due, the most urgent first, one for each chat."""
        now = self._clock()
        claimed = outbox.claim_due(unit, now, self._worker, self._lease_s, room, False)
        return self._urgent(unit, claimed, now)

    def bulk(self, unit: Unit, room: int) -> list[tuple[Message, datetime]]:
        """What is bulk and due, each with the moment at which it may go."""
        now = self._clock()
        claimed = outbox.claim_due(unit, now, self._worker, self._lease_s, room, True)
        going = self._in_pace(unit, claimed, now)
        if not self._shared_pace or not going:
            return [(message, now) for message in going]
        per_second = self._pacer.rates.bulk_per_second
        return list(zip(going, pace.reserve(unit, self._shared_pace, len(going), per_second, 1, now), strict=True))

    def _urgent(self, unit: Unit, claimed: list[Message], now: datetime) -> list[Message]:
        going = self._in_pace(unit, claimed, now)
        if self._shared_pace and going:
            pace.charge(unit, self._shared_pace, len(going), self._pacer.rates.per_second, now)
        return going

    def _in_pace(self, unit: Unit, claimed: list[Message], now: datetime) -> list[Message]:
        """Those that their chat's pace lets go now; the others go back, due when it will."""
        going = []
        for message in claimed:
            # An edit makes no new message, so Telegram's limit for a chat does not count it; a 429 holds it all the same.
            edits = message.method is Method.EDIT
            priority = Priority.ADVICE if edits and message.chat_id > 0 else message.priority
            when = self._pacer.when_chat(message.chat_id, priority, now)
            if when <= now:
                if not edits:
                    self._pacer.charge(message.chat_id, message.priority, now)
                going.append(message)
            else:
                back = {"state": State.PENDING, "due_at": when, "lease_until": None, "worker": ""}
                unit.change_one(OutboxRow, message.id, **back)
                unit.after_commit.append(lambda when=when: self._later(when))  # type: ignore[misc]
        return going
