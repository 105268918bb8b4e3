"""Every hostile or broken file is one clear line with its place and what to do; nothing is partly loaded, nothing hangs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.errors import ScriptError
from bot.core.flow.yaml_source import MAX_BYTES
from bot.wiring.flows import load_flows
from tests.cli.conftest import Terminal

Spoil = Callable[[Path], object]
SCRIPT, OWN, COMMON, PART = "face/script.yaml", "face/en.yaml", "common/en.yaml", "common/skin.yaml"


def put(file: str, content: bytes | str) -> Spoil:
    """Write this into the file."""
    raw = content.encode() if isinstance(content, str) else content

    def spoil(folder: Path) -> None:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(raw)

    return spoil


def swap(file: str, written: str, slip: str) -> Spoil:
    """Put ``slip`` in the place of what is written."""

    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert written in text
        (folder / file).write_text(text.replace(written, slip, 1), encoding="utf-8")

    return spoil


def link(file: str, to: str) -> Spoil:
    """A link in the place of the file."""

    def spoil(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(to)

    return spoil


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
ONE_LINE: dict[str, tuple[Spoil, str]] = {
    "two rules with one id": (swap(PART, "id: PA-1\n", "id: PA-3\n"), "duplicate"),
    "an unknown site": (swap(SCRIPT, "{site: [forehead", "{site: [forhead"), f"{SCRIPT}:27:23 unknown-name"),
    "a timetable out of order": (swap(SCRIPT, "on_day: 2", "on_day: 20"), "order"),
    "a key twice": (swap(SCRIPT, "sites:", "use: [emergency]\nsites:"), f"{SCRIPT}:7:1 duplicate-key"),
    "a key yes": (swap(SCRIPT, "conditions:\n", "conditions:\n  yes: {always: true}\n"), f"{SCRIPT}:24:3 bare"),
    "ten megabytes": (put(OWN, "a: " + "x" * 10_000_000), f"{OWN}:0:0 too-big"),
    "just too many bytes": (put(OWN, "#" * (MAX_BYTES + 1)), f"{OWN}:0:0 too-big"),
    "a bomb": (put(OWN, BOMB), f"{OWN}:1:4 anchor"),
    "deep nesting": (put(OWN, "a: " + "[" * 5000 + "]" * 5000), f"{OWN}:1:43 depth"),
    "deep nesting never closed": (put(OWN, "{a: " * 5000), f"{OWN}:1:161 depth"),
    "a tab": (put(OWN, "language:\ten\n"), f"{OWN}:1:10 tab"),
    "binary": (put(OWN, bytes(range(256))), f"{OWN}:2:118 encoding"),
    "zero bytes": (put(OWN, b"\0" * 1000), f"{OWN}:1:1 character"),
    "not UTF-8": (put(OWN, b"language: en\nx: \xff\n"), f"{OWN}:2:4 encoding"),
    "UTF-16": (put(OWN, "language: en\n".encode("utf-16")), f"{OWN}:1:1 encoding"),
    "text that is shown backwards": (swap(OWN, "Face treatment", "Face \u202e treatment"), f"{OWN}:2:25 character"),
    "an empty file": (put(OWN, ""), f"{OWN}:0:0 empty"),
    "only blanks": (put(OWN, "  \n\n"), f"{OWN}:0:0 empty"),
    "a link out of the folder": (link(OWN, "/etc/passwd"), f"{OWN}:0:0 link"),
    "a link to nowhere": (link(OWN, "/nowhere"), f"{OWN}:0:0 unreadable"),
    "a link to itself": (link(OWN, "en.yaml"), f"{OWN}:0:0 unreadable"),
    "a folder that is a link": (link("thigh", "/etc"), "thigh:0:0 link"),
    "a folder named like a file": (lambda folder: (folder / "face/xx.yaml").mkdir(), "face/xx.yaml:0:0 no-file"),
    "a pipe": (lambda folder: os.mkfifo(folder / "face/xx.yaml"), "face/xx.yaml:0:0 no-file"),
    "a device": (link("face/xx.yaml", "/dev/zero"), "face/xx.yaml:0:0 link"),
    "another suffix": (put("clinic/lexicon/fr.yml", "language: fr\n"), "clinic/lexicon/fr.yml:0:0 suffix"),
    "red-flag words that nobody reads": (
        put("clinic/lexikon/fr.yaml", "a: b\n"),
        "clinic/lexikon/fr.yaml:0:0 stray-file",
    ),
    "words under another language": (
        lambda folder: put("clinic/messages/es.yaml", (folder / "clinic/messages/en.yaml").read_bytes())(folder),
        "clinic/messages/es.yaml:0:0 file-name",
    ),
    "an empty ladder": (put("clinic/escalation.yaml", ""), "clinic/escalation.yaml:0:0 empty"),
    "an empty floor": (put("clinic/safety.yaml", ""), "clinic/safety.yaml:0:0 empty"),
    "a broken word list": (put("clinic/lexicon/es.yaml", "[" * 5000), "clinic/lexicon/es.yaml:1:41 depth"),
}


@pytest.mark.parametrize("what", ONE_LINE)
def test_bad_input_is_told_where_it_stands_and_nothing_is_loaded(few: Path, what: str) -> None:
    spoil, told = ONE_LINE[what]
    spoil(few)
    with pytest.raises(ScriptError) as caught:
        load_flows(few)
    found = [f"{one.file}:{one.line}:{one.column} {one.code}" for one in caught.value.problems]
    assert any(each.endswith(told) for each in found), found
    for problem in caught.value.problems:
        assert problem.file
        assert problem.message.endswith(".")
        assert problem.todo
        assert "\n" not in str(problem)
        assert len(str(problem)) < 500
        assert "root:" not in str(problem)


def test_every_broken_file_is_told_at_once(few: Path) -> None:
    for spoil in (put(OWN, b"\xff"), put(SCRIPT, b"\xfe"), link(COMMON, "/etc/passwd")):
        spoil(few)
    with pytest.raises(ScriptError) as caught:
        load_flows(few)
    assert [problem.file for problem in caught.value.problems] == [COMMON, OWN, SCRIPT]


def test_a_mark_at_the_beginning_and_links_inside_the_folder_do_no_harm(few: Path) -> None:
    plain = load_flows(few).scripts["face"].revision
    own = few / OWN
    own.write_bytes(b"\xef\xbb\xbf" + own.read_bytes())
    hidden = few / "..data"
    hidden.mkdir()
    own.rename(hidden / "en.yaml")
    own.symlink_to(hidden / "en.yaml")
    assert load_flows(few).scripts["face"].revision == plain


def test_what_only_the_proof_finds_is_a_line_too(terminal: Terminal, few: Path) -> None:
    spoils = (
        swap(
            PART,
            "{all: [{number: {PA: {at_least: 7}}}, {is: on_face}",
            "{all: [{number: {PA: {at_least: 9}}}, {is: on_face}",
        ),
        swap(COMMON, '"Emergency signs"', f'"{"x" * 5000}"'),
        swap(COMMON, '"Right now, do you', '"{nobody} Right now, do you'),
        swap(COMMON, '      breathing: "Hard to breathe, or lips, tongue or throat swelling"\n', ""),
    )
    for spoil in spoils:
        spoil(few)
    shown = terminal.says("check", "--quiet", "--flows", str(few), code=1)
    errors = [line for line in shown.splitlines() if ": error: " in line]
    for code, place in (
        ("floor.broken", "clinic/safety.yaml:147:9"),
        ("limit.name", "common/en.yaml:8:12"),
        ("language.place_holder_unknown", "common/en.yaml:9:10"),
        ("language.missing", "face/en.yaml"),
    ):
        assert any(f"[{code}]" in line and f"{few}/{place}: " in line for line in errors), (code, errors)
    assert "PA = 7: D3, floor FL-24 says D2" in shown
    assert "Traceback" not in shown
