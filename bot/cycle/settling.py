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

ATTEMPTS = 5
BETWEEN_ATTEMPTS = timedelta(seconds=1)


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

    async def finish(
        self, message: Message, outcome: Outcome, then: Callable[[Unit], T]
    ) -> tuple[Settled, T] | None:
        """Settle, react, and do ``then`` in the same transaction. None when the database could not be reached.

        A reaction that raises must not hide what is known of the message, so the last attempt goes without it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            with_reaction = attempt < ATTEMPTS
            try:
                return await self._store.run(
                    lambda unit, with_reaction=with_reaction: self._settle(  # type: ignore[misc]
                        unit, message, outcome, then, with_reaction=with_reaction
                    )
                )
            except Exception as error:
                log.error("message %d could not be settled, attempt %d\n%s", message.id, attempt, trace_of(error))
            if attempt < ATTEMPTS:
                await self._wait_until(self._clock() + BETWEEN_ATTEMPTS)
        return None

    def _settle(
        self, unit: Unit, message: Message, outcome: Outcome, then: Callable[[Unit], T], *, with_reaction: bool
    ) -> tuple[Settled, T]:
        now = self._clock()
        settled = settle(message, outcome, now)
        outbox.settle(unit, message.id, settled, now)
        if with_reaction:
            self._react(unit, message, settled, outcome)
        else:
            log.critical("message %d is settled without its reaction: staff may not know", message.id)
        return settled, then(unit)
