"""One task per key, keys in parallel, and never more than so many tasks at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from bot.cycle.traces import trace_of

log = logging.getLogger(__name__)


class Lanes:
    """``nudge`` starts ``work(key)``, or lets it run once more when it is running; the rest waits in order.

    An exception ends that run only: the work stays in the database, and the next nudge or tick does it again.
    """

    def __init__(self, name: str, work: Callable[[int], Awaitable[None]], at_once: int) -> None:
        self._name = name
        self._work = work
        self._at_once = at_once
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._waiting: deque[int] = deque()
        self._waits: set[int] = set()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether ``stop`` was called."""
        return self._closed

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._running

    def nudge(self, keys: Iterable[int]) -> None:
        """There may be work for these keys. Nothing happens after ``stop``."""
        if self._closed:
            return
        for key in keys:
            if key in self._running:
                self._again.add(key)
            elif key not in self._waits:
                self._waits.add(key)
                self._waiting.append(key)
        self._start_waiting()

    async def idle(self) -> None:
        """Wait until no key has anything under way."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def stop(self, within: float) -> None:
        """Start nothing more, wait so many seconds for what runs, then cancel it."""
        self._closed = True
        self._waiting.clear()
        self._waits.clear()
        self._again.clear()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=within)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self._at_once:
            key = self._waiting.popleft()
            self._waits.discard(key)
            task = asyncio.create_task(self._run(key), name=f"{self._name} {key}")
            self._running[key] = task

    async def _run(self, key: int) -> None:
        try:
            while True:
                self._again.discard(key)
                await self._work(key)
                if key not in self._again:
                    return
        except Exception as error:
            log.error("%s: a run failed and is left to the next tick\n%s", self._name, trace_of(error))
        finally:
            del self._running[key]
            self._start_waiting()
