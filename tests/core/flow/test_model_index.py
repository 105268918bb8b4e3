"""What a script works out once (its index of rules, its places) is exact, and a changed copy works it out anew."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Facts,
    Given,
    HasPrevious,
    Hours,
    Never,
    NumberIs,
    SiteIs,
    Twice,
    Worse,
    answers_needed,
    holds,
)
from bot.core.flow.model import Script, given_for
from tests.flows.loaded import scripts

SCRIPT = scripts()["face"]

ANSWERED = AnswerIs(question="A", any_of=("x", "y"))
NUMBER = NumberIs(question="PA", at_least=9)


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        (Always(), None),
        (Never(), frozenset()),
        (AllOf(of=(ANSWERED, Never())), frozenset()),
        (ClinicAllows(switch="allow_nsaid"), None),
        (Hours(after=1), None),
        (SiteIs(any_of=("cheek",)), None),
        (HasPrevious(question="A"), None),
        (ANSWERED, {("A", "x"), ("A", "y")}),
        (NUMBER, {("PA", "9"), ("PA", "10")}),
        (Worse(question="PA"), {("PA", "*")}),
        (Twice(of=ANSWERED), {("A", "x"), ("A", "y")}),
        (AllOf(of=(Hours(after=1), ANSWERED, Worse(question="PA"))), {("PA", "*")}),
        (AllOf(of=(Hours(after=1), Always())), None),
        (AnyOf(of=(ANSWERED, NUMBER)), {("A", "x"), ("A", "y"), ("PA", "9"), ("PA", "10")}),
        (AnyOf(of=(ANSWERED, Hours(after=1))), None),
    ],
)
def test_answers_that_a_condition_needs(condition: Condition, needed: set[tuple[str, str]] | None) -> None:
    assert answers_needed(condition) == needed


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, Given]:
    chosen = draw(st.lists(st.sampled_from(sorted(SCRIPT.questions)), max_size=14, unique=True))
    found = {}
    for name in chosen:
        question = SCRIPT.questions[name]
        most = 3 if question.lines else 1
        codes = draw(st.lists(st.sampled_from(question.codes), min_size=1, max_size=most, unique=True))
        found[name] = given_for(question, tuple(codes))
    return found


@settings(max_examples=300, deadline=None)
@given(
    answers=_answers(),
    previous=_answers(),
    hours=st.integers(0, 2400),
    modifiers=st.sets(st.sampled_from(SCRIPT.modifiers)),
)
def test_no_rule_is_overlooked(
    answers: dict[str, Given], previous: dict[str, Given], hours: int, modifiers: set[str]
) -> None:
    facts = Facts(
        answers=answers,
        hour=hours,
        day=hours // 24,
        procedure="face",
        sites=frozenset({"cheek"}),
        modifiers=frozenset(modifiers),
        previous=previous,
    )
    looked_at = SCRIPT.rules_for(answers.items())
    assert [rule.id for rule in looked_at if holds(rule.when, facts)] == [
        rule.id for rule in SCRIPT.rules if holds(rule.when, facts)
    ]


def test_few_rules_are_looked_at_for_a_well_patient() -> None:
    entry = SCRIPT.plan.check_in("c3")
    assert entry is not None
    well = {name: SCRIPT.well[name] for sets in entry.sets for name in SCRIPT.sets[sets]}
    assert len(SCRIPT.rules_for(well.items())) < len(SCRIPT.rules) / 4


def test_a_changed_copy_works_everything_out_anew() -> None:
    first = next(rule for rule in SCRIPT.rules if rule.id == "BR-1")
    before = (SCRIPT.revision, SCRIPT.rules_for([("A", Given(codes=("breathing",)))]), SCRIPT.places(("A",)))
    changed: Script = SCRIPT.model_copy(
        update={
            "rules": tuple(rule for rule in SCRIPT.rules if rule is not first),
            "sets": {**SCRIPT.sets, "A": ("PA",)},
        }
    )
    assert changed.revision != before[0]
    assert first in before[1]
    assert first not in changed.rules_for([("A", Given(codes=("breathing",)))])
    assert [place.question for place in changed.places(("A",))] == ["PA"]
    assert SCRIPT.places(("A",)) is before[2]
