"""Somebody for whom a condition holds, found by reading it: quicker than the solver, which is asked only when this fails.

What is found is certain, because the condition itself is asked at the end. Finding nobody proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.core.check.patient import possible_moment, rank
from bot.core.flow.compiled import Test
from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Days,
    Facts,
    Given,
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
from bot.core.flow.model import Question, QuestionKind, Script

Span = tuple[float, float]
"""More than the first number, at most the second."""

_ANY: Span = (float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is settled about the patient so far: codes by question, of now and of the check-in before."""

    now: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    hours: Span = _ANY
    days: Span = _ANY

    def earlier(self) -> "_Sketch":
        """The same with the two check-ins changed over."""
        return replace(self, now=self.before, before=self.now)


def witness(script: Script, condition: Condition, test: Test, last_day: int) -> Facts | None:
    """A patient of ``script``, by day ``last_day`` at most, for whom ``test`` (``condition`` compiled) is true."""
    sketch = _with(script, condition, _Sketch())
    moment = None if sketch is None else next(_moments(sketch.hours, sketch.days, last_day), None)
    if sketch is None or moment is None or not script.sites:
        return None
    facts = Facts(
        answers=_given(script, sketch.now),
        previous=_given(script, sketch.before),
        hour=moment[0],
        day=moment[1],
        procedure=script.procedure,
        sites=sketch.sites or frozenset(script.sites[:1]),
        modifiers=sketch.marks,
    )
    return facts if test(facts) else None


def _with(script: Script, condition: Condition, at: _Sketch) -> _Sketch | None:
    """The sketch of somebody for whom ``condition`` holds too; None where this is more than reading can do."""
    match condition:
        case AnswerIs():
            return _answered(script, condition.question, condition.any_of, at)
        case NumberIs():
            numbers = range(condition.at_least, condition.at_most + 1)
            return _answered(script, condition.question, tuple(map(str, numbers)), at)
        case AllOf():
            return _all(script, condition.of, at)
        case AnyOf():
            tried = (_with(script, part, at) for part in condition.of)
            return next((found for found in tried if found is not None), None)
        case Hours():
            return replace(at, hours=_both(at.hours, condition.after, condition.up_to))
        case Days():
            return replace(at, days=_both(at.days, condition.after, condition.up_to))
        case SiteIs():
            sites = _one_more(at.sites, condition.any_of, script.sites)
            return None if sites is None else replace(at, sites=sites)
        case HasModifier():
            free = [name for name in script.modifiers if name not in at.without]
            marks = _one_more(at.marks, condition.any_of, free)
            return None if marks is None else replace(at, marks=marks)
        case WithoutModifier():
            without = at.without.union(condition.none_of)
            return replace(at, without=without) if without.isdisjoint(at.marks) else None
        case Twice():
            now = _with(script, condition.of, at)
            before = None if now is None else _with(script, condition.of, now.earlier())
            return None if before is None else before.earlier()
        case Worse():
            return _worse(script, condition.question, at)
        case HasPrevious():
            question = script.questions.get(condition.question)
            before = None if question is None else _answered(script, question.id, question.codes, at.earlier())
            return None if before is None else before.earlier()
        case Always() | Never() | ClinicAllows() | ProcedureIs():
            # What is settled in advance; if it is not so, the condition itself says it at the end.
            return at
        case _:
            assert_never(condition)


def _all(script: Script, parts: Iterable[Condition], at: _Sketch) -> _Sketch | None:
    found: _Sketch | None = at
    for part in parts:
        found = None if found is None else _with(script, part, found)
    return found


def _answered(script: Script, name: str, codes: tuple[str, ...], at: _Sketch) -> _Sketch | None:
    """One of ``codes`` was given to the question, beside what is settled about it: a screen takes several lines."""
    question = script.questions.get(name)
    if question is None:
        return None
    settled = at.now.get(name, ())
    if not set(settled).isdisjoint(codes):
        return at
    free = () if settled and question.kind is not QuestionKind.SCREEN else (*settled, *question.codes)
    code = next((code for code in codes if code in free), None)
    if code is None or (settled and "none" in (code, *settled)):
        return None
    return replace(at, now={**at.now, name: (*settled, code)})


def _worse(script: Script, name: str, at: _Sketch) -> _Sketch | None:
    """The question was answered better before than now: one step of its order, or where it must, more."""
    question = script.questions.get(name)
    if question is None or question.kind is QuestionKind.SCREEN:
        return None
    order = question.codes
    now = at.now.get(name, order[-1:])[0]
    before = at.before.get(name, order[:1])[0]
    if before not in order or now not in order or order.index(before) >= order.index(now):
        return None
    return replace(at, now={**at.now, name: (now,)}, before={**at.before, name: (before,)})


def _one_more(settled: frozenset[str], names: Iterable[str], free: Iterable[str]) -> frozenset[str] | None:
    """``settled`` where it has one of ``names`` already, else with the first of them that is free."""
    wanted = tuple(names)
    if not settled.isdisjoint(wanted):
        return settled
    known = frozenset(free)
    found = next((name for name in wanted if name in known), None)
    return None if found is None else settled | {found}


def _both(span: Span, after: float | None, up_to: float | None) -> Span:
    least, most = span
    return least if after is None else max(least, after), most if up_to is None else min(most, up_to)


def _moments(hours: Span, days: Span, last_day: int) -> Iterator[tuple[float, int]]:
    """Moments within both spans that can be."""
    edges = (20.0, hours[0] + 1, hours[1], 24 * (days[0] + 1), 24 * days[1], (hours[0] + hours[1]) / 2)
    for hour in (edge for edge in edges if hours[0] < edge <= hours[1] and 0 <= edge <= 24 * last_day):
        for day in (int(hour // 24), int(hour // 24) + 1):
            if days[0] < day <= min(days[1], last_day) and possible_moment(hour, day):
                yield hour, day


def _given(script: Script, answers: Mapping[str, tuple[str, ...]]) -> dict[str, Given]:
    return {name: _as_given(script.questions[name], codes) for name, codes in answers.items()}


def _as_given(question: Question, codes: tuple[str, ...]) -> Given:
    if question.kind is QuestionKind.SCALE:
        return Given(codes=codes, number=int(codes[0]))
    return Given(codes=codes, rank=rank(question, codes))
