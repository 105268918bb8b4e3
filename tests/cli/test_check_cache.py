"""`check` keeps what it proved, under a name that changes with everything that it depends on, and says so."""

import json
from pathlib import Path

import pytest

from bot.cli.check_cache import MOST_KEPT, cache_folder, keep, kept, key_of
from bot.cli.report import Burden, Examined, Found, Report, Signing
from bot.core.check.severity import Severity
from bot.core.flow.nodes import Place
from tests.cli.conftest import Terminal

BURDEN = Burden("c1", "2 h", "early", "A L (+FI)", taps=4, most=5, most_with="filler", limit=10)
REPORT = Report(
    examined=(Examined("face", "0123", 5, 6, 7, 8, ("en", "es"), (BURDEN,)),),
    found=(Found(Place("face/script.yaml", 3, 4), Severity.WARNING, "rule PA-1", "Wrong.", "Mend it.", "rule.x"),),
    checks=16,
    signing=Signing(open=({"of": "face", "item": "PA-1", "what": "GK"},), counted={"face": 1}, signers=()),
)
KEY = "a" * 64


def test_what_is_kept_comes_back_and_says_that_it_was_kept(tmp_path: Path) -> None:
    keep(tmp_path / "new" / "folder", KEY, REPORT)
    again = kept(tmp_path / "new" / "folder", KEY)
    assert again is not None
    assert again.kept is True
    assert (again.examined, again.found, again.checks, again.signing) == (
        REPORT.examined,
        REPORT.found,
        REPORT.checks,
        REPORT.signing,
    )


def test_nothing_is_kept_under_another_name(tmp_path: Path) -> None:
    keep(tmp_path, KEY, REPORT)
    (tmp_path / f"{KEY}.json").rename(tmp_path / f"{'b' * 64}.json")
    assert kept(tmp_path, KEY) is None
    assert kept(tmp_path, "b" * 64) is None


@pytest.mark.parametrize("spoilt", ["", "{}", "half"])
def test_what_cannot_be_read_counts_as_none(tmp_path: Path, spoilt: str) -> None:
    keep(tmp_path, KEY, REPORT)
    file = tmp_path / f"{KEY}.json"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if spoilt == "half" else spoilt.encode())
    assert kept(tmp_path, KEY) is None
    file.write_bytes(b"\xff\xfe" + whole)
    assert kept(tmp_path, KEY) is None


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keep(tmp_path / "file", KEY, REPORT)
    assert kept(tmp_path / "file", KEY) is None


def test_only_the_newest_stay_and_no_half_file(tmp_path: Path) -> None:
    for number in range(MOST_KEPT + 3):
        keep(tmp_path, f"{number:064}", REPORT)
    assert len(list(tmp_path.iterdir())) == MOST_KEPT
    assert kept(tmp_path, f"{MOST_KEPT + 2:064}") is not None


def test_the_name_depends_on_each_text_its_path_and_the_procedures() -> None:
    files = {"face/script.yaml": "a", "face/en.yaml": "b"}
    names = {
        key_of(files, ()),
        key_of(files, ("face",)),
        key_of({**files, "face/en.yaml": "c"}, ()),
        key_of({"face/script.yaml": "a"}, ()),
        key_of({"face/script.yaml": "a", "face/es.yaml": "b"}, ()),
        key_of({"face/script.yaml": "ab", "face/en.yaml": ""}, ()),
    }
    assert len(names) == 6
    assert key_of(dict(reversed(files.items())), ()) == key_of(files, ())


def test_the_folder_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "aftercare"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / "home" / ".cache" / "aftercare"


def test_a_second_check_says_that_it_comes_from_the_cache(terminal: Terminal, few: Path) -> None:
    def check(*more: str) -> dict[str, object]:
        document: dict[str, object] = json.loads(terminal.says("check", "face", "--json", "--flows", str(few), *more))
        del document["seconds"]
        return document

    first, second, anew = check(), check(), check("--no-cache")
    assert [each.pop("from_cache") for each in (first, second, anew)] == [False, True, False]
    assert first == second == anew
    assert "from the cache" in terminal.says("check", "face", "--flows", str(few))
    case = next((few / "face" / "cases").iterdir())
    case.write_text(case.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert check()["from_cache"] is False
