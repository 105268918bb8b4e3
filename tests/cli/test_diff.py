"""`diff`: what changed and whose level falls; the exit code says so, and nothing that is wrong gives a traceback."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.core.flow.model import Script
from bot.wiring.flows import Flows
from tests.cli.conftest import ROOT, Terminal
from tests.cli.test_check import spoil
from tests.flows.loaded import live
from tests.support import rows

OLD = str(ROOT / "flows")


def lower(few: Path) -> None:
    """White skin is no longer a reason to go to the emergency room."""
    spoil(few / "common" / "skin.yaml", "level: D2\n    advice: d2_blood_flow", "level: D3")


def test_a_level_that_falls_is_shown_and_ends_with_1(terminal: Terminal, few: Path) -> None:
    lower(few)
    shown = terminal.says("diff", OLD, str(few), code=1)
    assert "▼ lower level" in shown
    assert re.search(r"D2 → D3 .*: BL = present", shown)
    assert "rules: BL-1 → BL-1" in shown
    assert "level: - D2" in shown
    assert "level: + D3" in shown
    assert "rule regions: 1 lower, 0 higher" in shown
    assert "LOWER level" in shown
    assert "\x1b" not in shown


def test_the_other_way_round_it_rises_and_ends_with_0(terminal: Terminal, few: Path) -> None:
    lower(few)
    shown = terminal.says("diff", str(few), OLD)
    assert "▲ higher level" in shown
    assert "No patient's level falls; some get a higher one." in shown


def test_the_same_scripts_differ_in_nothing(terminal: Terminal) -> None:
    assert "Nothing is different." in terminal.says("diff", OLD, f"{OLD}/face")


def test_times_texts_and_questions_are_listed_as_an_author_writes_them(terminal: Terminal, few: Path) -> None:
    script = few / "face" / "script.yaml"
    spoil(script, "still_there_after: 10 min", "still_there_after: 8 min")
    spoil(script, 'at_latest: "21:30"', 'at_latest: "21:15"')
    spoil(few / "common" / "en.yaml", "Is any patch white", "Is any place white")
    spoil(few / "common" / "skin.yaml", "NU: {kind: choice", "NU: {photo: true, kind: choice")
    shown = terminal.says("diff", OLD, str(few))
    assert "- 10 min" in shown
    assert "+ 8 min" in shown
    assert "at_latest: - 21:30" in shown
    assert "at_latest: + 21:15" in shown
    assert "~ en: question.BL.ask" in shown
    assert "~ question NU" in shown
    assert "photo: + true" in shown
    assert "No patient's level changes." in shown


def test_json_has_patients_and_changes(terminal: Terminal, few: Path) -> None:
    lower(few)
    document = json.loads(terminal.says("diff", OLD, str(few), "--json", code=1))
    assert document["less_safe"] is True
    face = document["procedures"]["face"]
    assert face["regions"] == {"lower": 1, "higher": 0}
    (patient,) = face["lower"]
    assert (patient["before"], patient["after"]) == ("D2", "D3")
    assert patient["patient"]["answers"]["BL"]["codes"] == ["present"]
    assert face["changes"][0]["fields"]["level"] == {"old": "D2", "new": "D3"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += (value or "" for name, value in attrs if name in ("src", "href", "onclick", "onload"))


def test_the_page_is_one_file_that_runs_nothing(terminal: Terminal, few: Path, tmp_path: Path) -> None:
    lower(few)
    spoil(few / "common" / "en.yaml", "Is any patch white", "Is any <script>x</script> white & patch")
    file = tmp_path / "page.html"
    assert f"Written: {file}" in terminal.says("diff", OLD, str(few), "--html", str(file), code=1)
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.links == []
    assert "http" not in text
    assert "&lt;script&gt;x&lt;/script&gt; white &amp; patch" in text
    assert "width=device-width" in text
    assert "prefers-color-scheme: dark" in text
    # Colour is never the only sign.
    assert "▼ Some patients would get a LOWER level" in text
    assert "D2 ER now → D3 today" in text


def test_a_procedure_that_is_gone_is_less_safe(terminal: Terminal, few: Path) -> None:
    (few / "template").rename(few / "other")
    spoil(few / "other" / "script.yaml", "procedure: template", "procedure: other")
    for file in (few / "other").glob("??.yaml"):
        spoil(file, "procedure: {template:", "procedure: {other:")
    for file in (few / "other" / "cases").glob("*.yaml"):
        file.unlink()
    assert "the new side has no other" in terminal.says("diff", str(few), OLD, code=1)
    assert "is new" in terminal.says("diff", OLD, str(few))


def test_a_change_of_a_shared_part_is_written_out_once(terminal: Terminal, few: Path) -> None:
    """Several procedures use the part: all but the first count what stands above."""
    lower(few)
    shown = terminal.says("diff", OLD, str(few), code=1)
    assert shown.count("~ BL-1") == 1
    procedures = len(live().scripts)
    assert shown.count("D2 → D3") >= procedures
    assert shown.count("and 1 of shared parts, as above") == procedures - 1


@pytest.fixture
def published(in_store: Callable[[Callable[..., Any]], Any], flows: Flows) -> Script:
    """The face script, published in the database."""
    script = flows.scripts["face"]
    in_store(lambda unit: unit.insert(rows.revision(id=script.revision, script=script.model_dump_json())))
    return script


def test_a_revision_is_compared_with_a_draft(configured: Terminal, published: Script, few: Path) -> None:
    lower(few)
    shown = configured.says("diff", published.revision, str(few), code=1)
    assert f"revision {published.revision} of face" in shown
    assert "D2 → D3" in shown
    assert "Nothing is different." in configured.says("diff", published.revision, published.revision)


def test_what_cannot_be_compared_is_one_clear_line(
    configured: Terminal, in_store: Callable[[Callable[..., Any]], Any], tmp_path: Path, few: Path
) -> None:
    def line(*words: str, code: int = 1) -> str:
        shown = configured.says("diff", *words, code=code)
        assert len(shown.strip().splitlines()) <= (1 if code == 1 else 2)
        return shown

    empty = tmp_path / "empty"
    empty.mkdir()
    in_store(lambda unit: unit.insert(rows.revision(id="f" * 16, script="{}")))
    assert "is no folder of scripts" in line(OLD, str(empty))
    assert "no folder of scripts and no revision" in line(OLD, "nosuch")
    assert "There is no revision 0123456789abcdef" in line("0123456789abcdef", OLD)
    assert "another version" in line("f" * 16, OLD)
    assert "Nothing to compare" in line(f"{OLD}/face", f"{OLD}/template")
    assert "cannot be written" in configured.says("diff", OLD, OLD, "--html", str(empty), code=1)
    spoil(few / "face" / "script.yaml", "phase: early", "phase: erly")
    assert f"{few}/face/script.yaml:" in line(OLD, str(few), code=3)
    configured.set(DATABASE_URL=f"sqlite:///{tmp_path}/nowhere.sqlite3")
    assert "aftercare release" in line("0123456789abcdef", OLD)
    assert not (tmp_path / "nowhere.sqlite3").exists()
