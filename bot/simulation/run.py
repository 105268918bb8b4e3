"""One run: a seed becomes weeks of a clinic's life, and a report of what held."""

import asyncio
import gc
import logging
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.emulator.world import Call
from bot.simulation.chances import stream
from bot.simulation.chaos import Chaos
from bot.simulation.clinic import Plant, SimulatedClinic, Template, scratch
from bot.simulation.ending import Ending
from bot.simulation.invariants import Invariants
from bot.simulation.loop import SimulatedLoop, Stuck
from bot.simulation.people import People, Temper
from bot.simulation.violation import Violation

HOUR = 3600.0
MADRID = ZoneInfo("Europe/Madrid")
OPENS, CLOSES = 9, 19
DAY = 24 * HOUR
SETTLE = 4 * HOUR
NAMES = ("Ana Ruiz", "Marta Gil", "Ines Soler", "Vera Lago", "Nora Paz", "Olga Mir")


@dataclass
class Report:
    """What became of one seed."""

    seed: int
    hours: float
    digest: str = ""
    steps: int = 0
    events: int = 0
    lives: int = 0
    acts: int = 0
    worst_delay: float = 0.0
    worst_delay_explained: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    last: list[str] = field(default_factory=list)


def simulate(
    seed: int,
    hours: float,
    template: Template,
    *,
    without: frozenset[str] = frozenset(),
    plant: Plant | None = None,
) -> Report:
    """Run one seed. ``without`` leaves out kinds of faults; ``plant`` changes the product (tests only)."""
    for name in ("bot", "sqlalchemy.pool", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    gc.freeze()  # what outlives the run need not be looked at again when it is buried
    gc.disable()  # faster, and nothing of a dead process is collected while the run goes on
    loop = SimulatedLoop(stream(seed, "order"))
    with tempfile.TemporaryDirectory(prefix="aftercare-run-", dir=scratch()) as folder:
        asyncio.set_event_loop(loop)
        run = Run(seed, hours, template, Path(folder) / "clinic.sqlite3", loop, without, plant)
        try:
            return run.go()
        finally:
            hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
            loop.set_exception_handler(lambda *_: None)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what dead processes left open is no fault of the product
                run.invariants.ledger.closed = True
                loop.bury()
                run.clinic.eye.close()
                loop.close()
                asyncio.set_event_loop(None)
                del run
                gc.enable()
                gc.collect()
            sys.unraisablehook = hook


class Run:
    """Everything that one seed needs."""

    def __init__(
        self,
        seed: int,
        hours: float,
        template: Template,
        file: Path,
        loop: SimulatedLoop,
        without: frozenset[str],
        plant: Plant | None,
    ) -> None:
        self.report = Report(seed, hours)
        self.loop = loop
        self.clinic = SimulatedClinic(seed, loop, template, file, plant)
        self.people = People(self.clinic, stream(seed, "people"))
        self.chaos = Chaos(self.clinic, stream(seed, "faults"), without)
        self.invariants = Invariants(self.clinic, self.people, self.chaos)
        self.clinic.world.on_call = self._heard
        self.clinic.disk.committed = self._committed
        self.ending = Ending(self.clinic, self.people, self.chaos, self.invariants)
        self._chance = stream(seed, "town")

    def _heard(self, call: Call) -> None:
        self.invariants.heard(call)
        self.people.heard(call)

    def _committed(self) -> None:
        self.invariants.after_commit()
        if self.clinic.pulse is not None:
            self.clinic.pulse.changed.set()

    def go(self) -> Report:
        """Live, settle, check."""
        try:
            self.loop.run_until_complete(self._live())
            self.loop.run_until_complete(self.ending.look())
        except Stuck as stuck:
            self.invariants.ledger.violations.append(Violation("I12", str(stuck), self.loop.steps))
        return self._told()

    async def _live(self) -> None:
        clinic, end = self.clinic, self.report.hours * HOUR
        clinic.start()
        coming = self.loop.create_task(self._arrivals(end))
        await self.chaos.run(end)
        coming.cancel()
        if not clinic.is_up:
            clinic.start()
        await asyncio.sleep(SETTLE)
        self.people.resting = True
        await asyncio.sleep(HOUR)

    async def _arrivals(self, end: float) -> None:
        count = self._chance.randint(2, 4)
        for name in NAMES[:count]:
            await asyncio.sleep(self._chance.uniform(60, min(DAY, end / 4)))
            hour = self.clinic.clock().astimezone(MADRID).hour
            if not OPENS <= hour < CLOSES:  # nobody is treated while the clinic is closed
                await asyncio.sleep(((OPENS - hour) % 24) * HOUR)
            await self.people.arrive(name, self._chance.choice(list(Temper)))

    def _told(self) -> Report:
        report, invariants = self.report, self.invariants
        report.digest = self.clinic.trace.digest
        report.steps, report.events = self.loop.steps, self.clinic.trace.count
        report.lives, report.acts = self.clinic.lives, self.people.acts
        report.worst_delay = invariants.worst_delay
        report.worst_delay_explained = invariants.worst_delay_explained
        report.faults = self.chaos.fired + Counter(
            {kind.value: times for kind, times in self.clinic.world.faults.fired.items()}
        )
        report.checks = Counter(invariants.ledger.checks)
        report.kinds = self.clinic.trace.kinds
        report.violations = invariants.ledger.violations
        report.last = list(self.clinic.trace.last)
        return report
