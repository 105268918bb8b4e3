"""`play --random`: the same seed gives the same figures and the same lines."""

import json
from pathlib import Path

from tests.cli.conftest import Terminal
from tests.flows.loaded import live


def test_the_same_seed_gives_the_same_patients(terminal: Terminal, tmp_path: Path) -> None:
    def played(seed: int, name: str, patients: int = 6) -> tuple[str, list[str]]:
        file = tmp_path / name
        shown = terminal.says("play", "face", "--random", str(patients), "--seed", str(seed), "--jsonl", str(file))
        return shown.replace(name, ""), file.read_text(encoding="utf-8").splitlines()

    one, lines = played(3, "one")
    assert (one, lines) == played(3, "two")
    assert (one, lines) != played(4, "other")
    # More patients are more of the same.
    assert played(3, "more", 8)[1][:6] == lines
    patients = [json.loads(line) for line in lines]
    assert [each["patient"] for each in patients] == list(range(6))
    for each in patients:
        assert each["procedure"] == "face"
        assert {visit["level"] for visit in each["visits"]} <= {"D1", "D2", "D3", "D4", "D5"}
    assert f"worst level of each patient: D1 {sum(_worst(each) == 'D1' for each in patients)}" in one
    assert "random patients, seed 3" in one


def _worst(patient: dict[str, list[dict[str, str]]]) -> str:
    return min(visit["level"] for visit in patient["visits"])


def test_without_a_procedure_all_live_ones_are_played(terminal: Terminal) -> None:
    shown = terminal.says("play", "--random", "1")
    for procedure in live().scripts:
        assert f"{procedure}: 1 random patients" in shown


def test_what_does_not_fit_is_refused_in_one_line(terminal: Terminal, tmp_path: Path) -> None:
    assert "choose day" in terminal.says("play", "face", "--random", "2", "--day", "0", code=2)
    assert "give --random too" in terminal.says("play", "face", "--jsonl", "x", code=2)
    assert "There is no procedure 'nosuch'" in terminal.says("play", "nosuch", "--random", "2", code=1)
    nowhere = str(tmp_path / "no" / "file")
    assert "cannot be written" in terminal.says("play", "face", "--random", "2", "--jsonl", nowhere, code=1)
    assert "is it a folder of scripts?" in terminal.says("play", "--random", "2", "--flows", str(tmp_path), code=1)
