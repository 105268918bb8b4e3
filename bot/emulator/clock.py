"""A clock that can be moved forward, so that hours pass without waiting."""

import time
from collections.abc import Callable


class Clock:
    """Read the time as epoch seconds; `advance` moves it forward for everybody who reads it."""

    def __init__(self, read: Callable[[], float] = time.time) -> None:
        self._read = read
        self.ahead = 0.0

    def __call__(self) -> float:
        return self._read() + self.ahead

    def advance(self, seconds: float) -> float:
        """Move forward by `seconds` and return the new time; raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("a clock moves forward only")
        self.ahead += seconds
        return self()
