"""What a new revision means for patients: whose level falls, whose rises, shown as concrete patients."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.check.changes import Change, changes, no_longer_asked
from bot.core.check.less_care import less_care
from bot.core.check.patient import Patient, level_of, rules_hit
from bot.core.check.space import Space
from bot.core.flow.model import Script
from bot.core.level import Level

MOST_SHOWN = 5
"""So many different patients are shown for each level."""
MOST_COUNTED = 100
"""So many regions of a level are counted; more of them are more than a person would read."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One patient whose level is not the same any more, and the rules that make it so on each side.

    ``one_sided`` are the answers, sites and modifiers of the patient that only one of the revisions knows.
    """

    patient: Patient
    before: Level
    after: Level
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    one_sided: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.patient}: {self.before} before, {self.after} now"


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changes from one revision to another.

    ``falls`` and ``rises`` show one patient for each region, smallest first; ``more_falls`` and ``more_rises``: some
    are left out. ``fall_regions`` and ``rise_regions`` count the regions: sets of patients who differ in the rules that
    decided. No more than :data:`MOST_COUNTED` of a level are counted.
    """

    changes: tuple[Change, ...]
    falls: tuple[Shift, ...]
    rises: tuple[Shift, ...]
    no_longer_asked: tuple[tuple[str, str], ...]
    more_falls: bool
    more_rises: bool
    fall_regions: int = 0
    rise_regions: int = 0
    less_care: tuple[str, ...] = ()
    """What is said otherwise in an emergency, or comes later, or not at all; see :func:`bot.core.check.less_care`."""

    @property
    def needs_second_person(self) -> bool:
        """Is somebody less safe than before, so that a second person must approve by name?"""
        return bool(self.falls or self.no_longer_asked or self.less_care)


def diff(old: Script, new: Script, most: int = MOST_SHOWN) -> Difference:
    """The difference between two revisions of one procedure's script, with at most ``most`` patients a level.

    An answer that only one revision offers is part of the comparison: when a question is taken away, the
    patients who could have answered it fall.
    """
    if old.procedure != new.procedure:
        raise ValueError(f"{old.procedure} and {new.procedure} are two procedures, not two revisions")
    falls, fall_regions = _shown(old, new, most)
    rises, rise_regions = _shown(new, old, most)
    return Difference(
        changes=changes(old, new),
        falls=falls,
        rises=tuple(
            Shift(one.patient, one.after, one.before, one.rules_after, one.rules_before, one.one_sided) for one in rises
        ),
        no_longer_asked=no_longer_asked(old, new),
        more_falls=fall_regions > len(falls),
        more_rises=rise_regions > len(rises),
        fall_regions=fall_regions,
        rise_regions=rise_regions,
        less_care=less_care(old, new),
    )


def _shown(higher: Script, lower: Script, most: int) -> tuple[tuple[Shift, ...], int]:
    """Some patients whose level under ``higher`` is above that under ``lower``, and how many regions there are."""
    space = Space(higher, lower)
    shown: list[Shift] = []
    regions = 0
    for level in (Level.D1, Level.D2, Level.D3, Level.D4):
        found = [shift for _, shift in zip(range(MOST_COUNTED), _shifts(space, (higher, lower), level), strict=False)]
        # The solver gives them in no order; the smallest tell most.
        shown += sorted(found, key=_size)[:most]
        regions += len(found)
    return tuple(sorted(shown, key=_size)), regions


def _size(shift: Shift) -> tuple[int, int]:
    """Smallest patient first; of two the one who was in more danger."""
    return shift.patient.size, -shift.before.severity


def _shifts(space: Space, scripts: tuple[Script, Script], level: Level) -> Iterator[Shift]:
    """Patients who have exactly ``level`` under the first script and less under the second.

    Each hits another rule of the first script than those before: one patient stands for all of a rule.
    """
    logic, (higher, lower), (above, below) = space.logic, scripts, space.views
    severer = next((one for one in Level if one.severity == level.severity + 1), None)
    region = [above.at_least(level), logic.negated(below.at_least(level))]
    if severer is not None:
        region.append(logic.negated(above.at_least(severer)))
    seen: set[frozenset[str]] = set()

    def still(patient: Patient) -> bool:
        if level_of(higher, patient) is not level or level_of(lower, patient).at_least(level):
            return False
        hit = {rule.id for rule in rules_hit(higher, patient)}
        return not any(rules <= hit for rules in seen)

    while (patient := space.patient(still, *region)) is not None:
        deciding = frozenset(rule.id for rule in rules_hit(higher, patient) if rule.level is level)
        seen.add(deciding)
        region.append(logic.negated(logic.all_of([above.rules[rule] for rule in sorted(deciding)])))
        yield _shift(patient, scripts)


def _shift(patient: Patient, scripts: tuple[Script, Script]) -> Shift:
    levels = [level_of(script, patient) for script in scripts]
    hits = [tuple(rule.id for rule in rules_hit(script, patient)) for script in scripts]
    return Shift(patient, levels[0], levels[1], hits[0], hits[1], tuple(_one_sided(patient, scripts)))


def _one_sided(patient: Patient, scripts: tuple[Script, Script]) -> Iterator[str]:
    for answers in (patient.answers, patient.previous):
        for name, given in answers.items():
            offered = [script.questions[name].codes if name in script.questions else () for script in scripts]
            yield from (f"{name} = {code}" for code in given.codes if any(code not in codes for codes in offered))
    for script in scripts:
        yield from (f"site {site}" for site in patient.sites if site not in script.sites)
        yield from (f"modifier {mark}" for mark in patient.modifiers if mark not in script.modifiers)
