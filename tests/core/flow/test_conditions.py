"""The truth of every condition: one patient for whom it holds, and the nearest for whom it does not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    questions_in,
)

BR = AnswerIs(question="BR", any_of=("present", "unsure"))
PA = NumberIs(question="PA", at_least=4, at_most=6)
WORSE_PT = AnswerIs(question="PT", any_of=("worse",))


def facts(
    answers: Mapping[str, Given] | None = None,
    previous: Mapping[str, Given] | None = None,
    hour: float = 0,
    day: int = 0,
    **others: Any,
) -> Facts:
    return Facts(answers=answers or {}, previous=previous or {}, hour=hour, day=day, **others)


def code(*codes: str, rank: int = 0) -> Given:
    return Given(codes=codes, rank=rank)


def number(value: int) -> Given:
    return Given(number=value)


TABLE: list[tuple[Condition, Facts, bool]] = [
    (Always(), facts(), True),
    (BR, facts({"BR": code("unsure")}), True),
    (BR, facts({"BR": code("clear", "present")}), True),
    (BR, facts({"BR": code("clear")}), False),
    (BR, facts({"BL": code("present")}), False),
    (BR, facts(previous={"BR": code("present")}), False),
    (PA, facts({"PA": number(4)}), True),
    (PA, facts({"PA": number(6)}), True),
    (PA, facts({"PA": number(3)}), False),
    (PA, facts({"PA": number(7)}), False),
    (PA, facts({"PA": code("5")}), False),
    (PA, facts(), False),
    (Never(), facts({"PA": number(5)}), False),
    (ClinicAllows(switch="allow_nsaid", on=True), facts(), True),
    (ClinicAllows(switch="allow_nsaid"), facts(), False),
    (Hours(after=48, up_to=72), facts(hour=48.01), True),
    (Hours(after=48, up_to=72), facts(hour=72), True),
    (Hours(after=48, up_to=72), facts(hour=48), False),
    (Hours(after=48, up_to=72), facts(hour=72.01), False),
    (Hours(after=48), facts(hour=9999), True),
    (Hours(up_to=48), facts(hour=0), True),
    (Days(after=3, up_to=7), facts(day=4), True),
    (Days(after=3, up_to=7), facts(day=7), True),
    (Days(after=3, up_to=7), facts(day=3), False),
    (Days(after=3, up_to=7), facts(day=8), False),
    (SiteIs(any_of=("cheek",)), facts(sites=frozenset({"cheek", "lip"})), True),
    (SiteIs(any_of=("cheek",)), facts(sites=frozenset({"lip"})), False),
    (HasModifier(any_of=("filler", "diabetes")), facts(modifiers=frozenset({"diabetes"})), True),
    (HasModifier(any_of=("filler", "diabetes")), facts(modifiers=frozenset({"asthma"})), False),
    (WithoutModifier(none_of=("filler", "diabetes")), facts(modifiers=frozenset({"asthma"})), True),
    (WithoutModifier(none_of=("filler", "diabetes")), facts(modifiers=frozenset({"diabetes"})), False),
    (ProcedureIs(any_of=("face",)), facts(procedure="face"), True),
    (ProcedureIs(any_of=("face",)), facts(procedure="body_fat"), False),
    (Worse(question="PA"), facts({"PA": number(5)}, {"PA": number(4)}), True),
    (Worse(question="PA"), facts({"PA": number(4)}, {"PA": number(4)}), False),
    (Worse(question="PA"), facts({"PA": number(5)}), False),
    (Worse(question="PA"), facts(previous={"PA": number(5)}), False),
    (Worse(question="BR"), facts({"BR": code("present", rank=1)}, {"BR": code("clear")}), True),
    (Worse(question="BR"), facts({"BR": code("clear")}, {"BR": code("present", rank=1)}), False),
    (Twice(of=WORSE_PT), facts({"PT": code("worse")}, {"PT": code("worse")}), True),
    (Twice(of=WORSE_PT), facts({"PT": code("worse")}, {"PT": code("same")}), False),
    (Twice(of=WORSE_PT), facts({"PT": code("same")}, {"PT": code("worse")}), False),
    (Twice(of=WORSE_PT), facts({"PT": code("worse")}), False),
    (Twice(of=AllOf(of=(WORSE_PT, Days(up_to=3)))), facts({"PT": code("worse")}, {"PT": code("worse")}, day=4), False),
    (HasPrevious(question="PA"), facts(previous={"PA": number(0)}), True),
    (HasPrevious(question="PA"), facts({"PA": number(0)}), False),
    (AllOf(of=(BR, PA)), facts({"BR": code("present"), "PA": number(5)}), True),
    (AllOf(of=(BR, PA)), facts({"BR": code("present")}), False),
    (AnyOf(of=(BR, PA)), facts({"PA": number(5)}), True),
    (AnyOf(of=(BR, PA)), facts({"PA": number(3)}), False),
]


@pytest.mark.parametrize(("condition", "patient", "expected"), TABLE)
def test_truth(condition: Condition, patient: Facts, expected: bool) -> None:
    assert holds(condition, patient) is expected


def test_every_condition_has_a_case_that_holds_and_one_that_does_not() -> None:
    every = set(get_args(get_args(Condition)[0]))
    assert {type(condition) for condition, _, expected in TABLE if expected} == every - {Never}
    assert {type(condition) for condition, _, expected in TABLE if not expected} == every - {Always}


def test_the_questions_that_a_condition_looks_at() -> None:
    condition = AllOf(of=(AnyOf(of=(BR, PA)), Twice(of=Worse(question="PT")), HasPrevious(question="FE"), Always()))
    assert questions_in(condition) == {"BR", "PA", "PT", "FE"}


@pytest.mark.parametrize("condition", [condition for condition, _, _ in TABLE if "question" not in str(condition)])
def test_other_conditions_look_at_no_question(condition: Condition) -> None:
    assert questions_in(condition) == frozenset()


QUESTIONS = ("A", "B", "C")
CODES = ("clear", "unsure", "present")
names = st.sampled_from(QUESTIONS)
codes = st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(tuple)
givens = st.one_of(st.builds(Given, codes=codes, rank=st.integers(0, 2)), st.builds(Given, number=st.integers(0, 10)))
answers = st.dictionaries(names, givens)
words = st.lists(st.sampled_from(("x", "y", "z")), min_size=1, unique=True).map(tuple)
bounds = st.one_of(st.none(), st.integers(0, 10))
leaves = st.one_of(
    st.builds(Always),
    st.builds(Never),
    st.builds(ClinicAllows, switch=st.just("allow_nsaid"), on=st.booleans()),
    st.builds(AnswerIs, question=names, any_of=codes),
    st.builds(NumberIs, question=names, at_least=st.integers(0, 10), at_most=st.integers(0, 10)),
    st.builds(Hours, after=bounds, up_to=bounds),
    st.builds(Days, after=bounds, up_to=bounds),
    st.builds(SiteIs, any_of=words),
    st.builds(HasModifier, any_of=words),
    st.builds(WithoutModifier, none_of=words),
    st.builds(ProcedureIs, any_of=words),
    st.builds(Worse, question=names),
    st.builds(HasPrevious, question=names),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Twice, of=inner),
        st.builds(AllOf, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, of=st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
patients = st.builds(
    Facts,
    answers=answers,
    previous=answers,
    hour=st.integers(0, 10),
    day=st.integers(0, 10),
    procedure=st.sampled_from(("x", "y")),
    sites=st.frozensets(st.sampled_from(("x", "y", "z"))),
    modifiers=st.frozensets(st.sampled_from(("x", "y", "z"))),
)


@given(conditions, patients, names, givens)
def test_one_more_answer_never_turns_a_condition_false(
    condition: Condition, patient: Facts, question: str, answer: Given
) -> None:
    others = {name: old for name, old in patient.answers.items() if name != question}
    before = replace(patient, answers=others)
    after = replace(patient, answers={**others, question: answer})
    assert holds(condition, after) or not holds(condition, before)


@given(conditions, patients, names, givens)
def test_an_answer_to_another_question_changes_nothing(
    condition: Condition, patient: Facts, question: str, answer: Given
) -> None:
    if question in questions_in(condition):
        return
    other = replace(patient, answers={**patient.answers, question: answer})
    assert holds(condition, other) is holds(condition, patient)
