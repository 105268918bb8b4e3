"""Many seeds: what they add up to, how a violation is shown, and how it is made small."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.simulation.chaos import KINDS
from bot.simulation.clinic import Plant, Template
from bot.simulation.run import Report, simulate


@dataclass
class Totals:
    """The sum of runs."""

    seeds: int = 0
    hours: float = 0.0
    steps: int = 0
    lives: int = 0
    acts: int = 0
    worst_delay: float = 0.0
    cpu_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    broken: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        """Count one run."""
        self.seeds += 1
        self.hours += report.hours
        self.steps += report.steps
        self.lives += report.lives
        self.acts += report.acts
        self.worst_delay = max(self.worst_delay, report.worst_delay)
        self.faults += report.faults
        self.checks += report.checks
        if report.violations:
            self.broken.append(report)


def replay_command(report: Report, without: frozenset[str] = frozenset()) -> str:
    """What to type to see the same run again."""
    left_out = "".join(f" --without {kind}" for kind in sorted(without))
    return f"aftercare simulate --seeds 1 --seed {report.seed} --hours {report.hours:g}{left_out}"


def told(report: Report, without: frozenset[str] = frozenset()) -> str:
    """A violation in words: the first ones, the last events, and the command."""
    first = [f"seed {report.seed}, step {report.steps}: {violation}" for violation in report.violations[:5]]
    return "\n".join([*first, *(f"    {line}" for line in report.last), replay_command(report, without)])


def shrink(
    report: Report, template: Template, without: frozenset[str], plant: Plant | None = None
) -> tuple[Report, frozenset[str]]:
    """The same violation with fewer kinds of faults and fewer hours, as far as it goes."""
    wanted = report.violations[0].invariant

    def still(hours: float, left_out: frozenset[str]) -> Report | None:
        found = simulate(report.seed, hours, template, without=left_out, plant=plant)
        return found if any(violation.invariant == wanted for violation in found.violations) else None

    for kind in KINDS:
        if kind not in without and report.faults[kind] and (smaller := still(report.hours, without | {kind})):
            report, without = smaller, without | {kind}
    while report.hours > 6 and (smaller := still(report.hours / 2, without)):
        report = smaller
    return report, without


def campaign(
    first: int,
    seeds: int,
    hours: float,
    template: Template,
    *,
    without: frozenset[str] = frozenset(),
    progress: Callable[[Report], None] = lambda report: None,
) -> Totals:
    """Run so many seeds from ``first`` on."""
    totals = Totals()
    for seed in range(first, first + seeds):
        began = time.process_time()
        report = simulate(seed, hours, template, without=without)
        totals.cpu_s += time.process_time() - began
        totals.add(report)
        progress(report)
    return totals
