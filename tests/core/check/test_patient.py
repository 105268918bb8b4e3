"""A witness is told in one line, goes through JSON unchanged, and is never believed without a second look."""

import pytest

from bot.core.check.patient import Patient, level_of, possible_moment, rules_hit, smallest
from bot.core.flow.conditions import Given
from bot.core.level import Level
from tests.core.check.builders import answer, rule, script, with_rules

PATIENT = Patient(
    procedure="face",
    sites=("cheek", "chin"),
    modifiers=("filler",),
    hour=30.5,
    day=1,
    answers={
        "A": Given(codes=("white_skin", "pain")),
        "PA": Given(codes=("8",), number=8),
        "BL": Given(codes=("present",)),
    },
    previous={"PA": Given(codes=("2",), number=2)},
)


def test_a_patient_is_one_line() -> None:
    assert str(PATIENT) == (
        "face, cheek, chin, filler, hour 30.5 (day 1), A = white_skin + pain, PA = 8, BL = present, "
        "the time before: PA = 2"
    )


def test_a_patient_goes_through_json() -> None:
    assert Patient.model_validate_json(PATIENT.model_dump_json()) == PATIENT


def test_a_patient_is_judged_by_the_rules() -> None:
    assert [hit.id for hit in rules_hit(script(), PATIENT)] == ["BL-1", "PA-1", "PA-2"]
    assert level_of(script(), PATIENT) is Level.D2
    assert level_of(script(rules=()), PATIENT) is Level.D5


def test_only_what_matters_is_kept() -> None:
    blue = with_rules(rule("BL-1", Level.D2, answer("A", "white_skin")))
    small = smallest(PATIENT, lambda one: "BL-1" in {hit.id for hit in rules_hit(blue, one)}, [(20.0, 1)])
    assert str(small) == "face, cheek, hour 20 (day 1), A = white_skin"


def test_numbers_come_down_as_far_as_they_can() -> None:
    small = smallest(PATIENT, lambda one: "PA-1" in {hit.id for hit in rules_hit(script(), one)}, [])
    assert small.answers["PA"].number == 7


def test_a_witness_that_the_conditions_do_not_confirm_is_refused() -> None:
    with pytest.raises(RuntimeError, match="disagree"):
        smallest(PATIENT, lambda one: level_of(script(), one) is Level.D1, [])


@pytest.mark.parametrize(
    ("hour", "day", "possible"),
    [(0, 0, True), (24.9, 0, True), (25, 0, False), (0.1, 1, True), (48.9, 1, True), (23, 2, False), (-1, 0, False)],
)
def test_day_and_hour_belong_together(hour: float, day: int, possible: bool) -> None:
    assert possible_moment(hour, day) is possible
