"""All mutants of a script, what caught each of them, and which of them nothing caught."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bot.core.check.checking import check
from bot.core.check.floor import Floor
from bot.core.flow.cases import Case
from bot.core.flow.model import Script
from tests.mutation.mutants import Mutant
from tests.mutation.proofs import Proofs
from tests.mutation.witnesses import Witnesses

GOAL = 0.99
"""So many of the mutants that change something must be noticed."""


class Verdict(StrEnum):
    """What became of a mutant."""

    CASE = "killed by a case"
    FLOOR = "killed by the floor"
    CHECK = "killed by another check"
    EQUIVALENT = "equivalent: proved to change no patient"
    UNREACHABLE = "equivalent: proved to change no patient who is asked in order"
    SURVIVED = "survived"

    @property
    def killed(self) -> bool:
        """Did something notice it?"""
        return self in (Verdict.CASE, Verdict.FLOOR, Verdict.CHECK)

    @property
    def counts(self) -> bool:
        """Is there a patient for whom it is an error?"""
        return self not in (Verdict.EQUIVALENT, Verdict.UNREACHABLE)


@dataclass
class Score:
    """How the mutants of one script fared."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)

    def add(self, mutant: Mutant, verdict: Verdict) -> None:
        """Count one."""
        self.verdicts[verdict] += 1
        if verdict is Verdict.SURVIVED:
            self.survivors.append(mutant)

    @property
    def counted(self) -> int:
        """The mutants that are an error for some patient."""
        return sum(number for verdict, number in self.verdicts.items() if verdict.counts)

    @property
    def rate(self) -> float:
        """The share of them that was killed; 1 of none."""
        killed = sum(number for verdict, number in self.verdicts.items() if verdict.killed)
        return killed / self.counted if self.counted else 1.0


class Campaign:
    """One script with its cases and the floor, ready to judge mutants."""

    def __init__(self, script: Script, cases: Sequence[Case], floor: Floor) -> None:
        self._script = script
        self._cases = cases
        self._floor = floor
        self._witnesses = Witnesses(script, cases)
        self.proofs = Proofs(script, floor)

    def run(self, mutants: Iterable[Mutant]) -> Score:
        """Judge all of them."""
        score = Score()
        for mutant in mutants:
            score.add(mutant, self.judge(mutant))
        return score

    def judge(self, mutant: Mutant) -> Verdict:
        """What catches this one: the cheapest way first."""
        if self._witnesses.kill(mutant) is not None:
            return Verdict.CASE
        if self.proofs.breaks_floor(mutant) is not None:
            return Verdict.FLOOR
        if self.proofs.changes_nothing(mutant):
            return Verdict.EQUIVALENT
        if self.proofs.changes_nothing(mutant, as_asked=True):
            return Verdict.UNREACHABLE
        if self._findings(mutant.apply(self._script)) - self._known:
            return Verdict.CHECK
        return Verdict.SURVIVED

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        """What the checks find without any error in the script; asked for only when nothing else has told a mutant."""
        return self._findings(self._script)

    def _findings(self, script: Script) -> frozenset[tuple[str, str]]:
        found = check(script, self._floor, cases=self._cases)
        return frozenset((one.code, str(one.place)) for one in found)
