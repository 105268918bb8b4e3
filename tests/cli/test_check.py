"""`check`: what is wrong is shown with its place and what to do; the exit code says whether it must be mended."""

import json
from pathlib import Path

import pytest

from bot.cli.replays import Hearing, replayed
from bot.core.alert.ladder_proof import missing_in as uncovered
from bot.core.alert.policy import Ladder, Policy, Step, Tell
from bot.core.level import Level
from bot.wiring.flows import Flows
from tests.cli.conftest import Terminal


def spoil(file: Path, before: str, after: str) -> int:
    """Replace words in a file; returns the line on which they stood."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_the_real_scripts_pass(terminal: Terminal) -> None:
    shown = terminal.says("check")
    assert "0 errors" in shown
    assert "face: taps of a well patient" in shown
    assert "cases replayed" in shown
    assert "\x1b" not in shown


def test_quiet_prints_only_what_was_found(terminal: Terminal, few: Path) -> None:
    lines = terminal.says("check", "face", "--quiet", "--flows", str(few)).splitlines()
    assert lines
    assert all(": warning: " in line for line in lines)


def test_json_has_everything(terminal: Terminal, few: Path) -> None:
    document = json.loads(terminal.says("check", "--json", "face", "--flows", str(few)))
    assert document["ok"] is True
    face = document["procedures"]["face"]
    assert face["cases"] > 0
    assert face["taps"]["c1"]["most"] <= face["taps"]["c1"]["limit"]


def test_a_broken_floor_is_shown_at_its_place_with_a_patient(terminal: Terminal, few: Path) -> None:
    line = spoil(few / "clinic" / "safety.yaml", "id: FL-06", "id: FL-06")
    spoil(
        few / "clinic" / "safety.yaml",
        "when: {answer: {CP: fast}}\n    at_least: D2",
        "when: {answer: {CP: fast}}\n    at_least: D1",
    )
    shown = terminal.says("check", "face", "--flows", str(few), code=1)
    assert f"clinic/safety.yaml:{line}:" in shown
    assert "CP = fast" in shown
    assert "[floor.broken]" in shown


def test_a_case_that_goes_another_way_is_an_error(terminal: Terminal, few: Path) -> None:
    spoil(few / "face" / "cases" / "br_1_breathing.yaml", "level: D1", "level: D4")
    shown = terminal.says("check", "face", "--flows", str(few), code=1)
    assert "face/cases/br_1_breathing.yaml: error: Hard to breathe: The level must be D4" in shown
    assert "[case.broken]" in shown


def test_a_slip_in_a_file_is_shown_with_line_and_column(terminal: Terminal, few: Path) -> None:
    line = spoil(few / "face" / "script.yaml", "phase: early", "phase: erly")
    shown = terminal.says("check", "--flows", str(few), code=1)
    assert f"face/script.yaml:{line}:" in shown
    assert "Did you mean 'early'?" in shown
    document = json.loads(terminal.says("check", "--flows", str(few), "--json", code=1))
    assert [one["line"] for one in document["findings"]] == [line]


def test_an_unknown_procedure_is_a_finding(terminal: Terminal) -> None:
    assert "nosuch/script.yaml" in terminal.says("check", "nosuch", code=1)


def test_a_script_that_lives_beside_the_live_ones_can_be_checked(terminal: Terminal) -> None:
    assert "template: revision" in terminal.says("check", "template")


def _policy(*steps: Step) -> Policy:
    ladder = Ladder(acknowledge_min=5, contact_min=10, steps=steps, then_every_min=5)
    return Policy(
        ladders={Level.D1: ladder},
        taken_again_min=20,
        unanswered_again_min=10,
        unanswered_tries=3,
        contacted_close_min=60,
        out_of_hours_contact=True,
        staffed=(),
    )


def test_a_ladder_must_reach_persons_without_end() -> None:
    to_group, to_all = Step(after_min=0, tell=(Tell.GROUP,)), Step(after_min=5, tell=(Tell.EVERYONE,))
    to_person = Step(after_min=0, tell=(Tell.ON_CALL,))
    assert uncovered(_policy(to_person, to_all), Level.D1) is None
    assert "no ladder" in (uncovered(_policy(to_person, to_all), Level.D2) or "")
    assert "no person" in (uncovered(_policy(to_group, to_all), Level.D1) or "")
    assert "everyone" in (uncovered(_policy(to_person), Level.D1) or "")


def test_replays_tell_the_same_with_and_without_processes(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [case.model_copy(update={"expect": case.expect.model_copy(update={"level": Level.D4})})
             for case in flows.cases("face")[:60]]  # fmt: skip
    here = replayed(flows.scripts, wrong, Hearing(flows.lexicons))
    assert here
    assert [case for case, _ in here] == sorted((case for case, _ in here), key=wrong.index)
