"""A compiled condition says of every patient what the condition itself says."""

import pickle
from dataclasses import replace
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.core.flow.compiled import compiled
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
    holds,
)
from bot.core.flow.model import Rule
from bot.core.level import Level

QUESTIONS = st.sampled_from(["A", "B"])
CODES = st.sampled_from(["x", "y", "z"])
SOME_CODES = st.lists(CODES, max_size=2).map(tuple)
NAMES = st.lists(st.sampled_from(["p", "q"]), max_size=2).map(tuple)
NUMBERS = st.integers(0, 10)
MOMENTS = st.integers(0, 4)
BOUNDS = st.none() | MOMENTS

SIMPLE: dict[type, st.SearchStrategy[Condition]] = {
    Always: st.just(Always()),
    Never: st.just(Never()),
    ClinicAllows: st.builds(ClinicAllows, switch=st.just("s"), on=st.booleans()),
    AnswerIs: st.builds(AnswerIs, question=QUESTIONS, any_of=SOME_CODES),
    NumberIs: st.builds(NumberIs, question=QUESTIONS, at_least=NUMBERS, at_most=NUMBERS),
    Hours: st.builds(Hours, after=BOUNDS, up_to=BOUNDS),
    Days: st.builds(Days, after=BOUNDS, up_to=BOUNDS),
    SiteIs: st.builds(SiteIs, any_of=NAMES),
    HasModifier: st.builds(HasModifier, any_of=NAMES),
    WithoutModifier: st.builds(WithoutModifier, none_of=NAMES),
    ProcedureIs: st.builds(ProcedureIs, any_of=NAMES, revisions=NAMES),
    Worse: st.builds(Worse, question=QUESTIONS),
    HasPrevious: st.builds(HasPrevious, question=QUESTIONS),
}


def combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=4).map(tuple)
    return st.builds(Twice, of=parts) | st.builds(AllOf, of=several) | st.builds(AnyOf, of=several)


CONDITIONS = st.recursive(st.one_of(*SIMPLE.values()), combined, max_leaves=8)
GIVEN = st.builds(Given, codes=SOME_CODES, number=st.none() | NUMBERS, rank=st.integers(0, 3))
ANSWERS = st.dictionaries(QUESTIONS, GIVEN)
FACTS = st.builds(
    Facts,
    answers=ANSWERS,
    previous=ANSWERS,
    hour=MOMENTS.map(float),
    day=MOMENTS,
    procedure=st.sampled_from(["p", "q"]),
    revision=st.sampled_from(["", "p", "q"]),
    sites=NAMES.map(frozenset),
    modifiers=NAMES.map(frozenset),
)


@given(CONDITIONS, FACTS)
def test_it_says_the_same(condition: Condition, facts: Facts) -> None:
    assert compiled(condition)(facts) is holds(condition, facts)


def test_each_kind_of_condition_is_tried() -> None:
    union, _ = get_args(Condition)
    assert set(get_args(union)) == SIMPLE.keys() | {Twice, AllOf, AnyOf}


def test_it_may_be_asked_of_many_patients() -> None:
    test = compiled(Twice(of=NumberIs(question="A", at_least=7)))
    high, low = {"A": Given(number=8)}, {"A": Given(number=3)}
    facts = Facts(answers=high, previous=high, hour=1, day=0)
    assert [test(facts), test(replace(facts, previous=low)), test(facts)] == [True, False, True]


def test_a_rule_that_was_compiled_is_the_same_rule() -> None:
    rule = Rule(id="R-1", when=HasPrevious(question="A"), level=Level.D3, advice="d3", why="why")
    before = rule.model_dump_json()
    assert rule.applies(Facts(answers={}, hour=1, day=0)) is False
    assert rule.model_dump_json() == before
    assert rule == Rule.model_validate_json(before)


def test_a_rule_that_was_compiled_goes_through_pickle() -> None:
    rule = Rule(id="R-1", when=HasPrevious(question="A"), level=Level.D3, advice="d3", why="why")
    assert rule.applies(Facts(answers={}, previous={"A": Given()}, hour=1, day=0)) is True
    again = pickle.loads(pickle.dumps(rule))
    assert again == rule
    assert again.applies(Facts(answers={}, hour=1, day=0)) is False


def test_a_changed_copy_is_compiled_anew() -> None:
    rule = Rule(id="R-1", when=Never(), level=Level.D3, advice="d3", why="why")
    nobody = Facts(answers={}, hour=1, day=0)
    assert rule.applies(nobody) is False
    assert rule.model_copy(update={"when": Always()}).applies(nobody) is True
