"""Past conversations are judged by a draft: nothing that the rules did not give is taken away, and no fall is hidden."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.check.hindsight import BY_WORDS, Said, judge_again
from bot.core.engine.replay import replay
from bot.core.engine.run import Answer, Run, RunKind, Subject
from bot.core.flow.conditions import Given, Hours
from bot.core.flow.model import Phase, Script
from bot.core.level import Level
from tests.core.check.builders import answer, both, number, rule, script, with_rules, without_rule
from tests.flows.loaded import cases, scripts

T0 = datetime(2026, 3, 2, 10, tzinfo=UTC)
AT = T0 + timedelta(hours=20, minutes=17)


def run(level: Level, hits: tuple[str, ...] = (), sites: tuple[str, ...] = ("cheek",), **answers: Given) -> Run:
    """A conversation at hour 20 in which these were the answers."""
    subject = Subject(session_id="s", procedure="face", t0=T0, zone="Europe/Madrid", sites=sites)
    return Run(
        id="r",
        revision="old",
        kind=RunKind.PLANNED,
        step="c1",
        phase=Phase.EARLY,
        sets=("A",),
        subjects=(subject,),
        opened_at=AT,
        answers={name: Answer(given=given, at=AT) for name, given in answers.items()},
        level=level,
        hits=hits,
    )


@pytest.mark.parametrize("procedure", scripts())
def test_every_case_is_judged_as_the_engine_judged_it(procedure: str) -> None:
    """Taps, silence, own words and re-opened questions: the same script loses nothing and finds nothing new."""
    face = scripts()[procedure]
    for case in cases(procedure):
        past = replay(face, case).turns[-1].run
        judged = judge_again(past, (), face, face)
        assert (judged.before, judged.after) == (past.level, past.level), case.file


def test_a_draft_without_rules_loses_what_rules_gave() -> None:
    """Each red flag is lost, but for those that the patient's own words gave."""
    face = scripts()["face"]
    empty = face.model_copy(update={"rules": ()})
    lost = 0
    for case in cases("face"):
        past = replay(face, case).turns[-1].run
        judged = judge_again(past, (), face, empty)
        lost += judged.is_lost
        if not past.level.is_red or any(hit.startswith(BY_WORDS) for hit in past.hits):
            continue
        assert judged.is_lost, case.file
        assert len(judged.patient.answers) <= len(past.answers)
    assert lost > 100


WHITE = Given(codes=("present",))
CLEAR = Given(codes=("clear",))


def test_the_same_script_keeps_every_red_flag() -> None:
    judged = judge_again(run(Level.D2, ("BL-1",), BL=WHITE), (), script(), script())
    assert (judged.before, judged.after) == (Level.D2, Level.D2)
    assert not (judged.is_lost or judged.is_lower or judged.is_new)


def test_a_draft_without_the_rule_loses_it_and_shows_the_smallest_patient() -> None:
    past = run(Level.D2, ("BL-1",), sites=("cheek", "chin"), BL=WHITE, PA=Given(codes=("2",), number=2))
    judged = judge_again(past, (), script(), without_rule("BL-1"))
    assert judged.is_lost
    assert judged.after is Level.D5
    assert set(judged.patient.answers) == {"BL"}
    assert len(judged.patient.sites) == 1
    assert judged.patient.hour == int(judged.patient.hour)


def test_a_lower_level_is_no_loss_but_is_told() -> None:
    milder = script(rules=(rule("BL-1", Level.D3, answer("BL", "present")),))
    judged = judge_again(run(Level.D2, ("BL-1",), BL=WHITE), (), script(), milder)
    assert judged.is_lower
    assert not judged.is_lost


def test_a_draft_with_a_new_rule_finds_a_new_red_flag() -> None:
    draft = with_rules(rule("PA-0", Level.D3, number("PA", 2)))
    judged = judge_again(run(Level.D5, (), PA=Given(codes=("2",), number=2)), (), script(), draft)
    assert judged.is_new
    assert (judged.before, judged.after) == (Level.D5, Level.D3)
    assert set(judged.patient.answers) == {"PA"}


def test_what_the_patients_own_words_gave_is_kept() -> None:
    past = run(Level.D1, ("text:BR",), BL=CLEAR)
    for old in (script(), None):
        judged = judge_again(past, (), old, script(rules=()))
        assert judged.after is Level.D1


def test_an_answer_that_was_changed_still_counts_as_the_engine_let_it_count() -> None:
    """The level stayed at D2 although the last answer says clear: the draft is asked about both answers."""
    past = run(Level.D2, ("BL-1",), BL=CLEAR)
    said = (Said("BL", WHITE, AT - timedelta(minutes=2)), Said("BL", CLEAR, AT))
    assert judge_again(past, said, script(), script()).after is Level.D2
    assert judge_again(past, said, script(), without_rule("BL-1")).is_lost


def test_each_answer_is_judged_at_its_own_time() -> None:
    """The rule held when the answer came; a later answer does not move it out of its window."""
    early = rule("BL-9", Level.D2, both(answer("BL", "present"), Hours(up_to=20)))
    old: Script = script(rules=(early,))
    past = run(Level.D2, ("BL-9",), BL=WHITE, PA=Given(codes=("0",), number=0))
    said = (
        Said("BL", WHITE, T0 + timedelta(hours=19, minutes=59)),
        Said("PA", Given(codes=("0",), number=0), AT),
    )
    assert judge_again(past, said, old, old).after is Level.D2
    assert judge_again(past, said, old, script(rules=())).is_lost


def test_without_the_old_script_a_red_flag_by_rule_is_still_lost_in_the_open() -> None:
    judged = judge_again(run(Level.D2, ("BL-1",), BL=WHITE), (), None, without_rule("BL-1"))
    assert judged.is_lost
    assert judged.patient.hour == 20
