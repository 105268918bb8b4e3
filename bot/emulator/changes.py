"""Waiting for something to happen in the world, without sleeping and without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Signal:
    """Wake everybody who waits here; who was not waiting hears nothing."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], None] = {}  # in order, as they came

    def ring(self) -> None:
        """Wake all who wait now."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, timeout: float | None = None) -> bool:
        """Wait for the next ring; False says that `timeout` seconds passed first."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[future] = None
        try:
            async with asyncio.timeout(timeout):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(future, None)
        return True


class Changes:
    """Number every change of the world, so that a page or a test can ask what is new."""

    def __init__(self) -> None:
        self.number = 0
        self._signal = Signal()

    def tell(self) -> int:
        """Count one change, wake who waits for one, and return its number."""
        self.number += 1
        self._signal.ring()
        return self.number

    def wake(self) -> None:
        """Let who waits look again, without counting a change: something happened that no phone shows."""
        self._signal.ring()

    async def after(self, number: int) -> int:
        """Wait until there is a change later than `number` and return the newest number."""
        while self.number <= number:
            await self._signal.wait()
        return self.number

    async def until(self, predicate: Callable[[], Value], timeout: float | None) -> Value:
        """Return the predicate's first true value, asked now and whenever something happens.

        Raises TimeoutError when `timeout` seconds (of the event loop, not of the world's clock) pass first.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._signal.wait()
        except TimeoutError:
            raise TimeoutError(f"the awaited state did not come within {timeout} s") from None
        return value
