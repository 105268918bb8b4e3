"""`aftercare backup` and `restore`: whole, sealed, read back; what was in flight is told and not sent again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.crypto import new_key
from bot.store.tables import AlertRow, AuditRow, CheckInRow, LeaseRow, OutboxRow, SessionRow, TaskRow
from bot.store.unit import Unit
from tests.cli.conftest import Terminal
from tests.support import rows

InStore = Callable[[Callable[[Unit], Any]], Any]


@pytest.fixture
def busy(configured: Terminal, in_store: InStore) -> Terminal:
    """A clinic with a patient, an open alert, a question and an advice under way, and one message that was sent."""

    def insert(unit: Unit) -> None:
        rows.insert_family(unit)
        unit.insert(
            rows.outbox(chat_id=50, patient_id="p1", priority=4, kind="question:A", checkin_id=rows.checkin().id)
        )
        unit.insert(
            rows.outbox(chat_id=50, patient_id="p1", priority=1, kind="advice", state="sending", lease_until=rows.NOW)
        )
        unit.insert(rows.outbox(chat_id=50, patient_id="p1", priority=3, kind="reply", state="sent", sent_at=rows.NOW))

    in_store(insert)
    return configured


def database(terminal: Terminal) -> Path:
    """The file of the settings."""
    return Path(terminal.settings["DATABASE_URL"].removeprefix("sqlite:///"))


def test_a_backup_is_sealed_read_back_and_never_written_over(busy: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    shown = busy.says("backup", str(file))
    assert "read back and found whole" in shown
    assert file.stat().st_mode & 0o077 == 0
    assert b"SQLite format" not in file.read_bytes()
    before = file.read_bytes()
    assert "never written over" in busy.says("backup", str(file), code=1)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".backup-*")), "nothing in the clear is left behind"


def test_it_is_consistent_while_somebody_writes(busy: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    with closing(sqlite3.connect(database(busy), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO lease (name, holder, until) VALUES ('half', 'done', '2026-01-01 00:00:00.000000')")
        busy.says("backup", str(file))
        writer.execute("ROLLBACK")
    database(busy).unlink()
    busy.says("restore", str(file))
    with closing(sqlite3.connect(database(busy))) as found:
        assert found.execute("SELECT COUNT(*) FROM lease").fetchone() == (0,)
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_in_flight_goes_to_staff_and_is_not_sent_again(
    busy: Terminal, in_store: InStore, tmp_path: Path
) -> None:
    file = tmp_path / "night.backup"
    busy.says("backup", str(file))
    assert "--replace" in busy.says("restore", str(file), code=1)
    shown = busy.says("restore", str(file), "--replace")
    assert "messages were in flight: they are not sent again" in shown
    assert list(database(busy).parent.glob(f"{database(busy).name}-replaced-*"))

    kinds = {row.kind: row.state for row in in_store(lambda unit: unit.many(OutboxRow))}
    assert kinds["question:A"] == "unknown"
    assert kinds["advice"] == "unknown"
    assert kinds["reply"] == "sent"
    tasks = in_store(lambda unit: unit.many(TaskRow))
    assert {task.kind for task in tasks if task.cause.startswith("restored:")} == {"undelivered", "other"}
    (checkin,) = [row for row in in_store(lambda unit: unit.many(CheckInRow)) if row.id == rows.checkin().id]
    assert checkin.reason.startswith("delivery unknown")
    now = datetime.now(UTC)
    for alert in in_store(lambda unit: unit.many(AlertRow, AlertRow.state != "closed")):
        assert now - timedelta(minutes=5) < alert.next_at <= now
    assert in_store(lambda unit: unit.count(AuditRow, AuditRow.verb == "restore")) == 1
    assert in_store(lambda unit: unit.count(SessionRow)) > 0


def test_a_database_that_is_served_is_left_alone(busy: Terminal, in_store: InStore, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    busy.says("backup", str(file))
    until = datetime.now(UTC) + timedelta(minutes=1)
    in_store(lambda unit: unit.change(LeaseRow, LeaseRow.name != "", until=until))
    in_store(lambda unit: unit.insert(LeaseRow(name="polling-now", holder="main", until=until)))
    assert "Stop it first" in busy.says("restore", str(file), "--replace", code=1)


def test_another_key_or_a_damaged_file_changes_nothing(busy: Terminal, in_store: InStore, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    busy.says("backup", str(file))
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-20])
    assert "cut short, or damaged" in busy.says("restore", str(cut), "--replace", code=1)
    key = busy.settings["ENCRYPTION_KEYS"]
    busy.set(ENCRYPTION_KEYS=new_key())
    assert "not among the encryption keys" in busy.says("restore", str(file), "--replace", code=2)
    busy.set(ENCRYPTION_KEYS=key)
    assert {row.state for row in in_store(lambda unit: unit.many(OutboxRow))} >= {"pending", "sending"}
    assert not list(database(busy).parent.glob(".restore-*"))


def test_postgresql_has_its_own_tools(configured: Terminal, tmp_path: Path) -> None:
    configured.set(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert "its own tools" in configured.says("backup", code=1)
    (tmp_path / "x").touch()
    assert "its own tools" in configured.says("restore", str(tmp_path / "x"), code=1)
