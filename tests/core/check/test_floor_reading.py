"""The safety floor is read with every name checked, and each problem has its line."""

import pytest

from bot.core.check.floor_reading import read_floor
from bot.core.errors import ScriptError
from bot.core.level import Level
from tests.core.check.builders import answer, choice, either, script, with_questions

TEXT = """\
conditions:
  white: {answer: {BL: present}}
floor:
  - id: FL-1
    when: {any: [{is: white}, {answer: {A: white_skin}}]}
    at_least: D2
    procedures: [face]
    why: skin may die
    source: [S16]
  - {id: FL-2, when: {answer: {FE: [present, unsure]}}, at_least: D3, why: fever}
"""


def test_the_floor_is_read() -> None:
    first, second = read_floor(TEXT, "clinic/safety.yaml", [script()]).entries
    assert first.id == "FL-1"
    assert first.when == either(answer("BL", "present"), answer("A", "white_skin"))
    assert first.at_least is Level.D2
    assert first.binds("face")
    assert not first.binds("scalp")
    assert second.binds("scalp")
    assert second.why == "fever"


@pytest.mark.parametrize(
    ("written", "instead", "code", "line"),
    [
        ("answer: {BL: present}", "answer: {BL: presnet}", "unknown-name", 2),
        ("{FE: [present", "{FEE: [present", "unknown-name", 10),
        ("procedures: [face]", "procedures: [fase]", "unknown-name", 7),
        ("at_least: D2", "at_least: D9", "unknown-name", 6),
        ("    why: skin may die\n", "", "missing-key", 4),
        ("id: FL-2", "id: FL-1", "duplicate", 10),
        ("floor:", "flor:", "unknown-key", 3),
    ],
)
def test_a_problem_has_its_line(written: str, instead: str, code: str, line: int) -> None:
    assert TEXT.count(written) == 1
    with pytest.raises(ScriptError) as caught:
        read_floor(TEXT.replace(written, instead), "clinic/safety.yaml", [script()])
    found = {(problem.code, problem.line) for problem in caught.value.problems}
    assert (code, line) in found


def test_a_promise_may_use_the_answers_of_every_procedure_that_it_binds() -> None:
    other = with_questions(choice("FE", "clear", "shaking"), procedure="scalp")
    text = TEXT.replace("[present, unsure]", "[present, shaking]")
    assert read_floor(text, "clinic/safety.yaml", [script(), other]).entries[1].when == answer(
        "FE", "present", "shaking"
    )


def test_a_file_without_promises_is_refused() -> None:
    with pytest.raises(ScriptError):
        read_floor("floor: []", "clinic/safety.yaml", [script()])
