"""Every slip in a script is reported where it stands, with what to do: one slip, one problem."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ScriptError
from bot.core.flow.cases import read_cases
from bot.core.flow.reading import read_script
from tests.core.flow.small import FILES, PART, SCRIPT, problems_of, spoilt

PART_FILE, TEXT_FILE, OWN_FILE, OWN_TEXTS = (
    "common/emergency.yaml",
    "common/en.yaml",
    "demo/script.yaml",
    "demo/en.yaml",
)
TWICE = "{twice: {answer: {PT: worse}}}"
CHEEKS = "[cheek, forehead]"

SLIPS = [
    # keys
    (PART_FILE, "rules:\n", "@@ruls:\n", "unknown-key", "Did you mean 'rules'?"),
    (PART_FILE, "level: D1", "@@levl: D1", "unknown-key", "Did you mean 'level'?"),
    (PART_FILE, "photo: true", "@@yes: true", "unknown-key", "Unknown key"),
    (PART_FILE, "PA: {kind: scale", "PA: {@@kin: scale", "unknown-key", "Did you mean 'kind'?"),
    (
        PART_FILE,
        "- {id: SC-1, when: {hours: {up_to: 48}}, text: first_48}",
        "- @@{id: SC-1, when: {always: true}}",
        "missing-key",
        "no 'text'",
    ),
    (PART_FILE, "part: emergency", "part: @@emergencies", "file-name", "Write 'emergency'"),
    (OWN_FILE, "procedure: demo", "procedure: @@face", "file-name", "Write 'demo'"),
    (TEXT_FILE, "language: en", "language: @@es", "file-name", "Write 'en'"),
    # shapes
    (PART_FILE, "[A, BL]", "@@A", "type", "must be a list"),
    (PART_FILE, '{kind: scale, well: "0"}', "@@[scale]", "type", "must be a mapping"),
    (PART_FILE, "why: airway", "why: @@[airway]", "type", "must be a text"),
    (PART_FILE, "why: airway", "why: @@", "empty", "no value"),
    (PART_FILE, "why: airway", "why: @@' '", "empty", "no value"),
    (PART_FILE, "photo: true", "photo: @@yes", "type", "must be true or false"),
    (PART_FILE, "photo: true", "photo: @@'true'", "type", "must be true or false"),
    (PART_FILE, "after: 2 min", "after: @@2 minutes", "type", "must be a duration"),
    (PART_FILE, "after: 2 min", "after: @@120", "type", "must be a duration"),
    (PART_FILE, "after: 2 min", "after: @@9999 w", "type", "must be a duration"),
    # bare words
    (PART_FILE, "answers: [better, same, worse]", "answers: [better, @@no, same, worse]", "bare", "quotes"),
    (PART_FILE, 'well: "0"', "well: @@0", "bare", "quotes"),
    (PART_FILE, "why: airway", "why: @@off", "bare", "quotes"),
    (PART_FILE, "why: airway", "why: @@12:30", "bare", "quotes"),
    (PART_FILE, "symptoms: {", "symptoms: {@@null: BR, ", "bare", "quotes"),
    (TEXT_FILE, "white_skin: White skin", "white_skin: @@Yes", "bare", "quotes"),
    # names
    (PART_FILE, "answers: [better, same, worse]", "answers: [better, @@not so good, same, worse]", "name", "letters"),
    (PART_FILE, "answers: [better, same, worse]", "answers: [better, same, worse, @@same]", "duplicate", "twice"),
    (PART_FILE, "id: SC-1", "id: @@SC+1", "name", "letters"),
    # questions
    (PART_FILE, "kind: screen", "kind: @@scren", "unknown-name", "Did you mean 'screen'?"),
    (PART_FILE, "well: same", "well: @@sam", "unknown-name", "Did you mean 'same'?"),
    (PART_FILE, "counts_as: present", "counts_as: @@presnt", "unknown-name", "Did you mean 'present'?"),
    (PART_FILE, "detail: BL, if_silent: present", "detail: BL, if_silent: @@breathing", "unknown-name", "BL"),
    (PART_FILE, "detail: BL, if_silent: present", "detail: @@BLL", "unknown-name", "Did you mean 'BL'?"),
    (PART_FILE, "detail: BL, if_silent: present", "if_silent: @@present", "line", "no 'detail'"),
    (PART_FILE, "at_once: true", "at_once: true, detail: @@BR", "line", "opens no question"),
    (PART_FILE, "{code: breathing, at_once: true}", "{code: breathing}\n      - {code: @@none}", "name", "already"),
    (PART_FILE, "at_once: true}", "at_once: true}\n      - {code: @@breathing}", "duplicate", "already"),
    (PART_FILE, "PA: {kind: scale", "PA: {answers: @@[few, many], kind: scale", "unknown-key", "no answers"),
    (PART_FILE, "PA: {kind: scale", "PA: {lines: @@[{code: x}], kind: scale", "unknown-key", "Only a screen"),
    (PART_FILE, "PA: {kind: scale", "@@ZZ: {kind: screen, well: none}\n  PA: {kind: scale", "missing-key", "lines"),
    (
        PART_FILE,
        "PA: {kind: scale",
        "ZZ: {kind: screen, lines: @@[], well: none}\n  PA: {kind: scale",
        "empty",
        "short",
    ),
    # conditions
    (PART_FILE, TWICE, "@@{}", "empty", "is empty"),
    (PART_FILE, TWICE, "@@worse", "type", "must be a mapping"),
    (PART_FILE, TWICE, "@@{always: true, worse: PA}", "condition", "exactly one key"),
    (PART_FILE, TWICE, "{@@not: {always: true}}", "unknown-name", "Unknown condition 'not'"),
    (PART_FILE, TWICE, "{@@ansver: {PT: worse}}", "unknown-name", "Did you mean 'answer'?"),
    (PART_FILE, TWICE, "{always: @@false}", "condition", "always: true"),
    (PART_FILE, TWICE, "{answer: {@@PTT: worse}}", "unknown-name", "Did you mean 'PT'?"),
    (PART_FILE, TWICE, "{answer: {PT: @@worst}}", "unknown-name", "Did you mean 'worse'?"),
    (PART_FILE, TWICE, "{answer: {PT: [worse, @@worst]}}", "unknown-name", "Did you mean 'worse'?"),
    (PART_FILE, TWICE, "{answer: {PT: [worse, @@worse]}}", "duplicate", "twice"),
    (PART_FILE, TWICE, "{answer: {PT: @@[]}}", "empty", "at least 1"),
    (PART_FILE, TWICE, "{answer: {@@PA: '7'}}", "condition", "number"),
    (PART_FILE, TWICE, "{answer: @@{}}", "empty", "is empty"),
    (PART_FILE, TWICE, "{number: {@@PT: {at_least: 1}}}", "condition", "no scale"),
    (PART_FILE, TWICE, "{number: {PA: @@{}}}", "condition", "no bound"),
    (PART_FILE, TWICE, "{number: {PA: {at_least: @@11}}}", "range", "0 to 10"),
    (PART_FILE, TWICE, "{number: {PA: {at_least: @@-1}}}", "range", "0 to 10"),
    (PART_FILE, TWICE, "{number: {PA: {at_least: @@7.5}}}", "type", "whole number"),
    (PART_FILE, TWICE, "{number: {PA: {at_least: @@'7'}}}", "type", "whole number"),
    (PART_FILE, TWICE, "{number: {PA: @@{at_least: 7, at_most: 4}}}", "range", "no number fits"),
    (PART_FILE, TWICE, "{hours: {after: @@-1}}", "range", "out of range"),
    (PART_FILE, TWICE, "{hours: {after: @@1e9}}", "type", "must be a number"),
    (PART_FILE, TWICE, "{hours: {after: @@.inf}}", "type", "must be a number"),
    (PART_FILE, TWICE, "{hours: @@{after: 48, up_to: 48}}", "range", "no time fits"),
    (PART_FILE, TWICE, "{hours: @@{}}", "condition", "no bound"),
    (PART_FILE, TWICE, "{day: {after: @@-1}}", "range", "out of range"),
    (PART_FILE, TWICE, "{day: {up_to: @@2 w}}", "type", "whole number"),
    (PART_FILE, TWICE, "{day: @@{after: 7, up_to: 3}}", "range", "no time fits"),
    (PART_FILE, TWICE, "{day: {@@until: 3}}", "unknown-key", "Known here: after, up_to"),
    (PART_FILE, TWICE, "{site: [@@chek]}", "unknown-name", "Did you mean 'cheek'?"),
    (PART_FILE, TWICE, "{site: @@cheek}", "type", "must be a list"),
    (PART_FILE, TWICE, "{modifier: [@@diabetis]}", "unknown-name", "Did you mean 'diabetes'?"),
    (PART_FILE, TWICE, "{without: [@@diabetis]}", "unknown-name", "Did you mean 'diabetes'?"),
    (PART_FILE, TWICE, "{procedure: [@@demos]}", "unknown-name", "Did you mean 'demo'?"),
    (PART_FILE, TWICE, "{worse: @@PX}", "unknown-name", "question"),
    (PART_FILE, TWICE, "{worse: @@A}", "condition", "no order"),
    (PART_FILE, TWICE, "{asked_before: @@PX}", "unknown-name", "question"),
    (PART_FILE, TWICE, "{twice: @@{worse: PA}}", "condition", "never hold"),
    (PART_FILE, TWICE, "{twice: @@{any: [{answer: {PT: worse}}, {asked_before: PT}]}}", "condition", "never hold"),
    (PART_FILE, TWICE, "{is: @@on_fase}", "unknown-name", "Did you mean 'on_face'?"),
    (PART_FILE, TWICE, "{is: @@unheard_of}", "unknown-name", "Define it under 'conditions'"),
    (PART_FILE, TWICE, "{all: @@[]}", "empty", "too short"),
    (PART_FILE, TWICE, "{any: [{always: true}, {@@nay: 1}]}", "unknown-name", "condition"),
    (
        PART_FILE,
        "breathing_sign: {any: [{answer: {A: breathing}}",
        "breathing_sign: {any: [{is: @@breathing_sign}",
        "circle",
        "breathing_sign > breathing_sign",
    ),
    # rules and reasons
    (PART_FILE, "id: PA-3", "id: @@PA-2", "duplicate", "already"),
    (PART_FILE, "level: D4", "level: @@D6", "unknown-name", "level"),
    (PART_FILE, "advice: d2_blood_flow", "advice: @@d2_blood", "unknown-name", "Did you mean 'd2_blood_flow'?"),
    (PART_FILE, "level: D4, infection: true", "level: D2, infection: @@true", "rule", "not raised"),
    (PART_FILE, "infection: true", "raised_advice: @@d3", "rule", "Only a rule"),
    (PART_FILE, "infection: true", "infection: true, raised_advice: @@d33", "unknown-name", "Did you mean"),
    # the procedure
    (OWN_FILE, "use: [emergency]", "use: [emergency, @@emergncy]", "unknown-name", "Did you mean 'emergency'?"),
    (OWN_FILE, CHEEKS, "[cheek, forehead, @@cheek]", "duplicate", "twice"),
    (
        OWN_FILE,
        "plan:",
        "rules: [{id: @@PA-2, when: {always: true}, level: D5, why: x}]\nplan:",
        "duplicate",
        "already",
    ),
    (OWN_FILE, "plan:", "sets: {@@A: [A]}\nplan:", "duplicate", "already"),
    (OWN_FILE, "plan:", "symptoms: {@@PAIN: PA}\nplan:", "duplicate", "already"),
    (OWN_FILE, "plan:", "questions: {@@PA: {kind: scale, well: '0'}}\nplan:", "duplicate", "already"),
    (OWN_FILE, "plan:", "self_care: [{id: @@SC-1, when: {always: true}, text: x}]\nplan:", "duplicate", "already"),
    (OWN_FILE, "plan:", "sets: {Z: [@@PX]}\nplan:", "unknown-name", "question"),
    (OWN_FILE, "plan:", "symptoms: {ZZ: @@PX}\nplan:", "unknown-name", "question"),
    # the plan
    (OWN_FILE, '{from: "22:00", to: "08:00"}', '@@{from: "22:00", to: "22:00"}', "range", "no interval"),
    (OWN_FILE, 'from: "22:00"', "from: @@22:00", "type", "time of day"),
    (OWN_FILE, 'from: "22:00"', 'from: @@"24:00"', "type", "time of day"),
    (OWN_FILE, "merge_within: 24 h", "merge_within: @@90 min", "range", "whole hours"),
    (OWN_FILE, "on_demand: [A, V]", "on_demand: [A, @@PA]", "unknown-name", "set"),
    (OWN_FILE, "after_d2: [BR]", "after_d2: [@@V]", "unknown-name", "question"),
    (OWN_FILE, "question: ACT", "question: @@ACTS", "unknown-name", "Did you mean 'ACT'?"),
    (OWN_FILE, "recheck_sets: [A, ACT]", "recheck_sets: [A, @@BR]", "unknown-name", "set"),
    (OWN_FILE, "recheck_after: [30 min, 2 h]", "recheck_after: [2 h, @@30 min]", "order", "not later"),
    (OWN_FILE, "    late: {remind", "    @@lat: {remind", "unknown-key", "Did you mean 'late'?"),
    (OWN_FILE, "id: c2", "id: @@c1", "duplicate", "already"),
    (OWN_FILE, "phase: late", "phase: @@later", "unknown-name", "Did you mean 'late'?"),
    (OWN_FILE, "sets: [A], closes: true", "sets: [@@B], closes: true", "unknown-name", "set"),
    (OWN_FILE, "sets: [A], closes: true", "sets: @@[], closes: true", "empty", "too short"),
    (OWN_FILE, "{modifier: [diabetes]}, sets: [V]", "{modifier: [diabetes]}, sets: [@@W]", "unknown-name", "set"),
    (OWN_FILE, "{modifier: [diabetes]}, sets: [V]", "{modifier: [@@filler]}, sets: [V]", "unknown-name", "modifier"),
    (OWN_FILE, "- {id: c3, phase: early, on_day: 1,", "- @@{id: c3, phase: early,", "check-in", "exactly one"),
    (
        OWN_FILE,
        "- {id: c3, phase: early, on_day: 1,",
        "- @@{id: c3, phase: early, on_day: 1, after: 2 d,",
        "check-in",
        "exactly one",
    ),
    (OWN_FILE, "on_day: 1,", 'on_day: 1, at_latest: @@"20:00",', "check-in", "Delete 'at_latest'"),
    (OWN_FILE, "on_day: 120,", "on_day: @@1001,", "range", "out of range"),
    (OWN_FILE, "- {id: c2, phase: early, after: 6 h", "- @@{id: c2, phase: early, after: 1 h", "order", "not later"),
    (OWN_FILE, "- {id: c2, phase: early, after: 6 h", "- @@{id: c2, phase: early, after: 2 h", "order", "not later"),
    # texts
    (TEXT_FILE, "  PA: {ask", "  @@PX: {ask", "unknown-name", "question"),
    (TEXT_FILE, "  PA: {ask", "  PA: {@@aks", "unknown-key", "Did you mean 'ask'?"),
    (TEXT_FILE, "short: Pain", "@@answers: {x: y}", "unknown-key", "answers"),
    (TEXT_FILE, "ask.no_lips", "@@ask.nolips", "unknown-key", "Did you mean 'ask.no_lips'?"),
    (TEXT_FILE, "white_skin: White", "@@white_skn: White", "unknown-name", "Did you mean 'white_skin'?"),
    (TEXT_FILE, "BR-1: Breathing", "@@BR-9: Breathing", "unknown-name", "rule"),
    (TEXT_FILE, "{pain_peak", "{@@pain_peek", "unknown-name", "Did you mean 'pain_peak'?"),
    (TEXT_FILE, "{first_48", "{@@first_49", "unknown-name", "Did you mean 'first_48'?"),
    (TEXT_FILE, "modifiers: {lips_treated", "modifiers: {@@lip_treated", "unknown-name", "Did you mean"),
    (OWN_TEXTS, "{demo: ", "{@@face: ", "unknown-name", "procedure"),
    (OWN_TEXTS, "{cheek: ", "{@@cheeks: ", "unknown-name", "Did you mean 'cheek'?"),
    (OWN_TEXTS, "questions:", "advice: {@@d9: x}\nquestions:", "unknown-name", "advice"),
    (OWN_TEXTS, "questions:", "notes: {@@airways: x}\nquestions:", "unknown-name", "Did you mean 'airway'?"),
    (OWN_TEXTS, "same: Same", "same: @@[x]", "type", "must be a text"),
]


@pytest.mark.parametrize(("path", "old", "new", "code", "says"), SLIPS)
def test_a_slip_is_reported_where_it_stands(path: str, old: str, new: str, code: str, says: str) -> None:
    files, place = spoilt(path, old, new)
    found = problems_of(files)
    at_place = [one for one in found if str(one).startswith(f"{place}: ")]
    assert [one.code for one in at_place] == [code], "\n".join(str(one) for one in found)
    assert says in str(at_place[0])
    assert at_place[0].todo


MISSING = [
    (PART_FILE, "level: D4, ", "- {id: PA-3", "- @@{id: PA-3"),
    (PART_FILE, "kind: scale, ", "PA: {", "PA: @@{"),
    (PART_FILE, ", use: no_lips", "wording: [{", "wording: [@@{"),
    (PART_FILE, ", counts_as: present", "silence: {", "silence: @@{"),
    (OWN_FILE, "task: phone_call, ", "early: {", "early: @@{"),
    (OWN_FILE, 'to: "08:00"', "quiet: {", "quiet: @@{"),
    (OWN_FILE, "act_within: 5 min, ", "follow_up: {", "follow_up: @@{"),
    (OWN_FILE, "  merge_within: 24 h\n", "  quiet:", "  @@quiet:"),
    (OWN_FILE, "use: [emergency]\n", "procedure:", "@@procedure:"),
]


@pytest.mark.parametrize(("path", "left_out", "old", "new"), MISSING)
def test_what_is_missing_is_reported_where_it_should_be(path: str, left_out: str, old: str, new: str) -> None:
    text = FILES[path].replace(left_out, "", 1)
    assert text != FILES[path]
    files, place = spoilt(path, old, new, text)
    key = left_out.strip(" ,").partition(":")[0]
    todos = [one.todo for one in problems_of(files) if str(one).startswith(f"{place}: ")]
    assert todos == [f"Add the key {key}."]


ONE_SLIP = [slip for slip in SLIPS if slip[1] not in ("rules:\n", "id: PA-3") and "SC-1, when" not in slip[1]]


@pytest.mark.parametrize("slip", ONE_SLIP)
def test_one_slip_is_one_problem(slip: tuple[str, str, str, str, str]) -> None:
    """Exceptions: a rule or a text that is gone from a part leaves its texts behind."""
    assert len(problems_of(spoilt(*slip[:3])[0])) == 1


def test_if_session_after_and_then_at_go_together() -> None:
    text = SCRIPT.replace('then_at: "08:00", ', "")
    files, place = spoilt(OWN_FILE, "- {id: c2", "- @@{id: c2", text)
    assert [str(one).partition(": ")[0] for one in problems_of(files)] == [place]


def test_an_advice_of_a_level_must_have_its_place_in_the_order() -> None:
    text = SCRIPT.replace("d3, d4, d5]", "d3, d5]")
    assert [str(one) for one in problems_of(FILES | {OWN_FILE: text})] == [
        "common/emergency.yaml:24:61: The advice of this level, 'd4', is not in 'advice_order'. "
        "Add it there, or name another advice here. [unknown-name]"
    ]


def test_an_infection_rule_needs_to_know_who_is_at_risk() -> None:
    text = SCRIPT.replace(", infection_risk: {modifier: [diabetes]}", "")
    assert [(one.file, one.line, one.code) for one in problems_of(FILES | {OWN_FILE: text})] == [
        ("common/emergency.yaml", 24, "unknown-name")
    ]


def test_a_question_of_another_part_comes_with_the_advice_to_use_that_part() -> None:
    other = "part: other\nquestions:\n  ZZ: {kind: choice, answers: [good, bad], well: good}\n"
    files, place = spoilt(PART_FILE, TWICE, "{asked_before: @@ZZ}")
    assert [str(one) for one in problems_of(files | {"common/other.yaml": other})] == [
        f"{place}: Unknown question 'ZZ'. It is in the part other: add that to 'use'. [unknown-name]"
    ]


def test_a_question_that_some_other_part_has_is_a_second_one() -> None:
    other = "part: other\nquestions:\n  PA: {kind: scale, well: '0'}\n"
    found = problems_of(FILES | {"common/other.yaml": other})
    assert [(str(one).partition(": ")[0], one.code) for one in found] == [("common/other.yaml:3:3", "duplicate")]


def test_a_name_that_two_parts_define_is_a_second_one() -> None:
    other = "part: other\nconditions:\n  breathing_sign: {always: true}\n"
    files = FILES | {"common/other.yaml": other, OWN_FILE: SCRIPT.replace("[emergency]", "[emergency, other]")}
    assert [(one.file, one.line, one.column, one.code) for one in problems_of(files)] == [
        ("common/other.yaml", 3, 3, "duplicate")
    ]


def test_a_site_of_another_procedure_may_be_in_a_part_but_not_in_our_own_file() -> None:
    body = {
        "body/script.yaml": SCRIPT.replace("procedure: demo", "procedure: body").replace(
            "[cheek, forehead]", "[belly]"
        ),
        "body/en.yaml": "language: en\n",
    }
    part = PART.replace(TWICE, "{site: [belly]}")
    assert problems_of(FILES | body | {PART_FILE: part}) == ()
    files, place = spoilt(OWN_FILE, "on_face: {always: true}", "on_face: {site: [@@belly]}")
    assert [str(one).partition(": ")[0] for one in problems_of(files | body)] == [place]


def test_a_circle_of_names_is_shown() -> None:
    names = "a1: {is: a2}, a2: {all: [{is: a3}]}, a3: {twice: {is: @@a1}}, "
    files, place = spoilt(OWN_FILE, "conditions: {", "conditions: {" + names)
    assert [str(one) for one in problems_of(files)] == [
        f"{place}: This condition is made of itself: a1 > a2 > a3 > a1. Take it out of the circle. [circle]"
    ]


def test_a_long_chain_of_names_is_refused() -> None:
    names = "".join(f"n{n}: {{is: n{n + 1}}}, " for n in range(300)) + "n300: {always: true}, "
    found = problems_of(spoilt(OWN_FILE, "conditions: {", "conditions: {@@" + names)[0])
    assert {one.code for one in found} == {"depth"}


def test_names_that_double_each_other_are_refused_before_they_grow() -> None:
    names = "n0: {worse: PA}, " + "".join(f"n{n + 1}: {{all: [{{is: n{n}}}, {{is: n{n}}}]}}, " for n in range(38))
    found = problems_of(spoilt(OWN_FILE, "conditions: {", "conditions: {@@" + names)[0])
    assert {one.code for one in found} == {"depth"}


def test_a_deep_condition_made_of_deep_names_is_refused() -> None:
    deep = "{all: [" * 15 + "{is: NEXT}" + "]}" * 15
    names = "".join(f"n{n}: {deep.replace('NEXT', f'n{n + 1}')}, " for n in range(30)) + "n30: {always: true}, "
    found = problems_of(spoilt(OWN_FILE, "conditions: {", "conditions: {@@" + names)[0])
    assert {one.code for one in found} == {"depth"}


def test_what_is_no_yaml_hides_the_rest_of_that_procedure_only() -> None:
    files = FILES | {
        OWN_FILE: SCRIPT.replace("sites: [", "sites: [["),
        "other/script.yaml": SCRIPT.replace("procedure: demo", "procedure: others"),
        "other/en.yaml": "language: en\n",
    }
    found = problems_of(files)
    assert {(one.file, one.code) for one in found if one.code in ("yaml", "file-name")} == {
        (OWN_FILE, "yaml"),
        ("other/script.yaml", "file-name"),
    }
    assert not [one for one in found if one.file == OWN_FILE and one.code != "yaml"]


@pytest.mark.parametrize(
    "path",
    [
        "demo/english.yaml",
        "demo/en.yml",
        "demo/script.old.yaml",
        "demo/deep/er/en.yaml",
        "demo/cases/deep/er.yaml",
        "demo/cases/.yaml",
        "common/EN.yaml",
        "common/cases/x.yaml",
        "Demo/script.yaml",
        "stray.yaml",
        "/etc/demo.yaml",
        "../demo/en.yaml",
        "demo/../en.yaml",
        "demo\\en.yaml",
    ],
)
def test_a_file_that_nothing_reads_is_reported(path: str) -> None:
    assert [(one.file, one.line, one.code) for one in problems_of(FILES | {path: "a: b"})] == [(path, 0, "stray-file")]


def test_a_folder_needs_a_script_and_a_language() -> None:
    found = problems_of(FILES | {"face/en.yaml": "language: en\n"})
    assert [str(one) for one in found] == ["face/script.yaml: The file does not exist. Create it. [missing-file]"]
    files = {path: text for path, text in FILES.items() if path != OWN_TEXTS}
    assert [(one.file, one.code, one.todo) for one in problems_of(files)] == [
        (OWN_FILE, "missing-file", "Write demo/en.yaml.")
    ]


def test_a_procedure_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ScriptError, match=r"template/script\.yaml: The file does not exist"):
        read_script(FILES, "template")


def test_a_message_never_quotes_more_than_a_line() -> None:
    files, _ = spoilt(PART_FILE, "well: same", "well: @@" + "x" * 5000)
    assert all(len(str(one)) < 300 for one in problems_of(files))


WORDS = (
    "{}",
    "[]",
    "''",
    "x",
    "0",
    "- a",
    "a: b",
    "null",
    "&a",
    "*a",
    "!!str",
    ":",
    "#",
    "[",
    "}",
    "|",
    "\n",
    "true",
    "none",
)


@given(st.data())
def test_a_spoilt_library_is_read_or_refused(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(FILES)))
    pieces = re.split(r"(\s+|[{}\[\],:])", FILES[path])
    for at in data.draw(st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=4)):
        pieces[at] = data.draw(st.sampled_from(WORDS))
    files = FILES | {path: "".join(pieces)}
    try:
        read_cases(files, "demo")
    except ScriptError as error:
        assert all(one.message and one.todo and one.file in FILES for one in error.problems)  # noqa: PT017 - may not raise
