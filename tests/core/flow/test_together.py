"""One script out of several: each session gets at least what its own script gives, and no question comes twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.check.floor import Floor
from bot.core.check.floor_reading import read_floor
from bot.core.engine.advance import advance
from bot.core.engine.events import Opened, Tapped
from bot.core.engine.levels import rules_that_hold
from bot.core.engine.run import Answer, Run, RunKind, RunState, Subject
from bot.core.flow.conditions import AllOf, Given, NumberIs, holds
from bot.core.flow.model import Phase, QuestionKind, Script, given_for
from bot.core.flow.together import together
from bot.core.flow.together_names import plain, united
from bot.core.level import Level, worst
from tests.flows.loaded import live, scripts

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
ZONE = "Europe/Madrid"


@cache
def floor() -> Floor:
    """The clinic's real promises."""
    file = "clinic/safety.yaml"
    return read_floor(live().files[file], file, scripts().values())


@cache
def face() -> Script:
    return scripts()["face"]


@cache
def template() -> Script:
    return scripts()["template"]


@cache
def stranger() -> Script:
    """A third procedure that quarrels with the face about almost everything: answers, lines, levels, words."""
    script = face()
    swelling = script.questions["SW"].model_copy(update={"answers": ("none", "mild", "huge", "big", "growing")})
    screen = script.questions["R"]
    recovery = screen.model_copy(
        update={"lines": (*screen.lines[:1], screen.lines[1].model_copy(update={"detail": "SW"}))}
    )
    itch = script.questions["IT"].model_copy(update={"answers": ("clear", "lot")})
    rules = tuple(
        rule.model_copy(update={"level": Level.D1, "advice": "d1"})
        if rule.id == "PA-1"
        else rule.model_copy(update={"when": AllOf(of=(rule.when, NumberIs(question="PA", at_least=5)))})
        if rule.id == "PA-7"
        else rule
        for rule in script.rules
        if "IT" not in str(rule.when)
    )
    words = script.texts["en"].by_key
    texts = {
        **words,
        "procedure.stranger": "Another treatment",
        "answer.SW.huge": "Huge",
        "question.V.ask": "Look at your other skin. Do you see any of these?",
        "expected.soreness": "Other soreness is common.",
        "advice.d2_blood_flow": "Other words about blood flow.",
        "rule.BL-1": "Another name",
    }
    return script.model_copy(
        update={
            "procedure": "stranger",
            "questions": {**script.questions, "SW": swelling, "R": recovery, "IT": itch},
            "rules": rules,
            "sets": {**script.sets, "V": ("V", "BL", "SK", "PA", "NU")},
            "texts": {"en": script.texts["en"].model_copy(update={"by_key": texts})},
        }
    )


@cache
def older_face() -> Script:
    """The face of last year: pain counted from 6, and one line fewer in the emergency screen."""
    script = face()
    screen = script.questions["A"]
    rules = tuple(
        rule.model_copy(update={"when": NumberIs(question="PA", at_least=6)}) if rule.id == "PA-1" else rule
        for rule in script.rules
    )
    questions = {**script.questions, "A": screen.model_copy(update={"lines": screen.lines[:-1]})}
    return script.model_copy(update={"rules": rules, "questions": questions})


GROUPS: dict[str, Callable[[], tuple[Script, ...]]] = {
    "two procedures": lambda: (face(), template()),
    "two that quarrel": lambda: (stranger(), face()),
    "two revisions": lambda: (face(), older_face()),
    "three": lambda: (template(), stranger(), older_face()),
}


@cache
def group_of(name: str) -> tuple[tuple[Script, ...], Script]:
    """The scripts of a group, the newest first, and their combination."""
    chosen = GROUPS[name]()
    return chosen, together(chosen).script


@st.composite
def patients(draw: st.DrawFn, group: str) -> Run:
    """A run of one session for each script of the group, in the combined script, not yet opened."""
    chosen, combined = group_of(group)
    subjects = tuple(
        Subject(
            session_id=f"s{place}",
            procedure=script.procedure,
            t0=NOW - timedelta(hours=draw(st.sampled_from((2, 30, 71, 73, 150, 400, 700, 1500)))),
            zone=ZONE,
            sites=tuple(draw(st.sets(st.sampled_from(script.sites), min_size=1, max_size=3))),
            modifiers=tuple(draw(st.sets(st.sampled_from(script.modifiers), max_size=3))),
            revision=script.revision,
        )
        for place, script in reversed(list(enumerate(chosen)))
    )
    return Run(
        id="run",
        revision=combined.revision,
        kind=RunKind.ON_DEMAND,
        step="worse",
        phase=Phase.EARLY,
        sets=combined.plan.on_demand_sets,
        subjects=subjects,
        opened_at=NOW,
    )


@st.composite
def answers(draw: st.DrawFn, script: Script) -> dict[str, Given]:
    """Any answers to any questions."""
    found = {}
    for name in draw(st.sets(st.sampled_from(sorted(script.questions)), max_size=8)):
        question = script.questions[name]
        several = question.kind is QuestionKind.SCREEN
        codes = draw(st.lists(st.sampled_from(question.codes), min_size=1, max_size=3 if several else 1, unique=True))
        found[name] = given_for(question, tuple(codes))
    return found


def own(script: Script, combined: Script, given: dict[str, Given], mark: str) -> dict[str, Given]:
    """What of the answers the script alone would have recorded: its own questions, by its own names and codes."""
    found = {}
    for name, question in script.questions.items():
        asked = f"{name}@{mark}" if f"{name}@{mark}" in combined.questions else name
        codes = tuple(code for code in given[asked].codes if code in question.codes) if asked in given else ()
        if codes:
            found[name] = given_for(question, codes)
    return found


def marks(chosen: tuple[Script, ...]) -> list[str]:
    names = [script.procedure for script in chosen]
    return [
        script.procedure if names.count(script.procedure) == 1 else f"{script.procedure}-{script.revision[:4]}"
        for script in chosen
    ]


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_level_is_the_worst_of_those_that_each_script_gives_alone(group: str, data: st.DataObject) -> None:
    run = data.draw(patients(group))
    chosen, combined = group_of(group)
    given, before = data.draw(answers(combined)), data.draw(answers(combined))
    run = run.model_copy(
        update={"answers": {name: Answer(given=each, at=NOW) for name, each in given.items()}, "previous": before}
    )
    level = worst((Level.D5, *(rule.level for rule in rules_that_hold(combined, run, NOW))))
    alone: list[Level] = []
    for script, mark in zip(chosen, marks(chosen), strict=True):
        mine = run.model_copy(
            update={
                "subjects": tuple(each for each in run.subjects if each.revision == script.revision),
                "answers": {
                    name: Answer(given=each, at=NOW) for name, each in own(script, combined, given, mark).items()
                },
                "previous": own(script, combined, before, mark),
            }
        )
        alone.extend(rule.level for rule in rules_that_hold(script, mine, NOW))
        # What was proved of a script holds for its sessions in the combination too.
        facts = mine.facts(mine.subjects[0], NOW)
        promises = floor().binding(script.procedure) if script in (face(), template()) else ()
        for entry in promises:
            if holds(entry.when, facts):
                assert level.at_least(entry.at_least), entry.id
    assert level is worst((Level.D5, *alone))


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_no_question_comes_twice_and_the_emergency_screen_first(group: str, data: st.DataObject) -> None:
    run, combined = data.draw(patients(group)), group_of(group)[1]
    run = advance(combined, run, Opened(), NOW).run
    assert plain(run.asking or "") == "A"
    asked: list[str] = []
    while run.state is RunState.OPEN:
        assert run.asking is not None
        assert run.asking not in asked
        asked.append(run.asking)
        assert len(asked) <= len(combined.questions)
        question = combined.questions[run.asking]
        code = data.draw(st.sampled_from((question.well, question.well, *question.codes)))
        run = advance(combined, run, Tapped(question=question.id, code=code), NOW).run
        if run.picked and run.asking == question.id:
            run = advance(combined, run, Tapped(question=question.id, code="done"), NOW).run
        run = Run.model_validate_json(run.model_dump_json())


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_a_script_alone_asks_of_a_well_patient_is_asked(group: str, data: st.DataObject) -> None:
    """Nothing that a script wants to know of its session is lost in the combination."""
    run = data.draw(patients(group))
    chosen, combined = group_of(group)

    def asks(script: Script, run: Run) -> set[str]:
        found = set()
        run = advance(script, run, Opened(), NOW).run
        while run.asking is not None:
            found.add(run.asking)
            well = script.questions[run.asking].well
            run = advance(script, run, Tapped(question=run.asking, code=well), NOW).run
        return found

    together_asked = asks(combined, run)
    for script, mark in zip(chosen, marks(chosen), strict=True):
        subjects = tuple(each for each in run.subjects if each.revision == script.revision)
        mine = run.model_copy(update={"subjects": subjects, "sets": script.plan.on_demand_sets})
        for name in asks(script, mine):
            asked = f"{name}@{mark}" if f"{name}@{mark}" in combined.questions else name
            assert asked in together_asked


@pytest.mark.parametrize("group", GROUPS)
def test_a_combination_is_a_script_like_any(group: str) -> None:
    chosen, combined = group_of(group)
    assert together(chosen).script.revision == combined.revision
    assert Script.model_validate_json(combined.model_dump_json()).revision == combined.revision
    assert combined.revision not in {script.revision for script in chosen}
    assert len({rule.id for rule in combined.rules}) == len(combined.rules)
    known = combined.texts["en"].by_key
    for question in combined.questions.values():
        assert f"question.{question.id}.ask" in known and f"question.{question.id}.short" in known
        assert all(line.detail is None or line.detail in combined.questions for line in question.lines)
        shown = () if question.kind is QuestionKind.SCALE else question.codes if question.lines else question.answers
        assert all(f"answer.{question.id}.{code}" in known for code in shown)
    for rule in combined.rules:
        assert f"rule.{rule.id.removesuffix('+')}" in known
        assert f"advice.{rule.advice}" in known and rule.advice in combined.advice_order
        assert not rule.note or f"note.{rule.note}" in known
    assert all(f"expected.{reason.text}" in known for reason in combined.expected)
    assert all(f"care.{reason.text}" in known for reason in combined.self_care)
    assert all(name in combined.sets for name in combined.plan.on_demand_sets)


def test_one_script_stays_what_it_is() -> None:
    assert together((face(),)).script is face()


def test_every_procedure_keeps_its_own_words() -> None:
    both = together((stranger(), face())).script
    known = both.texts["en"].by_key
    assert known["expected.soreness"] == "Other soreness is common."
    assert known["expected.soreness@face"] == face().texts["en"].by_key["expected.soreness"]
    assert known["advice.d2_blood_flow@face"] == face().texts["en"].by_key["advice.d2_blood_flow"]
    assert known["question.V.ask"].startswith("Look at your other skin. Do you see any of these?\n\nLook at")
    names = {rule.id: rule.level for rule in both.rules}
    assert (names["PA-1"], names["PA-1@face"]) == (Level.D1, Level.D2)
    order = both.advice_order
    assert order.index("d1") < order.index("d2_blood_flow@face") < order.index("d2")


def test_the_older_screen_lends_no_second_emergency_screen() -> None:
    """A line more or fewer in a screen is still one screen, with all lines."""
    both = together((older_face(), face())).script
    assert [name for name in both.questions if plain(name) == "A"] == ["A"]
    assert [line.code for line in both.questions["A"].lines] == [line.code for line in face().questions["A"].lines]


def test_a_language_that_one_script_lacks_is_lent_its_english() -> None:
    words = {key: f"de {text}" for key, text in face().texts["en"].by_key.items()}
    german = face().texts["en"].model_copy(update={"language": "de", "by_key": words})
    two = face().model_copy(update={"texts": {**face().texts, "de": german}})
    known = together((template(), two)).script.texts["de"].by_key
    assert known["question.A.ask"].startswith("de ")
    assert known["question.BM.ask"] == template().texts["en"].by_key["question.BM.ask"]


def test_sets_are_united_in_order() -> None:
    lists = [("A", "V", "FT"), ("A", "L", "V", "SW", "FT"), ("A", "ACT")]
    assert united(lists) == ("A", "V", "L", "SW", "FT", "ACT")
    assert united([("A",), ("A@old",)]) == ("A", "A@old")
    assert united([]) == ()
