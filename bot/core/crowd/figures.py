"""What came of many random patients: levels by check-in, turns and taps, advice, and how far each question reaches."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean

from bot.core.crowd.course import Course, Visit
from bot.core.level import Level, worst


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One check-in of all patients who had it."""

    step: str
    day: int
    visits: int
    levels: Mapping[Level, int]
    turns: float
    taps: float
    most_taps: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All patients of one procedure. ``worst`` counts patients by their worst level; ``advised`` by the text given.

    ``asked`` counts the conversations in which a question was asked, ``rules`` those in which a rule was hit;
    ``asked_in`` counts the check-ins of the timetable in which the question was asked of anybody.
    """

    procedure: str
    patients: int
    visits: int
    turns: int
    taps: int
    silent: int
    worst: Mapping[Level, int]
    advised: Mapping[str, int]
    asked: Mapping[str, int]
    asked_in: Mapping[str, int]
    rules: Mapping[str, int]
    steps: tuple[StepFigures, ...]


def figures(procedure: str, courses: Iterable[Course]) -> Figures:
    """Count."""
    by_step: dict[str, list[Visit]] = {}
    worst_levels: Counter[Level] = Counter()
    advised: Counter[str] = Counter()
    patients = 0
    for one in courses:
        patients += 1
        worst_levels[worst(visit.level for visit in one.visits)] += 1
        advised.update({advice for visit in one.visits for advice in visit.advice})
        for visit in one.visits:
            by_step.setdefault(visit.step, []).append(visit)
    visits = [visit for several in by_step.values() for visit in several]
    return Figures(
        procedure=procedure,
        patients=patients,
        visits=len(visits),
        turns=sum(visit.turns for visit in visits),
        taps=sum(visit.taps for visit in visits),
        silent=sum(visit.how == "silent" for visit in visits),
        worst=_by_level(worst_levels),
        advised=dict(sorted(advised.items(), key=lambda pair: (-pair[1], pair[0]))),
        asked=Counter(question for visit in visits for question in visit.asked),
        asked_in=Counter(question for question, _ in {(each, visit.step) for visit in visits for each in visit.asked}),
        rules=Counter(rule for visit in visits for rule in visit.rules),
        steps=tuple(sorted((_step(step, them) for step, them in by_step.items()), key=lambda one: one.day)),
    )


def _step(step: str, visits: list[Visit]) -> StepFigures:
    return StepFigures(
        step=step,
        day=Counter(visit.day for visit in visits).most_common(1)[0][0],
        visits=len(visits),
        levels=_by_level(Counter(visit.level for visit in visits)),
        turns=mean(visit.turns for visit in visits),
        taps=mean(visit.taps for visit in visits),
        most_taps=max(visit.taps for visit in visits),
    )


def _by_level(counted: Counter[Level]) -> dict[Level, int]:
    return {level: counted[level] for level in Level}
