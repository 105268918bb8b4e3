"""`play`: a script in the terminal, with the real engine; what was played can be saved as a case that replays."""

from pathlib import Path

import pytest

from bot.cli.replays import Hearing
from bot.core.engine.replay import replay
from bot.core.flow.cases import Case, read_cases
from bot.core.flow.durations import in_units, seconds_in
from bot.wiring.flows import Flows
from tests.cli.conftest import Terminal


def number(flows: Flows, question: str, code: str) -> str:
    """The number beside an answer; ``done`` and ``none`` come after the lines of a list."""
    asked = flows.scripts["face"].questions[question]
    codes = [line.code for line in asked.lines] or list(asked.answers)
    return str(len(codes) + 1 if code in ("done", "none") else codes.index(code) + 1)


def saved(flows: Flows, file: Path) -> Case:
    """The case in a file that was saved."""
    text = file.read_text(encoding="utf-8")
    found = {case.file: case for case in read_cases({**flows.files, "face/cases/played.yaml": text}, "face")}
    return found["face/cases/played.yaml"]


def test_an_emergency(terminal: Terminal, flows: Flows) -> None:
    lines = [number(flows, "A", "breathing"), number(flows, "ACT", "calling")]
    shown = terminal.says("play", "face", "--check-in", "c1", types="\n".join(lines))
    assert "Hard to breathe" in shown
    assert "Call [emergency number] now" in shown
    assert ">> staff: ALERT EMERGENCY (D1)" in shown
    assert "BR-1" in shown
    assert "level: D1" in shown
    assert "not over" not in shown


def test_a_saved_play_is_a_case_that_replays(terminal: Terminal, flows: Flows, tmp_path: Path) -> None:
    file = tmp_path / "played.yaml"
    lines = [number(flows, "A", "white_skin"), number(flows, "A", "done"), "t 2m"]
    shown = terminal.says(
        "play", "face", "--check-in", "c2", "--site", "cheek", "--modifier", "filler", "--save", str(file),
        types="\n".join(lines),
    )  # fmt: skip
    assert "because nobody answered" in shown
    case = saved(flows, file)
    assert (case.check_in, case.hour, case.sites, case.modifiers) == ("c2", 6, ("cheek",), ("filler",))
    assert case.expect.level == "D2"
    result = replay(flows.scripts["face"], case, Hearing(flows.lexicons))
    assert result.problems == ()
    assert "BL-1" in result.rules


def test_words_begin_a_conversation_and_are_saved(terminal: Terminal, flows: Flows, tmp_path: Path) -> None:
    file = tmp_path / "played.yaml"
    lines = ["thank you", "my smile is crooked", number(flows, "SM", "present")]
    shown = terminal.says(
        "play", "face", "--check-in", "free_text", "--day", "5", "--save", str(file), types="\n".join(lines)
    )
    assert "no conversation begins" in shown
    assert "screen: SM" in shown
    assert "The words are shown to staff" in shown
    case = saved(flows, file)
    assert case.steps[0].model_dump()["say"] == "my smile is crooked"
    assert replay(flows.scripts["face"], case, Hearing(flows.lexicons)).problems == ()


def test_a_well_patient_to_the_end(terminal: Terminal, flows: Flows, tmp_path: Path) -> None:
    file = tmp_path / "played.yaml"
    answers = {"A": "none", "V": "none", "H": "none", "I": "none", "R": "none", "SW": "none", "FT": "nothing"}
    lines = [number(flows, "A", "none"), number(flows, "V", "none"), "0", number(flows, "H", answers["H"])]
    lines += [number(flows, "I", "none"), number(flows, "R", "none")]
    lines += [str(flows.scripts["face"].questions[name].answers.index(answers[name]) + 1) for name in ("SW", "FT")]
    shown = terminal.says(
        "play", "face", "--hour", "24", "--site", "cheek", "--save", str(file), types="\n".join(lines)
    )
    assert "this fits normal healing" in shown
    assert "Next check-in: [c4," in shown
    assert "rules: none" in shown
    assert saved(flows, file).expect.level == "D5"


def test_moves_that_are_not_answers(terminal: Terminal, flows: Flows, tmp_path: Path) -> None:
    lines = ["?", "99", number(flows, "A", "none"), "b", "p", number(flows, "A", "none"), "t 11m", "q"]
    file = tmp_path / "played.yaml"
    shown = terminal.says("play", "face", "--save", str(file), types="\n".join(lines), code=1)
    assert "let time pass" in shown
    assert "There is no answer 99" in shown
    assert "The photo is shown to staff" in shown
    assert "Still there?" in shown
    assert "not over: " in shown
    assert "Nothing was saved: a case has no way to change an answer" in shown
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--site", "moon"), "no site 'moon'"),
        (("--modifier", "brave"), "no modifier 'brave'"),
        (("--lang", "xx"), "no language 'xx'"),
        (("--check-in", "c99"), "no check-in 'c99'"),
        (("--check-in", "c15"), "only for some"),
        (("--day", "1", "--hour", "2"), "not both"),
    ],
)
def test_what_the_script_does_not_know_is_refused(terminal: Terminal, words: tuple[str, ...], fault: str) -> None:
    shown = terminal.says("play", "face", *words, code=2)
    assert fault in " ".join(shown.replace("│", " ").split())


def test_an_unknown_procedure_is_refused(terminal: Terminal) -> None:
    shown = terminal.says("play", "nosuch", code=1)
    assert "There is no procedure 'nosuch'" in shown
    assert "There is: " in shown
    assert "Which procedure? There is: " in terminal.says("play", code=2)


@pytest.mark.parametrize("seconds", [1, 59, 60, 90, 120, 3600, 5400, 86400, 172800])
def test_durations_read_back(seconds: int) -> None:
    assert seconds_in(in_units(seconds)) == seconds
