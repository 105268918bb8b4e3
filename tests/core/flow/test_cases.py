"""Cases beside a script: read as written, and checked against the script."""

import pytest

from bot.core.errors import ScriptError
from bot.core.flow.cases import Asked, Case, Expectation, Said, Signal, read_cases
from bot.core.flow.conditions import Given
from bot.core.level import Level
from tests.core.flow.small import CASE, FILES, SCRIPT, spoilt

FILE = "demo/cases/pain.yaml"


def test_a_case_reads_as_written() -> None:
    (case,) = read_cases(FILES, "demo")
    assert case == Case(
        file=FILE,
        title="Pain, then nothing at 6 h",
        source="vignette 1",
        procedure="demo",
        sites=("cheek",),
        modifiers=("diabetes",),
        check_in="c2",
        hour=6,
        previous={"PA": Given(number=3), "PT": Given(codes=("same",), rank=1)},
        steps=(
            Asked(ask="A", tap=("white_skin",), expect=Expectation(level=Level.D5)),
            Asked(ask="BL", tap=("clear",)),
            Asked(
                ask="PA",
                tap=("8",),
                expect=Expectation(level=Level.D2, advice=("d2_blood_flow",), alert=Level.D2),
            ),
            Asked(ask="PT", silent_s=120),
            Said(say="no air", signals=(Signal(symptom="BRE", level=Level.D1, status="present"),)),
        ),
        expect=Expectation(
            level=Level.D1,
            rules=("PA-2", "BR-1"),
            advice=("d1", "d2_blood_flow"),
            calls=("injector",),
            never_says=("cold sore",),
        ),
    )
    assert Case.model_validate_json(case.model_dump_json()) == case


def test_cases_come_in_the_order_of_their_files() -> None:
    files = FILES | {"demo/cases/b.yaml": CASE, "demo/cases/a.yaml": CASE}
    assert [case.file for case in read_cases(files, "demo")] == ["demo/cases/a.yaml", "demo/cases/b.yaml", FILE]


def test_a_procedure_may_have_no_cases() -> None:
    assert read_cases({path: text for path, text in FILES.items() if path != FILE}, "demo") == ()


def test_a_script_that_cannot_be_read_has_no_cases() -> None:
    with pytest.raises(ScriptError) as caught:
        read_cases(FILES | {"demo/script.yaml": SCRIPT.replace("sets: [A], closes", "sets: [B], closes")}, "demo")
    assert {problem.file for problem in caught.value.problems} == {"demo/script.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("source:", "@@sourse:", "unknown-key", "Did you mean 'source'?"),
        ("procedure: demo", "procedure: @@face", "file-name", "Write 'demo'"),
        ("sites: [cheek]", "sites: [@@cheeks]", "unknown-name", "Did you mean 'cheek'?"),
        ("sites: [cheek]", "sites: @@[]", "empty", "at least 1"),
        ("modifiers: [diabetes]", "modifiers: [@@filler]", "unknown-name", "modifier"),
        ("check_in: c2", "check_in: @@c9", "unknown-name", "check-in"),
        ("hour: 6", "hour: @@-6", "range", "out of range"),
        ("hour: 6", "hour: @@6 h", "type", "must be a number"),
        ("PA: 3", "PA: @@11", "range", "0 to 10"),
        ("PA: 3", "@@PX: 3", "unknown-name", "question"),
        ("PT: same", "PT: @@sam", "unknown-name", "Did you mean 'same'?"),
        ("- ask: A\n", "- ask: @@B\n", "unknown-name", "question"),
        ("tap: [white_skin]", "tap: [@@white_skn]", "unknown-name", "Did you mean 'white_skin'?"),
        ("ask: BL, tap: clear", "ask: BL, tap: @@[clear, present]", "case", "one answer"),
        ("ask: PA, tap: 8", "ask: PA, tap: @@eight", "type", "whole number"),
        ("silent: 2 min", "tap: same, silent: @@2 min", "case", "not silent"),
        ("symptom: BRE", "symptom: @@BREATH", "unknown-name", "Did you mean 'BRE'?"),
        ("level: D1, status", "level: @@D0, status", "unknown-name", "level"),
        ("alert: D2", "alert: @@red", "unknown-name", "level"),
        ("advice: d2_blood_flow", "advice: @@d2_blood", "unknown-name", "Did you mean 'd2_blood_flow'?"),
        ("rules: [PA-2", "rules: [@@PA-22", "unknown-name", "Did you mean"),
        ("calls: [injector]", "calls: [@@injecter]", "unknown-name", "Did you mean 'injector'?"),
        ("expect: {level: D1, ", "expect: @@{", "missing-key", "Add the key level"),
        ('say: "no air", ', 'say: "no air", @@ask: A, ', "unknown-key", "ask"),
    ],
)
def test_a_slip_is_reported_where_it_stands(old: str, new: str, code: str, says: str) -> None:
    files, place = spoilt(FILE, old, new)
    with pytest.raises(ScriptError) as caught:
        read_cases(files, "demo")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{place}: ")
    assert problem.code == code
    assert says in str(problem)


@pytest.mark.parametrize("opened", ["on_demand", "free_text"])
def test_a_case_may_open_without_a_check_in(opened: str) -> None:
    (case,) = read_cases(FILES | {FILE: CASE.replace("check_in: c2", f"check_in: {opened}")}, "demo")
    assert case.check_in == opened
