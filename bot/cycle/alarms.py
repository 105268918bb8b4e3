"""Wakes somebody at a moment, without a timer that anything depends on: the tick finds the same rows a little later."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime


class Alarms:
    """``at(moment)`` calls ``ring`` then; ``wait_until`` is how it waits."""

    def __init__(self, wait_until: Callable[[datetime], Awaitable[None]], ring: Callable[[], None]) -> None:
        self._wait_until = wait_until
        self._ring = ring
        self._set: dict[datetime, asyncio.Task[None]] = {}

    def at(self, moment: datetime) -> None:
        """Ring then; nothing happens when that moment is set already."""
        if moment not in self._set:
            self._set[moment] = asyncio.create_task(self._wait(moment))

    async def stop(self) -> None:
        """Forget every alarm."""
        tasks = list(self._set.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait(self, moment: datetime) -> None:
        try:
            await self._wait_until(moment)
        finally:
            del self._set[moment]
        self._ring()
