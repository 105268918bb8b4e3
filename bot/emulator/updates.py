"""The bot's queue of updates: numbered, kept for their lifetime, forgotten when confirmed."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from bot.emulator.changes import Signal
from bot.emulator.faults import FaultKind, Faults
from bot.emulator.wire import Wire

FIRST_UPDATE_ID = 500_000_001
UPDATE_LIFE = 86_400
CALLBACK_LIFE = 150
ONLY_WHEN_NAMED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True, eq=False)
class Pending:
    """One update that waits; `lane` names the webhook queue that keeps its order.

    `again` marks what a fault brings in: it is handed out once even when its id was confirmed before.
    """

    update_id: int
    kind: str
    wire: Wire
    lane: Hashable
    expires_at: float
    again: bool = False
    number: int = field(default=0)


class UpdateQueue:
    """All updates that the bot has not confirmed; `arrived` rings for who takes them."""

    def __init__(self, now: Callable[[], float], faults: Faults) -> None:
        self._now = now
        self._faults = faults
        self._next_id = FIRST_UPDATE_ID
        self._next_number = 0
        self._pending: dict[int, Pending] = {}
        self._held: list[Pending] = []
        self.allowed: frozenset[str] | None = None
        self.arrived = Signal()
        self.poll_turn = 0

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._pending)

    def allow(self, kinds: list[str] | None) -> None:
        """Remember which kinds the bot wants; None changes nothing, an empty list restores the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are queued at all."""
        return kind in self.allowed if self.allowed is not None else kind not in ONLY_WHEN_NAMED

    def put(self, kind: str, body: Wire, chat_id: int, user_id: int) -> None:
        """Queue one update, unless the bot did not ask for its kind; faults for updates happen here."""
        if not self.wants(kind):
            return
        is_press = kind == "callback_query"
        lane: Hashable = ("press", user_id) if is_press else (kind, chat_id)
        expires_at = self._now() + (CALLBACK_LIFE if is_press else UPDATE_LIFE)
        fault = self._faults.for_update(kind, chat_id)
        if fault is not None and fault.kind is FaultKind.UNPARSABLE_PRESS:
            body = {name: value for name, value in body.items() if name != "chat_instance"}
        update = self._number(kind, body, lane, expires_at)
        if fault is not None and fault.kind is FaultKind.OUT_OF_ORDER:
            update.again = True
            self._held.append(update)
            return
        self._add(update)
        if fault is not None and fault.kind is FaultKind.DUPLICATE_UPDATE:
            self._add(Pending(update.update_id, kind, update.wire, lane, expires_at, again=True))
        elif fault is not None and fault.kind is FaultKind.PRESS_AGAIN:
            self._add(self._number(kind, body, lane, expires_at))
        while self._held:
            self._add(self._held.pop())
        self.arrived.ring()

    def put_raw(self, update: Wire) -> int:
        """Queue an update as it is; it gets the next `update_id` unless it brings its own."""
        if "update_id" not in update:
            update = {"update_id": self._take_id()} | update
        kind = next((name for name in update if name != "update_id"), "unknown")
        self._add(Pending(update["update_id"], kind, update, ("raw", kind), self._now() + UPDATE_LIFE, again=True))
        self.arrived.ring()
        return int(update["update_id"])

    def take(self, offset: int, limit: int) -> list[Wire]:
        """Forget what `offset` confirms and return the next updates; a negative one keeps the newest only."""
        self._drop_expired()
        if offset < 0:
            for number in list(self._pending)[:offset]:
                del self._pending[number]
        elif offset > 0:
            confirmed = [n for n, update in self._pending.items() if update.update_id < offset and not update.again]
            for number in confirmed:
                del self._pending[number]
        taken = [update for _, update in zip(range(limit), self._pending.values(), strict=False)]
        for update in taken:
            update.again = False
        return [update.wire for update in taken]

    def clear(self) -> None:
        """Forget every update, taken or not."""
        self._pending.clear()
        self._held.clear()

    def since(self, number: int) -> Iterator[Pending]:
        """The waiting updates that were queued as `number` or later, in order."""
        for later in range(number, self._next_number):
            if later in self._pending:
                yield self._pending[later]

    @property
    def next_number(self) -> int:
        """The number that the next queued update will get."""
        return self._next_number

    def is_waiting(self, update: Pending) -> bool:
        """Whether an update is still to be delivered: neither confirmed, dropped nor too old."""
        return update.number in self._pending and self._now() < update.expires_at

    def confirm(self, update: Pending) -> None:
        """Forget one update that a webhook took."""
        self._pending.pop(update.number, None)

    def _number(self, kind: str, body: Wire, lane: Hashable, expires_at: float) -> Pending:
        update_id = self._take_id()
        return Pending(update_id, kind, {"update_id": update_id, kind: body}, lane, expires_at)

    def _take_id(self) -> int:
        update_id = self._next_id
        self._next_id += 1
        return update_id

    def _add(self, update: Pending) -> None:
        update.number = self._next_number
        self._next_number += 1
        self._pending[update.number] = update

    def _drop_expired(self) -> None:
        now = self._now()
        for number in [number for number, update in self._pending.items() if update.expires_at <= now]:
            del self._pending[number]
