"""A new revision shows whose level falls and whose rises, and random scripts never hide a fall."""

import pytest
from hypothesis import given, settings

from bot.core.check.difference import diff
from bot.core.check.patient import Patient, level_of
from bot.core.flow.conditions import Days, SiteIs, Worse
from bot.core.flow.model import Rule
from bot.core.level import Level
from tests.core.check.builders import (
    answer,
    both,
    check_ins,
    choice,
    number,
    plan,
    questions,
    rule,
    script,
    with_questions,
    with_rules,
    with_text,
    without_rule,
)
from tests.core.check.strategies import PATIENTLY, patients, rule_lists, script_with


def test_the_same_script_differs_in_nothing() -> None:
    found = diff(script(), script())
    assert (found.changes, found.falls, found.rises) == ((), (), ())
    assert not found.needs_second_person


def test_a_rule_that_is_taken_away_makes_patients_fall() -> None:
    (fall,) = diff(script(), without_rule("BL-1")).falls
    assert str(fall) == "face, cheek, hour 20 (day 1), BL = present: D2 before, D5 now"
    assert fall.rules_before == ("BL-1",)
    assert fall.rules_after == ()
    assert diff(script(), without_rule("BL-1")).rises == ()


def test_a_new_rule_makes_patients_rise() -> None:
    (rise,) = diff(without_rule("BL-1"), script()).rises
    assert (rise.before, rise.after, rise.rules_after) == (Level.D5, Level.D2, ("BL-1",))
    assert not diff(without_rule("BL-1"), script()).needs_second_person


def test_a_changed_threshold_is_shown_at_its_edge() -> None:
    milder = with_rules(rule("PA-2", Level.D3, number("PA", 9)), rule("PA-1", Level.D2, number("PA", 9)))
    falls = diff(script(), milder).falls
    assert {fall.before for fall in falls} == {Level.D2, Level.D3}
    for fall in falls:
        pain = fall.patient.answers["PA"].number
        assert pain is not None
        assert 7 <= pain < 9
        assert level_of(script(), fall.patient) is fall.before
        assert level_of(milder, fall.patient) is fall.after


def test_a_narrower_place_or_time_is_a_fall() -> None:
    only_cheek = with_rules(
        rule("BL-1", Level.D2, both(answer("BL", "present"), SiteIs(any_of=("cheek",)), Days(up_to=7)))
    )
    (fall,) = diff(script(), only_cheek).falls
    assert fall.patient.sites == ("chin",) or fall.patient.day > 7


def test_another_order_of_answers_counts() -> None:
    worse = rule("FE-2", Level.D2, Worse(question="FE"))
    turned = with_questions(choice("FE", "clear", "present", "unsure"), rules=(*with_rules(worse).rules,))
    found = diff(with_rules(worse), turned)
    assert [fall.patient.answers["FE"].codes for fall in found.falls] == [("present",)]
    assert [rise.patient.answers["FE"].codes for rise in found.rises] == [("unsure",)]


def test_an_answer_that_is_taken_away_is_a_fall_of_those_who_gave_it() -> None:
    renamed = with_questions(
        choice("FE", "clear", "unsure", "fever"),
        rules=with_rules(rule("FE-1", Level.D3, answer("FE", "fever", "unsure"))).rules,
    )
    found = diff(script(), renamed)
    (fall,), (rise,) = found.falls, found.rises
    assert fall.one_sided == ("FE = present",)
    assert rise.one_sided == ("FE = fever",)


def test_a_question_that_becomes_a_scale_is_compared() -> None:
    asked = questions()["PA"].model_copy(update={"id": "FE"})
    measured = with_questions(asked, rules=with_rules(rule("FE-1", Level.D3, number("FE", 5))).rules)
    found = diff(script(), measured)
    assert {code for fall in found.falls for code in fall.patient.answers["FE"].codes} <= {"unsure", "present"}
    assert [rise.patient.answers["FE"].number for rise in found.rises] == [5]


def test_a_site_that_only_one_revision_knows_is_named() -> None:
    at_lips = rule("LI-1", Level.D3, SiteIs(any_of=("lips",)))
    (rise,) = diff(script(), with_rules(at_lips, sites=("cheek", "chin", "lips"))).rises
    assert rise.one_sided == ("site lips",)


def test_what_is_left_out_is_said() -> None:
    many = with_rules(*(rule(f"R-{place}", Level.D1, number("PA", place, place)) for place in range(7)))
    found = diff(many, script(), most=3)
    assert len(found.falls) == 3
    assert found.more_falls
    assert not found.more_rises
    assert len({fall.rules_before for fall in found.falls}) == 3


def test_every_changed_thing_is_listed() -> None:
    reworded = with_text("question.BL.ask", "Is any skin white or cold?")
    (text,) = diff(script(), reworded).changes
    assert (text.kind, text.id, text.after) == ("text", "en: question.BL.ask", "Is any skin white or cold?")
    later = script(plan=plan(check_ins=(*check_ins()[:2], check_ins()[2].model_copy(update={"on_day": 35}))))
    assert [(change.kind, change.id) for change in diff(script(), later).changes] == [("check_in", "c3")]
    removed = [change for change in diff(script(), without_rule("BL-2")).changes if change.after is None]
    assert ("rule", "BL-2") in {(change.kind, change.id) for change in removed}
    quieter = diff(script(), script(plan=plan(still_there_after_s=900))).changes
    assert [(change.kind, change.id) for change in quieter] == [("plan", "still_there_after_s")]


def test_a_question_that_is_no_longer_asked_needs_a_second_person() -> None:
    found = diff(script(), script(plan=plan(check_ins=check_ins()[:1])))
    assert ("c2", "FE") in found.no_longer_asked
    assert ("c1", "PA") not in found.no_longer_asked
    assert found.needs_second_person
    assert found.falls == ()


def test_two_procedures_are_not_compared() -> None:
    with pytest.raises(ValueError, match="two procedures"):
        diff(script(), script(procedure="scalp"))


@given(old=rule_lists, new=rule_lists, patient=patients())
@settings(PATIENTLY, max_examples=60)
def test_no_fall_is_hidden(old: tuple[Rule, ...], new: tuple[Rule, ...], patient: Patient) -> None:
    before, after = script_with(*old), script_with(*new)
    level, now = level_of(before, patient), level_of(after, patient)
    found = diff(before, after)
    for fall in found.falls:
        assert level_of(before, fall.patient).severity > level_of(after, fall.patient).severity
    if level.severity > now.severity:
        assert level in {fall.before for fall in found.falls}
    if level.severity < now.severity:
        assert now in {rise.after for rise in found.rises}
