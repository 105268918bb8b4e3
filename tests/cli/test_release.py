"""`release`: the database is migrated (and copied first), the scripts are proved and published, twice does no harm."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.backup import back_up
from bot.store import migrate
from bot.store.tables import RevisionRow
from tests.cli.conftest import Terminal


def test_release_makes_a_database_and_publishes(
    configured: Terminal, tmp_path: Path, few: Path, in_store: Callable[[Callable[..., Any]], Any]
) -> None:
    configured.set(DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3", FLOWS_DIR=str(few))
    shown = configured.says("release")
    assert "steps run: 0001" in shown
    assert "proved and published" in shown
    assert in_store(lambda unit: unit.count(RevisionRow, RevisionRow.current == True)) >= 1  # noqa: E712 - SQL
    again = configured.says("release")
    assert "nothing to do" in again
    assert "0 of them new" in again
    assert [file.name for file in tmp_path.glob("new.sqlite3-before*")] == []


def test_scripts_that_fail_are_not_published(
    configured: Terminal, few: Path, in_store: Callable[[Callable[..., Any]], Any]
) -> None:
    safety = few / "clinic" / "safety.yaml"
    safety.write_text(safety.read_text(encoding="utf-8").replace("at_least: D2", "at_least: D1"), encoding="utf-8")
    configured.set(FLOWS_DIR=str(few))
    shown = configured.says("release", code=1)
    assert "Nothing was published" in shown
    assert "[floor.broken]" in shown
    assert in_store(lambda unit: unit.count(RevisionRow)) == 0


def test_a_backup_is_whole_and_for_its_owner_only(sqlite_url: str) -> None:
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    copy = back_up(sqlite_url, now)
    assert copy is not None
    assert "-before-0001-20260302T0930" in copy.name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert migrate.pending(f"sqlite:///{copy}") == []


def test_there_is_nothing_to_copy_before_the_first_step(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert back_up(f"sqlite:///{tmp_path}/new.sqlite3", now) is None
    assert back_up("postgresql://nobody@127.0.0.1:9/none", now) is None
