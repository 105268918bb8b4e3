"""A script handed in for publication, with all that it is held against; and what a check is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.patient import Patient, level_of
from bot.core.check.space import Space, View
from bot.core.check.witness import witness
from bot.core.flow.compiled import compiled
from bot.core.flow.conditions import Condition, Facts, holds
from bot.core.flow.model import Rule, Script
from bot.core.level import Level


@dataclass(frozen=True)
class Submission:
    """The script, the clinic's floor, and what else a check may look at.

    ``languages`` must all be complete; the first is the one that the others follow. ``cased`` are the rules that
    some case names. ``uncovered`` says what is missing in the ladder of a level, or None when somebody is always
    reached; without it the ladder is not looked at.
    """

    script: Script
    floor: Floor
    languages: tuple[str, ...]
    cased: frozenset[str] = frozenset()
    uncovered: Callable[[Level], str | None] | None = None

    @cached_property
    def space(self) -> Space:
        """Every patient whom the script can meet."""
        return Space(self.script)

    @cached_property
    def view(self) -> View:
        """The script's rules as regions of that space."""
        return self.space.views[0]

    @cached_property
    def somebody(self) -> Mapping[str, Facts]:
        """For each rule a patient who hits it, as far as reading its condition finds one (see :mod:`.witness`)."""
        last_day = self.space.last_day
        found = {rule.id: witness(self.script, rule.when, rule.applies, last_day) for rule in self.script.rules}
        return {name: facts for name, facts in found.items() if facts is not None}

    @cached_property
    def never_fire(self) -> frozenset[str]:
        """The rules of the script that no patient of this procedure can hit."""
        logic, hit = self.space.logic, self.view.rules
        doubtful = (rule.id for rule in self.script.rules if rule.id not in self.somebody)
        return frozenset(name for name in doubtful if not logic.possible(hit[name]))

    def possible(self, condition: Condition, *, anywhere: bool = False) -> bool:
        """Can the condition hold for a patient? With ``anywhere``, for one of any procedure that has the same part."""
        if witness(self.script, condition, compiled(condition), self.space.last_day) is not None:
            return True
        return self.space.logic.possible(self.view.truth(condition, anywhere=anywhere))

    def patient_below(self, when: Condition, level: Level) -> Patient | None:
        """Somebody for whom ``when`` holds and who gets less than ``level``; None proves that nobody does."""
        return self.space.patient(
            lambda patient: (
                holds(when, patient.facts(self.script)) and not level_of(self.script, patient).at_least(level)
            ),
            self.view.truth(when),
            self.space.logic.negated(self.view.at_least(level)),
        )

    def is_shared(self, rule: Rule) -> bool:
        """Does the rule come with a part that other procedures use too?"""
        return rule.part in self.script.parts


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the checker: what it promises, the codes of its findings, and how they are found."""

    name: str
    promise: str
    codes: tuple[str, ...]
    run: Callable[[Submission], Iterator[Finding]]
