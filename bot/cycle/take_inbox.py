"""Works off the inbox: for each chat one update at a time and in order, chats in parallel, nothing twice or lost."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.core.errors import AftercareError
from bot.cycle.lanes import Lanes
from bot.cycle.traces import place_of, trace_of
from bot.store import inbox
from bot.store.engine import Store
from bot.store.tables import InboxRow
from bot.store.unit import Unit

log = logging.getLogger(__name__)

Handle = Callable[[Unit, InboxRow], None]

AtBirth = Callable[[Unit, Sequence[InboxRow]], set[int]]
"""What is done with updates in the transaction that keeps them: see :meth:`Intake.take_at_birth`."""

CHATS_AT_A_TIME = 200
MOST_AT_BIRTH = 4
"""A transaction that keeps updates handles so many chats' at once: with more of them the first would wait for the last."""


def nothing_at_birth(unit: Unit, new: Sequence[InboxRow]) -> set[int]:
    """Leave everything to the lanes."""
    return {row.chat_id for row in new}


class Unreadable(AftercareError):
    """An update that can never be understood: to try it again would only hold up what came after it."""


class Intake:
    """One transaction an update: the effect of ``handle`` and the row's "done" are committed together.

    When ``handle`` raises, its transaction is rolled back and the failure is counted in another one; the update is
    tried again after a pause, and what came after it in its chat waits. After the last try, or at once when it was
    :class:`Unreadable`, it is dead: ``on_dead`` runs in that transaction, so that staff are told, and the chat goes on.

    ``before_commit`` runs last in a successful transaction.
    """

    def __init__(
        self,
        store: Store,
        handle: Handle,
        clock: Callable[[], datetime],
        *,
        on_dead: Handle,
        before_commit: Callable[[Unit], None] = lambda unit: None,
        at_once: int = 8,
    ) -> None:
        self._store = store
        self._handle = handle
        self._clock = clock
        self._on_dead = on_dead
        self._before_commit = before_commit
        self._lanes = Lanes("updates of chat", self._take_chat, at_once)
        self._taken = 0

    def nudge(self, chat_ids: Iterable[int]) -> None:
        """Updates of these chats were committed. Returns at once."""
        self._lanes.nudge(chat_ids)

    def take_at_birth(self, unit: Unit, new: Sequence[InboxRow]) -> set[int]:
        """Handle, in the transaction that keeps them, the oldest update of a few chats: it saves a commit of its own.

        ``new`` are the rows that were just written. Returns the chats in which something is left. One that fails is
        taken back alone and left to its lane, where the failure is counted; what was kept stays.
        """
        left = {row.chat_id for row in new}
        firsts = {row.chat_id: row for row in sorted(new, key=lambda row: row.update_id, reverse=True)}
        for _, row in sorted(firsts.items())[:MOST_AT_BIRTH]:
            if self._lanes.is_closed:
                break
            follow_ups, nudged = len(unit.after_commit), set(unit.nudged)
            try:
                with unit.savepoint():
                    if not inbox.is_oldest(unit, row):
                        continue
                    self._act(unit, row)
            except Exception as error:
                log.info("an update is left to its lane (%s)", type(error).__name__)
                del unit.after_commit[follow_ups:]
                unit.nudged = nudged
                continue
            if sum(each.chat_id == row.chat_id for each in new) == 1:
                left.discard(row.chat_id)
        return left

    async def wake(self) -> None:
        """Find the chats that wait, for the tick; it does not wait until they are done."""
        now = self._clock()
        self._lanes.nudge(await self._store.look(lambda unit: inbox.waiting_chats(unit, now, CHATS_AT_A_TIME)))

    async def take_all(self) -> None:
        """Take everything that waits, and return when nothing more can be taken at this moment."""
        before = -1
        while before != self._taken:
            before = self._taken
            await self.wake()
            await self._lanes.idle()

    async def stop(self, within: float = 10) -> None:
        """Begin no more updates and wait so many seconds for those under way; the rest stays in the inbox."""
        await self._lanes.stop(within)

    async def _take_chat(self, chat_id: int) -> None:
        while not self._lanes.is_closed and await self._take_next(chat_id):
            self._taken += 1

    async def _take_next(self, chat_id: int) -> bool:
        """Take one update; False when the chat has no other that may be taken now (asked in the same transaction)."""
        current: list[InboxRow] = []

        try:
            return await self._store.run(lambda unit: self._take(unit, chat_id, current))
        except Exception as error:
            if not current:
                raise
            failure = error
        log.error("update %d could not be handled\n%s", current[0].update_id, trace_of(failure))
        await self._store.run(lambda unit: self._count_failure(unit, current[0], failure))
        return True

    def _take(self, unit: Unit, chat_id: int, current: list[InboxRow] | None = None) -> bool:
        """Handle the oldest update of a chat, if it may be taken; whether there is another.

        ``current`` learns of it before it is handled, so that a failure can be counted.
        """
        row = inbox.next_of(unit, chat_id, self._clock())
        if row is None:
            return False
        if current is not None:
            current.append(row)
        self._act(unit, row)
        return inbox.next_of(unit, chat_id, self._clock()) is not None

    def _act(self, unit: Unit, row: InboxRow) -> None:
        self._handle(unit, row)
        inbox.done(unit, row.update_id, self._clock())
        self._before_commit(unit)

    def _count_failure(self, unit: Unit, row: InboxRow, failure: Exception) -> None:
        state = inbox.failed(unit, row.update_id, place_of(failure), self._clock())
        if state == "pending" and isinstance(failure, Unreadable):
            state = "dead"
            unit.change(InboxRow, InboxRow.update_id == row.update_id, state=state, retry_at=None)
        if state == "dead":
            self._on_dead(unit, row)
            self._before_commit(unit)
