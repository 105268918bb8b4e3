"""Conditions compiled into plain functions: ``conditions.holds``, worked out once for each condition.

The engine asks some two hundred conditions a turn. ``holds`` finds out every time what kind a condition is; a compiled
one knows, and looks only at the facts. ``holds`` stays the definition: the tests hold the two together.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Days,
    Facts,
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

Test = Callable[[Facts], bool]
"""Is a condition true of these facts?"""


def compiled(condition: Condition) -> Test:
    """A function that says of all facts what ``holds(condition, facts)`` says of them."""
    match condition:
        case AnswerIs():
            return _answer(condition.question, frozenset(condition.any_of))
        case AllOf():
            return _all(tuple(compiled(part) for part in condition.of))
        case AnyOf():
            return _any(tuple(compiled(part) for part in condition.of))
        case Always():
            return _yes
        case Never():
            return _no
        case ClinicAllows():
            return _yes if condition.on else _no
        case NumberIs():
            return _number(condition.question, condition.at_least, condition.at_most)
        case Hours():
            return _hours(condition.after, condition.up_to)
        case Days():
            return _days(condition.after, condition.up_to)
        case SiteIs():
            sites = frozenset(condition.any_of)
            return lambda facts: not sites.isdisjoint(facts.sites)
        case HasModifier():
            marks = frozenset(condition.any_of)
            return lambda facts: not marks.isdisjoint(facts.modifiers)
        case WithoutModifier():
            without = frozenset(condition.none_of)
            return lambda facts: without.isdisjoint(facts.modifiers)
        case ProcedureIs():
            return _procedure(condition.any_of, condition.revisions)
        case Worse():
            return _worse(condition.question)
        case Twice():
            return _twice(compiled(condition.of))
        case HasPrevious():
            question = condition.question
            return lambda facts: question in facts.previous
        case _:
            assert_never(condition)


def _yes(facts: Facts) -> bool:
    return True


def _no(facts: Facts) -> bool:
    return False


def _answer(question: str, codes: frozenset[str]) -> Test:
    def test(facts: Facts) -> bool:
        given = facts.answers.get(question)
        return given is not None and not codes.isdisjoint(given.codes)

    return test


def _number(question: str, at_least: int, at_most: int) -> Test:
    def test(facts: Facts) -> bool:
        given = facts.answers.get(question)
        return given is not None and given.number is not None and at_least <= given.number <= at_most

    return test


def _hours(after: float | None, up_to: float | None) -> Test:
    least, most = _bounds(after, up_to)
    return lambda facts: least < facts.hour <= most


def _days(after: int | None, up_to: int | None) -> Test:
    least, most = _bounds(after, up_to)
    return lambda facts: least < facts.day <= most


def _bounds(after: float | None, up_to: float | None) -> tuple[float, float]:
    return float("-inf") if after is None else after, float("inf") if up_to is None else up_to


def _procedure(procedures: tuple[str, ...], revisions: tuple[str, ...]) -> Test:
    if not revisions:
        return lambda facts: facts.procedure in procedures
    return lambda facts: facts.revision in revisions and facts.procedure in procedures


def _worse(question: str) -> Test:
    def test(facts: Facts) -> bool:
        now, before = facts.answers.get(question), facts.previous.get(question)
        if now is None or before is None:
            return False
        worse = now.rank if now.number is None else now.number
        return worse > (before.rank if before.number is None else before.number)

    return test


def _twice(part: Test) -> Test:
    return lambda facts: part(facts) and part(replace(facts, answers=facts.previous, previous={}))


def _all(parts: tuple[Test, ...]) -> Test:
    if len(parts) == 2:
        first, second = parts
        return lambda facts: first(facts) and second(facts)

    def test(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - all() with a generator takes three times as long
            if not part(facts):
                return False
        return True

    return test


def _any(parts: tuple[Test, ...]) -> Test:
    if len(parts) == 2:
        first, second = parts
        return lambda facts: first(facts) or second(facts)

    def test(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - see above
            if part(facts):
                return True
        return False

    return test
