"""Rings the other channels that are due: claimed in one transaction, rung in threads, settled in another."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.post.channel import Bell
from bot.cycle.threads import BoundedThreads
from bot.cycle.traces import trace_of
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.ring import Call, calls_left_behind, claim_calls, settle_call

log = logging.getLogger(__name__)

LONGEST_CALL_S = 20.0
"""The hard time limit of one call, whatever the service does."""
LEASE_S = 60.0
"""How long a call may be under way; longer than its time limit, or it would be made twice while it is made."""
AT_ONCE = 16
NO_ANSWER, NOT_TAKEN = "no answer in time", "not accepted"


class Ringing:
    """``bell`` does the ringing. Nobody waits for it: a tick only starts what is due."""

    def __init__(
        self,
        store: Store,
        clinic: Clinic,
        clock: Callable[[], datetime],
        bell: Bell,
        worker: str,
        *,
        limit_s: float = LONGEST_CALL_S,
        at_once: int = AT_ONCE,
    ) -> None:
        self._store = store
        self._clinic = clinic
        self._clock = clock
        self._bell = bell
        self._worker = worker
        self._threads = BoundedThreads(at_once, limit_s)
        self._flights: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def ring_due(self) -> None:
        """Start the calls that are due, as many as there are threads for; settle what a dead process left."""
        now = self._clock()
        room, busy = self._threads.room, self._threads.busy

        def claim(unit: Unit) -> list[Call]:
            calls_left_behind(unit, self._clinic, now)
            return claim_calls(unit, self._clinic, now, self._worker, LEASE_S, room, busy)

        if room <= 0 or self._stopping:
            return
        for call in await self._store.run(claim):
            flight = asyncio.create_task(self._fly(call), name=f"channel call {call.id}")
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)

    async def idle(self) -> None:
        """Return when no call is under way that anybody listens to."""
        while self._flights:
            await asyncio.wait(self._flights)

    async def stop(self, within: float) -> None:
        """Begin no more calls; wait so many seconds for those under way, then leave them to their lease."""
        self._stopping = True
        if self._flights:
            _, late = await asyncio.wait(self._flights, timeout=within)
            for flight in late:
                flight.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _fly(self, call: Call) -> None:
        error = await self._call(call)
        try:
            await self._store.run(lambda unit: settle_call(unit, self._clinic, self._clock(), call.id, error))
        except Exception as failure:  # its lease ends, and it is rung again: twice beats never
            log.error("call %d of a channel could not be settled\n%s", call.id, trace_of(failure))

    async def _call(self, call: Call) -> str:
        """What went wrong, in words without an address; "" is well."""
        try:
            taken = await self._threads.run(call.channel_id, lambda: self._bell(call.url, call.title, call.words))
        except TimeoutError:
            return NO_ANSWER
        except Exception as failure:
            log.error("a channel failed\n%s", trace_of(failure))
            return type(failure).__name__
        return "" if taken else NOT_TAKEN
