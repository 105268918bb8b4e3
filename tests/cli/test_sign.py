"""`sign`: the open points are shown with their reasons, a signature is written, and it clears what it names."""

import json
from pathlib import Path

from tests.cli.conftest import Terminal

WHO = "Dr. Ana Vega\nmedical lead\n282861234\n"


def unsigned(terminal: Terminal, flows: Path) -> list[str]:
    found = json.loads(terminal.says("check", "--json", "--flows", str(flows)))
    return [point["of"] for point in found["unsigned"]]


def test_signing_everything_and_then_changing_the_script(terminal: Terminal, few: Path) -> None:
    before = unsigned(terminal, few)
    assert {"face", "floor", "escalation", "words"} <= set(before)
    subjects = len(set(before))
    shown = terminal.says("sign", "--flows", str(few), types=WHO + "all\n" * subjects + "y\n")
    assert "PA-2: pain cut-off" in shown
    assert "Points that still wait: 0" in shown
    assert unsigned(terminal, few) == []
    assert "Signed: Dr. Ana Vega, medical lead" in terminal.says("check", "--flows", str(few))
    assert "Nothing is left to sign" in terminal.says("sign", "--flows", str(few))

    texts = few / "common" / "en.yaml"
    texts.write_text(
        texts.read_text(encoding="utf-8").replace("Any pain", "Some pain", 1) + "\n# read\n", encoding="utf-8"
    )
    script = few / "face" / "script.yaml"
    script.write_text(
        script.read_text(encoding="utf-8").replace("quiet hours and reminders", "all waits"), encoding="utf-8"
    )
    assert set(unsigned(terminal, few)) == {"face"}
    shown = terminal.says("check", "--flows", str(few))
    assert "sign-off.yaml:" in shown
    assert "sign again" in shown
    assert "NOT clinically approved" in shown


def test_some_points_and_none(terminal: Terminal, few: Path) -> None:
    before = len(unsigned(terminal, few))
    shown = terminal.says("sign", "face", "--flows", str(few), types=WHO + "PA-2 SW-2\ny\n")
    assert f"Points that still wait: {before - 2}" in shown
    signed = (few / "clinic" / "sign-off.yaml").read_text(encoding="utf-8")
    assert "items: [PA-2, SW-2]" in signed
    assert "PA-2:" not in terminal.says("sign", "face", "--list", "--flows", str(few))
    assert "Nothing was signed" in terminal.says("sign", "face", "--flows", str(few), types=WHO + "none\n")
    assert "Nothing was signed" in terminal.says("sign", "face", "--flows", str(few), types=WHO + "all\nn\n")
    assert "no open point of face" in terminal.says("sign", "face", "--flows", str(few), types=WHO + "PA-2\n", code=2)
    assert (few / "clinic" / "sign-off.yaml").read_text(encoding="utf-8") == signed
    assert "is not one of" in terminal.says("sign", "knee", "--flows", str(few), code=2)


def test_a_wrong_file_is_a_line_and_nothing_is_loaded(terminal: Terminal, few: Path) -> None:
    (few / "clinic" / "sign-off.yaml").write_text("signatures:\n  - {name: Dr. Vega}\n", encoding="utf-8")
    shown = terminal.says("check", "--flows", str(few), "--quiet", code=1)
    assert "sign-off.yaml:2:5: error" in shown
    assert "has no 'licence'" in shown


def test_scripts_that_fail_are_not_signed(terminal: Terminal, few: Path) -> None:
    (few / "face" / "en.yaml").write_text("", encoding="utf-8")
    shown = terminal.says("sign", "--flows", str(few), code=3)
    assert "face/en.yaml: error: The file is empty" in shown
    assert "not proved" in shown
