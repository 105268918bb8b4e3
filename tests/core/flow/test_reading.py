"""Reading a whole library: what the files say is what the script has."""

from datetime import time

import pytest

from bot.core.errors import ScriptError
from bot.core.flow.conditions import AllOf, AnswerIs, AnyOf, HasModifier, HasPrevious, NumberIs
from bot.core.flow.model import (
    CheckIn,
    Extra,
    FollowUp,
    Line,
    Phase,
    QuestionKind,
    Script,
    Silence,
    SilencePlan,
    Wording,
)
from bot.core.flow.nodes import Place
from bot.core.flow.reading import read_library, read_script
from bot.core.level import Level
from tests.core.flow.small import FILES, PART, SCRIPT, problems_of


@pytest.fixture(scope="module")
def script() -> Script:
    return read_script(FILES, "demo")


def test_the_outline(script: Script) -> None:
    assert (script.procedure, script.parts) == ("demo", ("emergency",))
    assert script.sites == ("cheek", "forehead")
    assert script.modifiers == ("lips_treated", "diabetes")
    assert script.sets == {"A": ("A", "BL"), "V": ("PA", "PT", "BR"), "ACT": ("ACT",)}
    assert script.symptom_questions == {"BRE": "BR", "PAIN": "PA"}
    assert script.advice_order == ("d1", "d2_blood_flow", "d2", "d3", "d4", "d5")


def test_questions(script: Script) -> None:
    screen = script.questions["A"]
    assert screen.kind is QuestionKind.SCREEN
    assert screen.codes == ("breathing", "white_skin", "none")
    assert screen.lines == (
        Line(code="breathing", at_once=True),
        Line(code="white_skin", detail="BL", if_silent="present"),
    )
    assert screen.wording == (Wording(when=HasModifier(any_of=("lips_treated",)), use="no_lips"),)
    assert script.questions["BR"].silence == Silence(after_s=120, counts_as="present")
    assert script.questions["BL"].photo
    assert script.questions["PT"].ask_when == AllOf(
        of=(HasPrevious(question="PA"), NumberIs(question="PA", at_least=1))
    )
    assert {question.part for question in script.questions.values()} == {"emergency"}


def test_rules_with_names_replaced(script: Script) -> None:
    rule = script.rules[0]
    assert (rule.id, rule.level, rule.advice, rule.part) == ("BR-1", Level.D1, "d1", "emergency")
    assert rule.when == AnyOf(
        of=(
            AnswerIs(question="A", any_of=("breathing",)),
            AnswerIs(question="BR", any_of=("present", "unsure")),
        )
    )
    assert (rule.calls, rule.note, rule.source) == (("injector",), "airway", ("S1",))


def test_an_infection_rule_becomes_two(script: Script) -> None:
    plain, raised = script.rules[2:]
    assert (plain.id, plain.level, plain.advice, plain.raised_from) == ("PA-3", Level.D4, "d4", None)
    assert (raised.id, raised.level, raised.advice, raised.raised_from) == ("PA-3+", Level.D3, "d3", Level.D4)
    assert raised.when == AllOf(of=(plain.when, HasModifier(any_of=("diabetes",))))


def test_a_raised_rule_may_have_an_advice_of_its_own() -> None:
    part = PART.replace("infection: true", "infection: true, raised_advice: d2, advice: d3")
    plain, raised = read_script(FILES | {"common/emergency.yaml": part}, "demo").rules[2:]
    assert (plain.advice, raised.advice) == ("d3", "d2")


def test_several_questions_in_one_condition_must_all_hold() -> None:
    part = PART.replace("{twice: {answer: {PT: worse}}}", "{answer: {PT: worse, BL: [unsure]}}")
    rule = read_script(FILES | {"common/emergency.yaml": part}, "demo").rules[2]
    assert rule.when == AllOf(
        of=(AnswerIs(question="PT", any_of=("worse",)), AnswerIs(question="BL", any_of=("unsure",)))
    )


def test_the_procedure_may_say_what_a_name_of_a_part_means() -> None:
    ours = SCRIPT.replace("conditions: {", "conditions: {breathing_sign: {answer: {BR: present}}, ")
    rule = read_script(FILES | {"demo/script.yaml": ours}, "demo").rules[0]
    assert rule.when == AnswerIs(question="BR", any_of=("present",))


def test_reasons(script: Script) -> None:
    assert [(reason.id, reason.text, reason.source) for reason in script.expected] == [("EX-1", "pain_peak", ("S11",))]
    assert [(reason.id, reason.text) for reason in script.self_care] == [("SC-1", "first_48")]


def test_the_plan(script: Script) -> None:
    plan = script.plan
    assert (plan.quiet_from, plan.quiet_to) == (time(22), time(8))
    assert (plan.merge_within_h, plan.still_there_after_s) == (24, 600)
    assert (plan.on_demand_sets, plan.after_d2) == (("A", "V"), ("BR",))
    assert plan.follow_up == FollowUp(
        question="ACT",
        act_within_s=300,
        recheck_after_s=(1800, 7200),
        recheck_next_morning=True,
        recheck_sets=("A", "ACT"),
    )
    assert plan.silence[Phase.LATE] == SilencePlan(
        remind_after_s=(86400, 259200), task="late_list", task_after_s=345600, task_due_s=14400
    )
    assert plan.check_ins[1:] == (
        CheckIn(
            id="c2",
            phase=Phase.EARLY,
            sets=("A", "V"),
            after_h=6,
            at_latest=time(21),
            if_session_after=time(19),
            then_at=time(8),
        ),
        CheckIn(
            id="c3",
            phase=Phase.EARLY,
            sets=("A",),
            on_day=1,
            extra=(Extra(when=HasModifier(any_of=("diabetes",)), sets=("V",)),),
        ),
        CheckIn(
            id="c15",
            phase=Phase.LATE,
            sets=("A",),
            on_day=120,
            only_when=HasModifier(any_of=("lips_treated",)),
            closes=True,
        ),
    )


def test_texts_are_the_common_ones_and_over_them_the_procedures_own() -> None:
    own = FILES["demo/en.yaml"] + "  PA: {ask: 'How much does it hurt?'}\n"
    texts = read_script(FILES | {"demo/en.yaml": own}, "demo").texts["en"].by_key
    assert texts["question.PA.ask"] == "How much does it hurt?"
    assert texts["question.PA.short"] == "Pain"
    assert texts["question.A.ask.no_lips"] == "Any?"
    assert texts["answer.A.none"] == "None of these"
    assert texts["answer.A.no_lips.breathing"] == "Tongue"
    assert texts["answer.PT.worse"] == "Worse"
    assert texts["advice.d1"] == "Call {emergency_number}"
    assert texts["expected.pain_peak"] == "Pain is expected"
    assert texts["care.first_48"] == "Cool it"
    assert texts["note.airway"] == "Airway"
    assert texts["site.cheek"] == "cheek"
    assert texts["modifier.diabetes"] == "diabetes"
    assert texts["procedure.demo"] == "Demo treatment"
    assert texts["rule.PA-3+"] == texts["rule.PA-3"] == "Worse twice"


def test_a_script_has_no_texts_of_parts_that_it_does_not_use() -> None:
    other = {
        "common/other.yaml": "part: other\nquestions:\n  ZZ: {kind: choice, answers: [good, bad], well: good}\n",
        "common/en.yaml": FILES["common/en.yaml"].replace("  PA: {", "  ZZ: {ask: Zz?}\n  PA: {"),
    }
    with_other = read_script(FILES | other, "demo")
    assert "ZZ" not in with_other.questions
    assert with_other.revision == read_script(FILES, "demo").revision


def test_a_language_needs_a_file_in_the_folder_of_the_procedure() -> None:
    files = FILES | {"common/es.yaml": "language: es\n", "demo/fr.yaml": "language: fr\n"}
    assert list(read_script(files, "demo").texts) == ["en", "fr"]


def test_positions() -> None:
    positions = read_library(FILES).positions["demo"]
    part, texts, own = "common/emergency.yaml", "common/en.yaml", "demo/script.yaml"
    assert positions.of("question", "PT") == Place(part, 15, 3)
    assert positions.of("rule", "PA-3") == positions.of("rule", "PA-3+") == Place(part, 24, 10)
    assert positions.of("set", "V") == Place(part, 19, 3)
    assert positions.of("condition", "breathing_sign") == Place(part, 3, 3)
    assert positions.of("condition", "on_face") == Place(own, 5, 14)
    assert positions.of("expected", "EX-1") == Place(part, 26, 10)
    assert positions.of("self_care", "SC-1") == Place(part, 28, 10)
    assert positions.of("symptom", "PAIN") == Place(part, 29, 21)
    assert positions.of("check-in", "c3") == Place(own, 20, 12)
    assert positions.of("site", "forehead") == Place(own, 3, 16)
    assert positions.of("modifier", "diabetes") == Place(own, 4, 27)
    assert positions.of("advice", "d2") == Place(own, 6, 35)
    assert positions.of("plan") == Place(own, 8, 3)
    assert positions.of("text en", "question.A.ask.no_lips") == Place(texts, 3, 42)
    assert positions.of("rule", "nobody") == Place(own)
    assert (str(Place(own, 8, 3)), str(Place(own))) == (f"{own}:8:3", own)


def test_live_procedures_are_all_folders_but_three() -> None:
    template = {
        "template/script.yaml": SCRIPT.replace("procedure: demo", "procedure: template"),
        "template/en.yaml": "language: en\n",
    }
    other = {
        "clinic/safety.yaml": "not: [read",
        "clinic/messages/en.yaml": "not: [read",
        "README.md": "not read",
        "demo/notes.txt": "not read",
    }
    assert list(read_library(FILES | template | other).scripts) == ["demo"]
    assert read_script(FILES | template, "template").procedure == "template"


def test_a_template_that_is_broken_harms_no_live_procedure() -> None:
    assert problems_of(FILES | {"template/script.yaml": "["}) == ()


def test_reading_twice_gives_the_same_revision() -> None:
    assert read_script(dict(reversed(FILES.items())), "demo").revision == read_script(FILES, "demo").revision


def test_a_script_survives_json(script: Script) -> None:
    assert Script.model_validate_json(script.model_dump_json()) == script


def test_all_problems_of_all_files_come_together_in_order() -> None:
    files = FILES | {
        "common/emergency.yaml": PART.replace("level: D1", "level: D9").replace("hours: {up_to: 48}", "ours: {}"),
        "demo/script.yaml": SCRIPT.replace("phase: late, on_day: 120", "phase: last, on_day: 999999"),
        "other/script.yaml": "procedure: other\n",
    }
    found = problems_of(files)
    places = [(one.file, one.line, one.column) for one in found]
    assert places == sorted(places)
    assert {one.file for one in found} == {"common/emergency.yaml", "demo/script.yaml", "other/script.yaml"}
    assert len(set(found)) == len(found)
    with pytest.raises(ScriptError):
        read_script(files, "demo")


def test_a_part_that_two_procedures_use_is_reported_once() -> None:
    files = FILES | {
        "common/emergency.yaml": PART.replace("level: D1", "level: D9"),
        "more/script.yaml": SCRIPT.replace("procedure: demo", "procedure: more"),
        "more/en.yaml": "language: en\n",
    }
    assert [str(one) for one in problems_of(files)] == [
        "common/emergency.yaml:22:51: Unknown level 'D9'. Known here: D1, D2, D3, D4, D5. [unknown-name]"
    ]
