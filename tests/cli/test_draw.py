"""`draw`: writes the picture of a script, the same for the same seed."""

from pathlib import Path
from xml.etree import ElementTree

from tests.cli.conftest import Terminal


def test_the_picture_is_written(terminal: Terminal, tmp_path: Path) -> None:
    assert "Written: face.svg" in terminal.says("draw", "face", "--random", "3")
    once = (tmp_path / "face.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(once)
    terminal.says("draw", "face", "--random", "3", "--out", "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == once
    terminal.says("draw", "template", "--random", "0")
    assert "random patients" not in (tmp_path / "template.svg").read_text(encoding="utf-8")


def test_what_is_not_there_is_one_clear_line(terminal: Terminal, tmp_path: Path) -> None:
    assert "There is no procedure 'nosuch'" in terminal.says("draw", "nosuch", code=1)
    assert "There is no language 'xx'" in terminal.says("draw", "face", "--lang", "xx", code=1)
    assert "is it a folder of scripts?" in terminal.says("draw", "face", "--flows", str(tmp_path), code=1)
    assert "cannot be written" in terminal.says("draw", "face", "--random", "0", "--out", str(tmp_path), code=1)
