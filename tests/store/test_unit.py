"""A unit of work: rows in and out, numbers written back, and what the database refuses by its name."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlmodel import col

from bot.core.errors import Conflict, Gone, SettingsError
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import AuditRow, InboxRow, OutboxRow, PatientRow, PlaceRow
from bot.store.unit import Unit
from tests.support import rows


async def test_rows_come_back_as_they_went_in(any_store: Store) -> None:
    await any_store.run(lambda unit: unit.insert(rows.patient(name="Zoë", allergies="")))
    found = await any_store.look(lambda unit: unit.get(PatientRow, "p1"))
    assert (found.name, found.allergies, found.made_at) == ("Zoë", "", rows.NOW)
    assert found.model_copy(update={"name": "Z"}).name == "Z"


async def test_what_is_not_there(any_store: Store) -> None:
    assert await any_store.look(lambda unit: unit.first(PatientRow, PatientRow.id == "p1")) is None
    with pytest.raises(Gone, match="patient p1"):
        await any_store.look(lambda unit: unit.get(PatientRow, "p1"))


async def test_many_count_change_remove(any_store: Store) -> None:
    def work(unit: Unit) -> list[str]:
        unit.insert_all([rows.place(name=name, chat_id=number) for number, name in enumerate("cab")])
        assert unit.change(PlaceRow, col(PlaceRow.chat_id) > 0, told_at=rows.NOW) == 2
        assert unit.count(PlaceRow, col(PlaceRow.told_at).is_not(None)) == 2
        assert unit.remove(PlaceRow, PlaceRow.name == "b") == 1
        return [row.name for row in unit.many(PlaceRow, order_by=(PlaceRow.name, PlaceRow.chat_id), limit=5)]

    assert await any_store.run(work) == ["a", "c"]


async def test_numbers_are_written_back_in_order(any_store: Store) -> None:
    many = [rows.audit(subject=str(number)) for number in range(500)]
    one = rows.audit(subject="one")

    def work(unit: Unit) -> None:
        unit.insert_all(many)
        unit.insert(one)
        unit.insert_all([])

    await any_store.run(work)
    stored = await any_store.look(lambda unit: unit.many(AuditRow, order_by=AuditRow.id))
    assert [(row.id, row.subject) for row in stored] == [(row.id, row.subject) for row in [*many, one]]


async def test_insert_new(any_store: Store) -> None:
    draft = rows.outbox()
    assert await any_store.run(lambda unit: unit.insert_new(rows.inbox())) is True
    assert await any_store.run(lambda unit: unit.insert_new(rows.inbox(raw="{'other': 1}"))) is False
    assert await any_store.run(lambda unit: unit.insert_new(draft)) is True
    assert draft.id is not None
    assert await any_store.look(lambda unit: unit.count(InboxRow)) == 1


async def test_a_plain_bool_is_not_a_condition(any_store: Store) -> None:
    with pytest.raises(TypeError, match="columns"):
        await any_store.run(lambda unit: unit.remove(PlaceRow, True))


@pytest.mark.parametrize(
    ("again", "name"),
    [
        ({"id": "p2", "chat_id": 2}, "uq_patient_case_code"),
        ({"id": "p2", "case_code": "X"}, "uq_patient_chat_id"),
        ({"case_code": "X", "chat_id": 2}, "pk_patient"),
        ({"id": "p2", "case_code": "X", "chat_id": 2, "zone": None}, "patient.zone is missing"),
    ],
)
async def test_conflicts_are_named_and_say_no_values(any_store: Store, again: dict[str, object], name: str) -> None:
    await any_store.run(lambda unit: unit.insert(rows.patient(chat_id=1)))
    with pytest.raises(Conflict) as raised:
        await any_store.run(lambda unit: unit.insert(rows.patient(**{"chat_id": 1} | again)))
    assert str(raised.value) == name
    assert raised.value.__suppress_context__


async def test_a_reference_to_nothing_is_a_conflict(any_store: Store) -> None:
    with pytest.raises(Conflict, match=r"foreign key|fk_wizard_staff_id"):
        await any_store.run(lambda unit: unit.insert(rows.wizard()))


async def test_any_exception_rolls_back(any_store: Store) -> None:
    def work(unit: Unit) -> None:
        unit.insert(rows.patient())
        unit.nudge(5)
        unit.after_commit.append(lambda: seen.append("committed"))
        raise KeyError

    seen: list[str] = []
    any_store.on_nudge = lambda chats: seen.append("nudged")
    with pytest.raises(KeyError):
        await any_store.run(work)
    assert await any_store.look(lambda unit: unit.count(PatientRow)) == 0
    assert seen == []


async def test_after_the_commit(any_store: Store) -> None:
    seen: list[object] = []

    def work(unit: Unit) -> int:
        unit.after_commit += [lambda: seen.append("first"), lambda: seen.remove("nothing"), lambda: seen.append("last")]
        for chat in (5, 6, 5):
            unit.nudge(chat)
        return 7

    any_store.on_nudge = seen.append
    assert await any_store.run(work) == 7
    assert seen == ["first", "last", frozenset({5, 6})]


async def test_look_cannot_write(any_store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"read.?only"):
        await any_store.look(lambda unit: unit.insert(rows.patient()))
    await any_store.run(lambda unit: unit.insert(rows.patient()))


async def test_a_naive_time_is_refused_without_its_row(any_store: Store) -> None:
    row = rows.inbox(raw="secret", received_at=rows.NOW.replace(tzinfo=None))
    with pytest.raises(StatementError) as raised:
        await any_store.run(lambda unit: unit.insert(row))
    assert "secret" not in str(raised.value)


async def test_no_lost_update(any_store: Store) -> None:
    await any_store.run(lambda unit: unit.insert(rows.place(chat_id=0)))

    def one_more(unit: Unit) -> None:
        row = unit.first(PlaceRow, PlaceRow.name == "staff", lock=True)
        assert row is not None
        unit.change(PlaceRow, PlaceRow.name == "staff", chat_id=row.chat_id + 1)

    await asyncio.gather(*(any_store.run(one_more) for _ in range(300)))
    assert (await any_store.look(lambda unit: unit.get(PlaceRow, "staff"))).chat_id == 300


async def test_no_lost_update_between_stores(any_url: str, open_store: Callable[[str], Store]) -> None:
    stores = [open_store(any_url) for _ in range(4)]
    await stores[0].run(lambda unit: unit.insert(rows.place(chat_id=0)))

    def one_more(unit: Unit) -> None:
        row = unit.first(PlaceRow, PlaceRow.name == "staff", lock=True)
        assert row is not None
        unit.change(PlaceRow, PlaceRow.name == "staff", chat_id=row.chat_id + 1)

    await asyncio.gather(*(stores[number % 4].run(one_more) for number in range(300)))
    assert (await stores[0].look(lambda unit: unit.get(PlaceRow, "staff"))).chat_id == 300


async def test_writers_wait_for_another_process(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(sqlite_store.run(lambda unit: unit.insert(rows.place())))
    for _ in range(20):
        assert await sqlite_store.look(lambda unit: unit.count(PlaceRow)) == 0  # the loop is free, readers read
        await asyncio.sleep(0)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    assert await sqlite_store.look(lambda unit: unit.count(PlaceRow)) == 1
    other.close()


async def test_a_writer_that_waits_can_be_cancelled(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    await sqlite_store.run(lambda unit: unit.insert(rows.place()))
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(sqlite_store.run(lambda unit: unit.remove(PlaceRow)))
    await asyncio.sleep(0.01)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    other.execute("COMMIT")
    other.close()
    assert await sqlite_store.run(lambda unit: unit.count(PlaceRow)) == 1


async def test_a_writer_does_not_wait_for_ever(sqlite_url: str, keyring: Keyring) -> None:
    store = Store(sqlite_url, keyring, statement_timeout_s=0.02)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    await store.run(lambda unit: unit.insert(rows.place()))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await store.run(lambda unit: unit.remove(PlaceRow))
    other.close()
    await store.close()


async def test_sqlite_is_durable_and_strict(sqlite_store: Store) -> None:
    def pragmas(unit: Unit) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        return [unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await sqlite_store.run(pragmas) == ["wal", 2, 1, 0]
    assert await sqlite_store.look(pragmas) == ["wal", 2, 1, 1]


@pytest.mark.postgres
async def test_postgresql_has_time_limits(postgres_url: str, open_store: Callable[[str], Store]) -> None:
    store = open_store(postgres_url)

    def settings(unit: Unit) -> list[object]:
        names = ("statement_timeout", "lock_timeout", "transaction_isolation")
        return [unit.connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    assert await store.run(settings) == ["30s", "15s", "read committed"]
    assert await store.look(settings) == ["30s", "15s", "repeatable read"]
    assert await store.run(settings) == ["30s", "15s", "read committed"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("mysql://localhost/x", "must be SQLite or PostgreSQL"),
        ("nonsense", "not an address"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, reason: str, keyring: Keyring) -> None:
    with pytest.raises(SettingsError, match=reason):
        Store(url, keyring)


def test_a_new_file_is_for_its_owner_only(fresh_folder: Path, keyring: Keyring) -> None:
    Store(f"sqlite:///{fresh_folder / 'new.sqlite3'}", keyring)
    assert (fresh_folder / "new.sqlite3").stat().st_mode & 0o077 == 0


async def test_a_row_of_the_outbox_is_plain_data(any_store: Store) -> None:
    draft = rows.outbox()
    await any_store.run(lambda unit: unit.insert(draft))
    found = await any_store.look(lambda unit: unit.get(OutboxRow, draft.id))
    found.state = "sent"
    assert (await any_store.look(lambda unit: unit.get(OutboxRow, draft.id))).state == "pending"
