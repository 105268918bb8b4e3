"""The metronome: APScheduler with one interval job that runs the cycle and holds no state."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Metronome:
    """Calls ``tick`` every so many seconds; a tick that takes longer delays the next, and none is ever "missed"."""

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            tick,
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Begin; the first tick comes at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """No further ticks; one that runs is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
