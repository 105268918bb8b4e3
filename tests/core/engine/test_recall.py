"""After a recall the run is one that the new script allows, its level has not fallen, and it has a next step."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.engine.advance import advance
from bot.core.engine.events import AdviceGiven, AlertRaised, Asked, Opened, Signal, Tapped, TimedOut, Typed, WentBack
from bot.core.engine.recall import Moved, hand_over_because, misfits, move
from bot.core.engine.run import Run, RunKind, RunState, Subject
from bot.core.errors import ScriptError
from bot.core.flow.model import Line, Phase, QuestionKind, Script
from bot.core.flow.recall_map import RecallMap, read_recall_map
from bot.core.level import Level
from tests.core.check.builders import answer, choice, questions, rule, rules, screen, script
from tests.core.check.strategies import PATIENTLY

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLD = script()
SAME = RecallMap()


def a_run(one: Script, sets: tuple[str, ...] = ("A", "R", "I")) -> Run:
    subject = Subject(session_id="s", procedure="face", t0=T0, zone="Europe/Madrid", sites=("cheek",))
    run = Run(
        id="0123456789ab",
        revision=one.revision,
        kind=RunKind.PLANNED,
        step="c1",
        phase=Phase.EARLY,
        sets=sets,
        subjects=(subject,),
        opened_at=T0 + timedelta(hours=2),
    )
    return advance(one, run, Opened(), T0 + timedelta(hours=2)).run


def tapped(one: Script, run: Run, *taps: tuple[str, str], at: datetime = T0 + timedelta(hours=2)) -> Run:
    for question, code in taps:
        run = advance(one, run, Tapped(question=question, code=code), at).run
    return run


def without(*names: str) -> Script:
    """The script without these questions, and without what speaks of them."""
    kept = {name: question for name, question in questions().items() if name not in names}
    if "BL" in names:
        kept["A"] = screen("A", *(line for line in kept["A"].lines if line.detail != "BL"))
    sets = {name: tuple(q for q in listed if q not in names) for name, listed in script().sets.items()}
    return script(
        questions=kept,
        sets={name: listed for name, listed in sets.items() if listed},
        rules=tuple(one for one in rules() if one.id.split("-")[0] not in names),
    )


def moved(new: Script, run: Run, how: RecallMap = SAME, minutes: int = 125) -> Moved:
    at = T0 + timedelta(minutes=minutes)
    found = move(OLD, new, run, how, at)
    assert misfits(new, found.turn.run, at) == ()
    assert found.turn.run.level.at_least(run.level)
    return found


def test_answers_go_along_and_the_open_question_is_asked_again() -> None:
    run = tapped(OLD, a_run(OLD), ("A", "none"), ("PA", "3"))
    new = script(rules=(*rules(), rule("NEW", Level.D4, answer("FE", "unsure"))))
    found = moved(new, run)
    assert found.lost == ()
    assert {name: each.given.codes for name, each in found.turn.run.answers.items()} == {"A": ("none",), "PA": ("3",)}
    assert next(event for event in found.turn.events if isinstance(event, Asked)).question == run.asking


def test_what_the_old_revision_missed_is_found_at_once() -> None:
    run = tapped(OLD, a_run(OLD), ("A", "none"), ("PA", "6"))
    assert run.level is Level.D5
    new = script(rules=(*rules(), rule("PA-9", Level.D2, answer("PA", "6"))))
    found = moved(new, run)
    assert found.turn.run.level is Level.D2
    kinds = [type(event) for event in found.turn.events]
    assert kinds == [AdviceGiven, AlertRaised, Asked]


def test_a_level_stays_although_its_question_is_gone() -> None:
    run = tapped(OLD, a_run(OLD, ("R", "I")), ("PA", "0"), ("FT", "nothing"), ("FE", "unsure"))
    run = run if run.state is RunState.OPEN else run.model_copy(update={"state": RunState.OPEN})
    assert run.level is Level.D3
    found = moved(without("FE"), run)
    assert found.turn.run.level is Level.D3
    assert found.lost == ("FE",)


def test_a_red_line_that_the_new_revision_does_not_know_counts_as_silence() -> None:
    run = tapped(OLD, a_run(OLD), ("A", "white_skin"))
    assert run.red_pending
    found = moved(without("BL"), run)
    assert found.turn.run.level is Level.D2
    assert any(isinstance(event, AdviceGiven) and event.advice == "d2_blood_flow" for event in found.settled.events)
    assert any(isinstance(event, AlertRaised) for event in found.settled.events)


def test_a_red_line_that_it_knows_keeps_its_time() -> None:
    run = tapped(OLD, a_run(OLD), ("A", "white_skin"))
    wait = run.wake_at
    new = script(rules=(*rules(), rule("NEW", Level.D4, answer("FE", "unsure"))))
    found = moved(new, run, minutes=121)
    assert found.turn.run.asking == "BL"
    assert found.turn.run.wake_at == wait
    later = advance(new, found.turn.run, TimedOut(), T0 + timedelta(minutes=130)).run
    assert later.level is Level.D2


def test_names_follow_the_map() -> None:
    renamed = {
        **{k: v for k, v in questions().items() if k != "FE"},
        "FEVER": choice("FEVER", "no_fever", "unsure", "hot"),
    }
    new = script(
        questions=renamed,
        sets={**script().sets, "I": ("FEVER",)},
        rules=(*(one for one in rules() if one.id != "FE-1"), rule("FE-1", Level.D3, answer("FEVER", "hot", "unsure"))),
        symptom_questions={"FE": "FEVER"},
    )
    run = tapped(OLD, a_run(OLD, ("I", "R")), ("FE", "clear"))
    how = RecallMap(questions={"FE": "FEVER"}, answers={"FE": {"clear": "no_fever", "present": "hot"}})
    assert moved(new, run, how).turn.run.answers["FEVER"].given.codes == ("no_fever",)
    assert moved(new, run).lost == ("FE",)


def test_who_must_go_to_a_person() -> None:
    run = a_run(OLD)
    assert hand_over_because(OLD, run) == ""
    assert "does not know cheek" in hand_over_because(script(sites=("chin",)), run)
    assert "none of the questions" in hand_over_because(script(sets={"Z": ("A",)}), run)
    with pytest.raises(ValueError, match="not an open run"):
        move(script(sites=("chin",)), OLD, run, SAME, T0)


@st.composite
def edits(draw: st.DrawFn) -> Script:
    """Another revision: questions gone, answers renamed, rules and lines changed."""
    gone = draw(st.sets(st.sampled_from(["BL", "PT", "FE", "NU", "FT"]), max_size=3))
    one = without(*gone)
    changed = dict(one.questions)
    for name, question in changed.items():
        if question.kind is QuestionKind.CHOICE and draw(st.integers(0, 4)) == 0 and name != "ACT":
            changed[name] = question.model_copy(update={"answers": (*question.answers[:-1], "other")})
    if draw(st.booleans()):
        lines = tuple(line for line in changed["A"].lines if draw(st.integers(0, 3)))
        changed["A"] = screen("A", *(lines or (Line(code="breathing", at_once=True),)))
    kept = tuple(
        each.model_copy(update={"level": draw(st.sampled_from(Level))}) if draw(st.integers(0, 3)) == 0 else each
        for each in one.rules
    )
    symptoms = {name: to for name, to in one.symptom_questions.items() if to in changed}
    return one.model_copy(update={"questions": changed, "rules": kept, "symptom_questions": symptoms})


@given(new=edits(), data=st.data())
@settings(PATIENTLY, max_examples=150)
def test_after_a_recall_the_run_is_one_that_the_new_script_allows(new: Script, data: st.DataObject) -> None:
    run, at = a_run(OLD), T0 + timedelta(hours=2)
    for _ in range(data.draw(st.integers(0, 8))):
        if run.state is RunState.ENDED or run.asking is None:
            return
        asking = run.asking
        at += timedelta(seconds=data.draw(st.integers(1, 400)))
        what = data.draw(st.integers(0, 9))
        codes = OLD.questions[asking].codes
        if what == 0:
            given = Typed(signals=(Signal(symptom="FE", level=data.draw(st.sampled_from(Level)), ask=what % 2 == 0),))
            run = advance(OLD, run, given, at).run
        elif what == 1:
            run = advance(OLD, run, TimedOut(), at).run
        elif what == 2:
            run = advance(OLD, run, WentBack(), at).run
        else:
            code = data.draw(st.sampled_from((*codes, "done") if OLD.questions[asking].lines else codes))
            run = advance(OLD, run, Tapped(question=asking, code=code), at).run
    if run.state is RunState.ENDED or new.revision == OLD.revision:
        return
    found = move(OLD, new, run, SAME, at)
    after = found.turn.run
    assert misfits(new, after, at) == ()
    assert after.level.at_least(found.settled.run.level)
    assert found.settled.run.level.at_least(run.level)
    if run.red_pending and not after.red_pending:
        # What was pending was answered with the worst, or it is the question that is asked: never dropped.
        assert after.level.is_red
    assert after.asking is not None or after.state is RunState.ENDED
    assert Run.model_validate_json(after.model_dump_json()) == after


MAP = """\
from: {old}
to: {new}
questions: {{FE: BL}}
answers:
  FE: {{clear: clear, present: present}}
"""


def test_a_map_is_read_and_each_slip_is_told() -> None:
    new = script(sites=("cheek",))
    good = MAP.format(old=OLD.revision, new=new.revision)
    assert read_recall_map(good, "map.yaml", OLD, new).questions == {"FE": "BL"}
    for written, slip, code, line in (
        (OLD.revision, "0000", "bare", 1),
        (new.revision, "other", "revision", 2),
        ("{FE: BL}", "{FEE: BL}", "unknown-name", 3),
        ("{FE: BL}", "{FE: ZZ}", "unknown-name", 3),
        ("clear: clear", "clean: clear", "unknown-name", 5),
        ("clear: clear", "clear: clean", "unknown-name", 5),
        ("from:", "form:", "unknown-key", 1),
    ):
        with pytest.raises(ScriptError) as caught:
            read_recall_map(good.replace(written, slip), "map.yaml", OLD, new)
        assert (code, line) in [(problem.code, problem.line) for problem in caught.value.problems]


def test_a_run_fits_its_own_script_and_no_other() -> None:
    at = T0 + timedelta(hours=2)
    run = tapped(OLD, a_run(OLD), ("A", "none"), ("PA", "8"))
    assert misfits(OLD, run, at) == ()
    assert {"revision", "answers", "hits", "level"} <= set(misfits(without("PA", "PT"), run, at))
    assert misfits(OLD, run.model_copy(update={"level": Level.D5}), at) == ("level",)
    assert misfits(OLD, run.model_copy(update={"asking": None}), at) == ("next step",)
