"""One tick: open what is due, end waits, climb alerts, remind of tasks, deliver, and look whether promises hold."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.cycle.deliver_outbox import Delivery
from bot.cycle.ring_channels import Ringing
from bot.cycle.take_inbox import Intake
from bot.cycle.traces import trace_of
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.answer import time_out_due
from bot.usecases.clinic import Clinic
from bot.usecases.cover import watch_cover
from bot.usecases.escalate_alert import escalate_due
from bot.usecases.late import ring_late
from bot.usecases.open_check_in import open_due
from bot.usecases.promises import Promise, all_kept, promises
from bot.usecases.raise_task import remind_of_tasks
from bot.usecases.retain import retain
from bot.usecases.test_alerts import tell_late_tests

log = logging.getLogger(__name__)

Step = Callable[[Unit, Clinic, datetime], int]
STEPS: tuple[tuple[str, Step], ...] = (
    ("escalate_alerts", escalate_due),
    ("ring_late", ring_late),
    ("time_out_waits", time_out_due),
    ("open_check_ins", open_due),
    ("remind_of_tasks", remind_of_tasks),
    ("tell_late_tests", tell_late_tests),
    ("watch_cover", watch_cover),
)
"""What a tick does with what is due, most urgent first. Each call takes a batch in one transaction."""
MOST_BATCHES = 200
RETAIN_EVERY = timedelta(hours=1)
AUDIT_EVERY = timedelta(seconds=10)


class Cycle:
    """Runs the steps. A step that fails is logged and tried again at the next tick; the others go on."""

    def __init__(
        self,
        store: Store,
        clinic: Clinic,
        clock: Callable[[], datetime],
        intake: Intake,
        delivery: Delivery,
        *,
        fetch_photos: Callable[[], None] | None = None,
        ringing: Ringing | None = None,
        heartbeat: Callable[[], Awaitable[None]] | None = None,
        heartbeat_every: timedelta = timedelta(seconds=60),
    ) -> None:
        self._store = store
        self._clinic = clinic
        self._clock = clock
        self._intake = intake
        self._delivery = delivery
        self._fetch_photos = fetch_photos
        self._ringing = ringing
        self._heartbeat = heartbeat
        self._heartbeat_every = heartbeat_every
        self._retained_at: datetime | None = None
        self._audited_at: datetime | None = None
        self._beat_at: datetime | None = None
        self.kept: tuple[Promise, ...] = ()

    async def tick(self) -> None:
        """Everything that is due now."""
        await self._careful("take_inbox", self._intake.wake)
        for name, step in STEPS:
            await self._careful(name, lambda step=step: self._drain(step))  # type: ignore[misc]
        if self._ringing is not None:
            await self._careful("ring_channels", self._ringing.ring_due)
        await self._careful("recover", self._recover)
        self._delivery.nudge()
        if self._fetch_photos is not None:
            self._fetch_photos()
        await self._careful("retain", self._retain)
        await self._careful("audit_promises", self._audit)

    async def _drain(self, step: Step) -> None:
        """Repeat a step until it finds nothing more, each batch in its own transaction."""
        for _ in range(MOST_BATCHES):
            now = self._clock()
            if not await self._store.run(lambda unit, now=now: step(unit, self._clinic, now)):  # type: ignore[misc]
                return

    async def _recover(self) -> None:
        await self._delivery.recover()

    async def _retain(self) -> None:
        now = self._clock()
        if self._retained_at is None or now - self._retained_at >= RETAIN_EVERY:
            self._retained_at = now
            await self._store.run(lambda unit: retain(unit, self._clinic, now))

    async def _audit(self) -> None:
        """Look at every promise; the outside watcher hears from us only while all of them are kept."""
        now = self._clock()
        if self._audited_at is not None and now - self._audited_at < AUDIT_EVERY:
            return
        self._audited_at = now
        self.kept = await self._store.look(lambda unit: promises(unit, now))
        if not all_kept(self.kept):
            broken = {promise.name: promise.broken for promise in self.kept if promise.broken}
            log.error("promises are broken: %s", broken)
            return
        if self._heartbeat is not None and (self._beat_at is None or now - self._beat_at >= self._heartbeat_every):
            self._beat_at = now
            await self._heartbeat()

    async def _careful(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            log.error("the step %s failed and is tried again at the next tick\n%s", name, trace_of(error))
