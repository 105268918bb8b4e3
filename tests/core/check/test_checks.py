"""Every check finds what it promises, and says nothing about a sound script."""

import pytest

from bot.core.check import silence
from bot.core.check.checking import CHECKS, check
from bot.core.check.finding import Severity
from bot.core.check.floor import Floor
from bot.core.check.patient import level_of
from bot.core.check.submission import Check, Submission
from bot.core.flow.conditions import Days, Hours, holds
from bot.core.level import Level
from tests.core.check.builders import answer, both, cases_for, number, rule, script, with_rules, without_rule
from tests.core.check.examples import BROKEN, KEPT, LOW_SILENCE, SOUND, promise, submitted

CODES = [(one, code) for one in CHECKS for code in one.codes]
EXAMPLES = [(code, place) for code, submissions in BROKEN.items() for place in range(len(submissions))]


@pytest.mark.parametrize(("one", "code"), CODES, ids=[code for _, code in CODES])
def test_every_code_has_an_example_that_fails(one: Check, code: str) -> None:
    assert code in BROKEN, f"add an example of {code}: {one.promise}"


def test_no_code_belongs_to_two_checks_and_every_example_to_one() -> None:
    codes = [code for _, code in CODES]
    assert len(codes) == len(set(codes))
    assert set(BROKEN) == set(codes)
    assert len({one.name for one in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(("code", "place"), EXAMPLES)
def test_the_example_is_found(code: str, place: int) -> None:
    owner = next(one for one in CHECKS if code in one.codes)
    findings = list(owner.run(BROKEN[code][place]))
    assert code in {finding.code for finding in findings}
    assert {finding.code for finding in findings} <= set(owner.codes)
    for finding in findings:
        assert finding.message.endswith((".", "'", '"'))
        assert finding.todo.endswith(".") or finding.code == "floor.broken"
        assert finding.code in str(finding)


@pytest.mark.parametrize("one", CHECKS, ids=[one.name for one in CHECKS])
def test_a_sound_script_passes(one: Check) -> None:
    assert list(one.run(SOUND)) == []


@pytest.mark.parametrize("name", KEPT)
def test_what_only_looks_wrong_passes(name: str) -> None:
    assert [str(finding) for one in CHECKS for finding in one.run(KEPT[name])] == []


def test_silence_is_not_too_low_where_the_day_alone_gives_the_level() -> None:
    by_day = rule("R-1", Level.D2, Days(up_to=400))
    everybody = LOW_SILENCE.model_copy(update={"rules": (*LOW_SILENCE.rules, by_day)})
    assert list(silence.CHECK.run(submitted(everybody))) == []


@pytest.mark.parametrize("broken", BROKEN["floor.broken"])
def test_a_breach_is_shown_as_a_real_patient(broken: Submission) -> None:
    entry = broken.floor.entries[0]
    findings = [one for known in CHECKS for one in known.run(broken) if one.code == "floor.broken"]
    for finding in findings:
        assert finding.patient is not None
        assert finding.stops
        assert holds(entry.when, finding.patient.facts(broken.script))
        assert not level_of(broken.script, finding.patient).at_least(entry.at_least)


def test_a_breach_reads_like_a_sentence() -> None:
    broken = submitted(without_rule("BL-1"), promise(answer("BL", "present"), Level.D2))
    found = next(finding for one in CHECKS for finding in one.run(broken) if finding.code == "floor.broken")
    assert found.message == "face, cheek, hour 20 (day 1), BL = present: D5, floor FL-1 says D2."
    assert str(found).startswith("error: floor FL-1: face, cheek")


def test_check_runs_them_all_in_order() -> None:
    sound = script()
    assert check(sound, SOUND.floor, cases=cases_for(sound)) == ()
    worse = with_rules(rule("BR-1", Level.D1, both(answer("A", "breathing"), Hours(up_to=72))))
    findings = check(worse, SOUND.floor)
    assert [finding.code for finding in findings if finding.severity is Severity.ERROR] == [
        "floor.broken",
        "emergency.line_not_d1",
    ]
    assert {finding.code for finding in findings if not finding.stops} == {"case.none"}


def test_english_leads_when_no_languages_are_named() -> None:
    left_over = BROKEN["language.left_over"][0].script
    assert [finding.language for finding in check(left_over, SOUND.floor) if finding.stops] == ["es"]


def test_a_rule_that_backs_up_another_is_no_warning() -> None:
    plain = rule("R-1", Level.D3, number("PA", 8))
    assert "rule.never_decides" in {one.code for one in check(with_rules(plain), Floor())}
    named = plain.model_copy(update={"backs_up": ("PA-2",)})
    codes = {one.code for one in check(with_rules(named), Floor())}
    assert codes.isdisjoint({"rule.never_decides", "rule.backs_up_nobody"})


def test_a_published_rule_keeps_its_name() -> None:
    plain = rule("R-1", Level.D3, number("PA", 8))
    assert "backs_up" not in plain.model_dump_json()
    assert "backs_up" in plain.model_copy(update={"backs_up": ("PA-2",)}).model_dump_json()
