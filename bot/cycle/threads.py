"""Blocking calls in a bounded number of threads: one that hangs keeps its own thread, and nobody else waits for it.

A thread cannot be ended from outside. So each call has a time limit after which nobody listens to it any more, one key
(a channel) has one thread at most, and the number of all threads is bounded.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable


class BoundedThreads:
    """At most ``most`` calls at a time; each is heard for ``limit_s`` seconds."""

    def __init__(self, most: int, limit_s: float) -> None:
        self._most = most
        self._limit_s = limit_s
        self._busy: set[str] = set()

    @property
    def busy(self) -> frozenset[str]:
        """The keys whose thread has not ended yet."""
        return frozenset(self._busy)

    @property
    def room(self) -> int:
        """How many more calls may begin."""
        return self._most - len(self._busy)

    async def run(self, key: str, work: Callable[[], bool]) -> bool:
        """What ``work`` says. Errors: what it raises, and TimeoutError after the time limit."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._busy.add(key)

        def inside() -> None:
            said: bool | Exception
            try:
                said = work()
            except Exception as error:
                said = error
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody wants to know
                loop.call_soon_threadsafe(self._ended, key, answer, said)

        threading.Thread(target=inside, name="channel", daemon=True).start()
        async with asyncio.timeout(self._limit_s):
            return await answer

    def _ended(self, key: str, answer: "asyncio.Future[bool]", said: bool | Exception) -> None:
        self._busy.discard(key)
        if answer.done():
            return
        if isinstance(said, Exception):
            answer.set_exception(said)
        else:
            answer.set_result(said)
