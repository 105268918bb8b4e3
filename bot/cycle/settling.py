"""Writes what became of a message and lets the use cases react, in one transaction that is not given up lightly."""

import logging
from collections.abc import Awaitable, Callable, Set
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import col

from bot.core.post.message import MayHaveArrived, Message, Outcome, Settled, State, after_crash, settle
from bot.cycle.traces import trace_of
from bot.store import outbox
from bot.store.engine import Store
from bot.store.tables import OutboxRow
from bot.store.unit import Unit

log = logging.getLogger(__name__)

T = TypeVar("T")

React = Callable[[Unit, Message, Settled, Outcome], None]
"""A use case that learns what became of a message, in the transaction that settles it. May be told twice."""

MOST_REACTIONS = 5
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=30)


class Settling:
    """Settles messages; the wait between two attempts is ``wait_until``."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        react: React,
        wait_until: Callable[[datetime], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._react = react
        self._wait_until = wait_until

    async def finish(self, message: Message, outcome: Outcome, then: Callable[[Unit], T]) -> tuple[Settled, T]:
        """Settle, react, and do ``then`` in the same transaction; while the database fails, again and again.

        What Telegram said is known nowhere else, so it is not forgotten while this process lives. A reaction that
        raises each time must not hide it: in the end the row is settled without.
        """
        reactions_failed = 0
        pause = SHORTEST_PAUSE

        def work(unit: Unit) -> tuple[Settled, T]:
            nonlocal reactions_failed
            now = self._clock()
            settled = settle(message, outcome, now)
            outbox.settle(unit, message.id, settled, now)
            if reactions_failed < MOST_REACTIONS:
                reactions_failed += 1
                self._react(unit, message, settled, outcome)
                reactions_failed -= 1
            else:
                log.critical("message %d is settled without its reaction: staff may not know", message.id)
            return settled, then(unit)

        while True:
            try:
                return await self._store.run(work)
            except Exception as error:
                log.error("message %d could not be settled yet\n%s", message.id, trace_of(error))
            await self._wait_until(self._clock() + pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def settle_left_behind(self, lease_s: float, *, still_under_way: Set[int], worker: str | None) -> int:
        """Settle the rows whose lease ran out, and all of ``worker``; returns how many.

        Those that are still under way here get a new lease first: after the machine slept, it looks as if theirs
        had run out.
        """

        def work(unit: Unit) -> int:
            now = self._clock()
            sending = OutboxRow.state == State.SENDING
            if worker is not None:
                unit.change(OutboxRow, sending, OutboxRow.worker == worker, lease_until=now)
            if still_under_way:
                later = now + timedelta(seconds=lease_s)
                unit.change(OutboxRow, sending, col(OutboxRow.id).in_(still_under_way), lease_until=later)
            left = outbox.expired(unit, now)
            for message in left:
                settled = after_crash(message, now)
                self._react(unit, message, settled, MayHaveArrived(reason=settled.error))
            return len(left)

        return await self._store.run(work)
