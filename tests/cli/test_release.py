"""`release`: the database is migrated (and copied first), the scripts are proved and published, twice does no harm."""

import asyncio
import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.copying import back_up
from bot.core.errors import ScriptError
from bot.settings import read_settings
from bot.store import migrate
from bot.store.tables import AuditRow, FloorRow, OutboxRow, RevisionRow
from bot.store.unit import Unit
from bot.wiring.app import build
from bot.wiring.running import prepare
from tests.cli.conftest import ROOT, Terminal
from tests.support import rows

InStore = Callable[[Callable[..., Any]], Any]


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
    assert f"-before-{migrate.current(sqlite_url)}-20260302T0930" in copy.name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert migrate.pending(f"sqlite:///{copy}") == []


def test_there_is_nothing_to_copy_before_the_first_step(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert back_up(f"sqlite:///{tmp_path}/new.sqlite3", now) is None
    assert back_up("postgresql://nobody@127.0.0.1:9/none", now) is None


def later_for_bruises(folder: Path) -> None:
    """A bruise counts as late a week later: on day 14 it gives less than before."""
    script = folder / "face" / "script.yaml"
    text = script.read_text(encoding="utf-8")
    assert "bruise_late: {day: {after: 13}}" in text
    script.write_text(
        text.replace("bruise_late: {day: {after: 13}}", "bruise_late: {day: {after: 20}}"), encoding="utf-8"
    )


def weaker_floor(folder: Path) -> None:
    """Pain of 8 is promised nothing any more; the script keeps its rule."""
    safety = folder / "clinic" / "safety.yaml"
    text = safety.read_text(encoding="utf-8")
    wanted = "    when: {number: {PA: {at_least: 8}}}\n"
    assert wanted in text
    safety.write_text(text.replace(wanted, wanted.replace("8", "9")), encoding="utf-8")


def hire(in_store: InStore) -> None:
    """A lead, a clinician and a receptionist; one more has not opened her link."""

    def people(unit: Unit) -> None:
        unit.insert(rows.staff(id="lola", name="Lola", role="lead", chat_id=51))
        unit.insert(rows.staff(id="vega", name="Dr. Vega", role="clinician", chat_id=52))
        unit.insert(rows.staff(id="rita", name="Rita", role="reception", chat_id=53))
        unit.insert(rows.staff(id="new", name="Dr. New", role="clinician"))

    in_store(people)


def revision_in(shown: str) -> str:
    found = re.search(r"aftercare approve ([0-9a-f]{16})", shown)
    assert found is not None, shown
    return found[1]


def verbs(in_store: InStore) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = in_store(
        lambda unit: [(row.verb, row.actor) for row in unit.many(AuditRow, order_by=AuditRow.id)]
    )
    return found


def test_a_revision_that_lowers_a_level_waits_for_two_persons(
    configured: Terminal, few: Path, in_store: InStore
) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    hire(in_store)
    later_for_bruises(few)
    shown = configured.says("release", code=1)
    assert "Nothing was published" in shown
    assert "BU = " in shown
    assert "D4 before, D5 now" in shown
    assert "Two persons must approve this by name" in shown
    revision = revision_in(shown)

    def approve(who: str, code: int = 0, reason: str = "bruises of 3 weeks are normal here") -> str:
        return configured.says("approve", revision, "--by", who, "--reason", reason, code=code)

    assert "Rita is reception" in approve("Rita", 1)
    assert "Nobody on the staff list is named Max" in approve("Max", 1)
    assert "has not opened her link" in approve("Dr. New", 1)
    assert "Give a reason" in approve("Lola", 1, "  ")
    assert "Nothing named 0123 waits" in configured.says("approve", "0123", "--by", "Lola", "--reason", "x", code=1)
    assert "One more person must" in approve("Lola")
    assert "Lola has approved revision" in approve("lola", 1)
    shown = configured.says("release", code=1)
    assert "approved by Lola (lead): bruises of 3 weeks are normal here" in shown
    assert "One more person must" in shown
    assert "Two persons approved it" in approve("Dr. Vega")
    assert "1 of them new" in configured.says("release")
    assert [actor for verb, actor in verbs(in_store) if verb == "approve_fall"] == ["lola", "vega"]
    assert ("publish_lowering", "release") in verbs(in_store)
    told = in_store(lambda unit: [(row.chat_id, row.body) for row in unit.many(OutboxRow)])
    assert [chat for chat, _ in told] == [51, 52]
    assert all(revision in body and "Was it not you?" in body for _, body in told)


def test_an_approval_holds_for_that_step_only(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    hire(in_store)
    later_for_bruises(few)
    revision = revision_in(configured.says("release", code=1))
    for who in ("Lola", "Dr. Vega"):
        configured.says("approve", revision, "--by", who, "--reason", "agreed")
    script = few / "face" / "script.yaml"
    script.write_text(script.read_text(encoding="utf-8").replace("after: 20}", "after: 25}"), encoding="utf-8")
    shown = configured.says("release", code=1)
    assert "Two persons must approve" in shown
    assert revision_in(shown) != revision


def test_a_weaker_floor_waits_for_two_persons(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    hire(in_store)
    weaker_floor(few)
    shown = configured.says("release", code=1)
    assert "the safety floor: " in shown
    assert "FL-23 promised D2 and is not kept any more: face" in shown
    assert "PA = 8" in shown
    for who in ("Lola", "vega"):
        configured.says("approve", revision_in(shown), "--by", who, "--reason", "agreed at the meeting")
    assert "0 of them new" in configured.says("release")
    assert in_store(lambda unit: unit.count(FloorRow)) == 2
    assert in_store(lambda unit: unit.count(FloorRow, FloorRow.current == True)) == 1  # noqa: E712 - SQL


def test_a_start_publishes_what_lowers_nothing_and_refuses_the_rest(
    configured: Terminal, few: Path, in_store: InStore, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.set(FLOWS_DIR=str(few), PYTHONPATH=str(ROOT))
    configured.says("release")

    def start() -> None:
        async def prepared() -> None:
            app = build(read_settings())
            try:
                await prepare(app)
            finally:
                await app.store.close()

        asyncio.run(prepared())

    def current() -> str:
        in_force = (RevisionRow.current == True, RevisionRow.procedure == "face")  # noqa: E712 - SQL
        (row,) = in_store(lambda unit: unit.many(RevisionRow, *in_force))
        return str(row.id)

    texts, first = few / "face" / "en.yaml", current()
    words = texts.read_text(encoding="utf-8")
    texts.write_text(words.replace("Face treatment", "Treatment of the face"), encoding="utf-8")
    start()
    assert current() != first
    texts.write_text(words, encoding="utf-8")
    start()
    assert current() == first
    assert in_store(lambda unit: unit.count(RevisionRow, RevisionRow.procedure == "face")) == 2
    later_for_bruises(few)
    with pytest.raises(ScriptError, match="did not pass"):
        start()
    assert "gives less than" in capsys.readouterr().err
    assert in_store(lambda unit: unit.count(RevisionRow, RevisionRow.procedure == "face")) == 2


def test_a_slower_ladder_waits_for_two_persons(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    hire(in_store)
    escalation = few / "clinic" / "escalation.yaml"
    text = escalation.read_text(encoding="utf-8")
    assert "taken_again: 20 min" in text
    escalation.write_text(text.replace("taken_again: 20 min", "taken_again: 60 min"), encoding="utf-8")
    shown = configured.says("release", code=1)
    assert "the escalation ladder: " in shown
    assert "taken without a contact fires again after 60 min (before: 20 min)" in shown
    revision = revision_in(shown)
    for who in ("Lola", "Dr. Vega"):
        configured.says("approve", revision, "--by", who, "--reason", "fewer double calls")
    configured.says("release")
    assert ("publish_policy", "release") in verbs(in_store)
    escalation.write_text(text, encoding="utf-8")
    configured.says("release")


def test_another_emergency_text_waits_for_two_persons(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    hire(in_store)
    words = few / "common" / "en.yaml"
    text = words.read_text(encoding="utf-8")
    assert "Call {emergency_number}" in text
    words.write_text(text.replace("Call {emergency_number}", "Please call {emergency_number}"), encoding="utf-8")
    assert "en: the advice d1 says: " in configured.says("release", code=1)
