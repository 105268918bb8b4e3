"""`aftercare screen`: one text explained, a stream of messages, and the measuring of a corpus."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.screen_lines import answers
from bot.cli.screen_report import read_samples, report
from bot.core.errors import ScriptError
from bot.core.screen.lexicon_file import read_lexicon
from bot.core.screen.screening import Screen
from tests.cli.conftest import ROOT, Terminal

FLOWS = str(ROOT / "flows")


@pytest.fixture(scope="module")
def screen() -> Screen:
    lexicons = sorted((ROOT / "flows" / "clinic" / "lexicon").glob("*.yaml"))
    return Screen([read_lexicon(path.read_text("utf-8"), path.name) for path in lexicons])


def answered(screen: Screen, *lines: str | bytes) -> list[dict[str, Any]]:
    given = [line.encode() if isinstance(line, str) else line for line in lines]
    return [json.loads(answer) for answer in answers(screen, given)]


def test_a_message_gives_its_level_signals_and_questions(screen: Screen) -> None:
    line = {
        "id": 7,
        "text": "😭 no fever but cant breathe, my son has a rash",
        "lang": "en",
        "day": 1,
        "procedure": "face",
    }
    (found,) = answered(screen, json.dumps(line))
    assert (found["id"], found["level"]) == (7, "D1")
    spans = {(one["symptom"], one["status"]): line["text"][slice(*one["span"])] for one in found["signals"]}  # type: ignore[index]
    assert spans["BR", "present"] == "cant breathe"
    assert spans["FE", "negated"] == "fever"
    assert spans["HV", "other_person"] == "rash"
    assert "HV" in found["asks"]
    assert set(found["signals"][0]) == {"symptom", "level", "span", "status"}


def test_a_broken_line_gives_an_error_and_the_next_is_read(screen: Screen) -> None:
    found = answered(
        screen,
        "{",
        "[]",
        '{"id": "a"}',
        '{"id": "b", "text": 5}',
        '{"id": "c", "text": "x", "day": "soon"}',
        '{"id": "d", "text": "x", "procedure": 1}',
        b"\xff\xfe",
        "[" * 100_000,
        "",
        '{"id": "e", "text": "\\ud800 thank you\\u0000"}',
    )
    assert [("error" in one, one["id"]) for one in found] == [
        (True, None),
        (True, None),
        (True, "a"),
        (True, "b"),
        (True, "c"),
        (True, "d"),
        (True, None),
        (True, None),
        (False, "e"),
    ]
    assert [one["line"] for one in found[:8]] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_what_was_not_read_is_said(screen: Screen) -> None:
    long, blank = answered(screen, json.dumps({"text": "a " * 9000}), json.dumps({"text": "😀😀"}))
    assert (long["unread"], blank["unread"]) == ("end", "all")


def test_the_command_reads_a_stream_without_database_or_token(terminal: Terminal) -> None:
    lines = '{"id": 1, "text": "me falta el aire"}\nbroken\n'
    first, second = terminal.says("screen", "--jsonl", "--flows", FLOWS, types=lines).splitlines()
    assert json.loads(first)["level"] == "D1"
    assert "error" in json.loads(second)


def test_the_words_that_count_are_marked_with_their_reason(terminal: Terminal) -> None:
    shown = terminal.says("screen", "no fever but everything went dark", "--flows", FLOWS)
    assert "(no) [fever] but [everything went dark]" in shown
    assert "negated" in shown


def test_a_corpus_is_measured_with_each_fault(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [
        {"id": "1", "text": "cant breathe", "lang": "en", "level": "D1"},
        {"id": "2", "text": "zzzz", "lang": "en", "level": "D1"},
        {"id": "3", "text": "thanks a lot", "lang": "es", "level": "D5", "kind": "no_concern"},
    ]
    file.write_text("\n".join(json.dumps(case) for case in cases), "utf-8")
    lines = list(report(screen, read_samples([file])))
    assert "| en | D1 | 2 | 50.0 % | 1 | 0 |" in lines
    assert "| es | no_concern | 1 | 100.0 % | 0 | 0 |" in lines
    assert "D1 and D2 together: 1 of 2 found (50.0 %)." in lines
    assert "- missed: `zzzz` (en 2, D1, read as D5: nothing)" in lines


def test_a_line_that_is_no_case_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"text": "a", "level": "D1"}\n{"text": "a", "level": "D9"}\n', "utf-8")
    with pytest.raises(ScriptError) as raised:
        read_samples([file])
    assert [(problem.line, "level" in problem.message) for problem in raised.value.problems] == [(2, True)]


def test_one_thing_is_asked_at_a_time(terminal: Terminal) -> None:
    assert "one of them" in terminal.says("screen", "hello", "--jsonl", "--flows", FLOWS, code=2)
