"""The proof means what the conditions mean: random conditions, random patients, one truth."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.check.patient import Patient, level_of
from bot.core.check.space import Space
from bot.core.flow.conditions import Condition, Facts, Hours, holds
from bot.core.flow.model import Rule, given_for
from bot.core.level import Level
from tests.core.check.builders import answer, number, rule
from tests.core.check.strategies import (
    PATIENTLY,
    QUESTIONS,
    conditions,
    exactly,
    patients,
    rule_lists,
    script_with,
)

EMPTY = script_with()
SPACE = Space(EMPTY)
VIEW = SPACE.views[0]


@given(condition=conditions, patient=patients())
@settings(PATIENTLY, max_examples=250)
def test_a_condition_means_the_same_to_the_solver(condition: Condition, patient: Patient) -> None:
    here = exactly(SPACE, patient)
    assert SPACE.logic.possible(*here), "the patient is outside the space"
    expected = holds(condition, patient.facts(EMPTY))
    assert SPACE.logic.possible(*here, VIEW.truth(condition)) is expected


@given(rules=rule_lists, level=st.sampled_from(Level))
@settings(PATIENTLY, max_examples=60)
def test_a_patient_that_was_found_has_the_level(rules: tuple[Rule, ...], level: Level) -> None:
    script = script_with(*rules)
    space = Space(script)
    at_least = space.views[0].at_least(level)
    found = space.patient(lambda patient: level_of(script, patient).at_least(level), at_least)
    if found is not None:
        assert level_of(script, found).at_least(level)


@given(rules=rule_lists, level=st.sampled_from(Level), patient=patients())
@settings(PATIENTLY, max_examples=60)
def test_nobody_has_a_level_that_was_disproved(rules: tuple[Rule, ...], level: Level, patient: Patient) -> None:
    script = script_with(*rules)
    space = Space(script)
    if not space.logic.possible(space.views[0].at_least(level)):
        assert not level_of(script, patient).at_least(level)


@given(patient=patients())
@settings(PATIENTLY)
def test_a_patient_gives_the_rules_what_the_engine_records(patient: Patient) -> None:
    facts: Facts = patient.facts(EMPTY)
    for question in QUESTIONS:
        if question.id in facts.answers:
            said = facts.answers[question.id]
            assert said == given_for(question, said.codes).model_copy(update={"rank": said.rank})
            assert said.number is not None or said.rank == given_for(question, said.codes).rank


def test_a_witness_is_small_and_easy_to_read() -> None:
    script = script_with(rule("R-1", Level.D2, answer("C", "much")), rule("R-2", Level.D3, number("N", 4)))
    space = Space(script)
    found = space.patient(
        lambda patient: level_of(script, patient) is Level.D3,
        space.views[0].at_least(Level.D3),
        space.logic.negated(space.views[0].truth(answer("C", "much"))),
    )
    assert found is not None
    assert str(found).endswith("hour 20 (day 1), N = 4")
    assert len(found.sites) == 1


def test_hours_are_exact_to_the_bound() -> None:
    late = VIEW.truth(Hours(after=0.1, up_to=0.1))
    assert not SPACE.logic.possible(late)
