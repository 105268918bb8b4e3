"""Writes what became of a message and lets the use cases react, in one transaction that is not given up lightly."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.post.message import Message, Outcome, Settled, settle
from bot.cycle.traces import trace_of
from bot.store import outbox
from bot.store.engine import Store
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
