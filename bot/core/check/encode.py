"""Conditions as truths about an unknown patient: ``conditions.holds`` for all patients at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.core.check.answers import NUMBERS, Answers, FixedAnswers
from bot.core.check.logic import Logic, Number, Truth
from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Days,
    HasModifier,
    HasPrevious,
    Hours,
    Never,
    NumberIs,
    ProcedureIs,
    SiteIs,
    Twice,
    WithoutModifier,
    Worse,
)
from bot.core.flow.model import Script

NOTHING = FixedAnswers({})
"""No question was answered."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is unknown besides answers: the treated sites, the modifiers and the moment."""

    procedure: str
    sites: Mapping[str, Truth]
    modifiers: Mapping[str, Truth]
    hour: Number
    day: Number


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns conditions of one script into truths.

    ``anywhere`` grants every condition about procedure, site, modifier and clinic: what is false even then is
    false in every procedure that uses the same part.
    """

    logic: Logic
    script: Script
    at: Circumstances
    anywhere: bool = False

    def truth(self, condition: Condition, now: Answers, before: Answers) -> Truth:
        """When the condition holds for these answers of now and of the check-in before."""
        logic = self.logic
        match condition:
            case Always():
                return True
            case Never():
                return self.anywhere
            case ClinicAllows():
                return self.anywhere or condition.on
            case AnswerIs():
                return now.has(condition.question, condition.any_of)
            case NumberIs():
                lowest, highest = condition.at_least, condition.at_most
                return now.number(condition.question, [n for n in NUMBERS if lowest <= n <= highest])
            case Hours():
                return self._between(self.at.hour, condition.after, condition.up_to)
            case Days():
                return self._between(self.at.day, condition.after, condition.up_to)
            case SiteIs():
                return self._marked(self.at.sites, condition.any_of)
            case HasModifier():
                return self._marked(self.at.modifiers, condition.any_of)
            case WithoutModifier():
                return self.anywhere or logic.negated(self._marked(self.at.modifiers, condition.none_of))
            case ProcedureIs():
                # A guard of a combined script holds for nobody here, as in conditions.holds: nothing is proved by it.
                return self.anywhere or (not condition.revisions and self.at.procedure in condition.any_of)
            case Worse():
                return self._worse(condition.question, now, before)
            case Twice():
                return logic.all_of([self.truth(condition.of, now, before), self.truth(condition.of, before, NOTHING)])
            case HasPrevious():
                return before.answered(condition.question)
            case AllOf():
                return logic.all_of(self.truth(part, now, before) for part in condition.of)
            case AnyOf():
                return logic.any_of(self.truth(part, now, before) for part in condition.of)
            case _:
                assert_never(condition)

    def _between(self, number: Number, after: float | None, up_to: float | None) -> Truth:
        logic = self.logic
        later = True if after is None else logic.above(number, after)
        soon = True if up_to is None else logic.negated(logic.above(number, up_to))
        return logic.all_of([later, soon])

    def _marked(self, marks: Mapping[str, Truth], names: Iterable[str]) -> Truth:
        return self.anywhere or self.logic.any_of(marks[name] for name in names if name in marks)

    def _worse(self, question: str, now: Answers, before: Answers) -> Truth:
        meaning = self.script.questions.get(question)
        past = before.ranked(question, meaning)
        return self.logic.any_of(
            self.logic.all_of([truth, self.logic.any_of(then for lower, then in past if lower < place)])
            for place, truth in now.ranked(question, meaning)
        )
