"""Migrations bring an empty database exactly to the tables, and never lose a row on the way."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from bot.core.errors import Conflict, NotReady
from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.urls import read_url
from tests.support import postgres, rows

SHAPE = """
SELECT 'column', table_name, column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'
"""


def shape(url: URL) -> set[tuple[Any, ...]]:
    """Everything that a database says of its tables."""
    on_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url.set(drivername="sqlite") if on_sqlite else url, poolclass=NullPool)
    with engine.connect() as connection:
        if on_sqlite:
            found = connection.exec_driver_sql("SELECT type, tbl_name, name, sql FROM sqlite_master")
            clauses = {(kind, table, name, *sorted(lines(words))) for kind, table, name, words in found}
        else:
            clauses = {tuple(row) for row in connection.exec_driver_sql(SHAPE)}
    return {clause for clause in clauses if clause[1] != "alembic_version"}


def lines(words: str | None) -> list[str]:
    """The clauses of a CREATE statement, whatever their order and layout."""
    return [" ".join(line.split()).rstrip(",") for line in (words or "").splitlines() if line.strip()]


def make_all(url: URL) -> None:
    """Make the tables without migrations."""
    on_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url.set(drivername="sqlite") if on_sqlite else url, poolclass=NullPool)
    SQLModel.metadata.create_all(engine)


def test_sqlite_steps_end_at_the_tables(sqlite_url: str, fresh_folder: Path) -> None:
    direct = read_url(f"sqlite:///{fresh_folder / 'direct.sqlite3'}")
    make_all(direct)
    assert shape(read_url(sqlite_url)) == shape(direct)
    assert migrate.check(sqlite_url) == []


@pytest.mark.postgres
def test_postgresql_steps_end_at_the_tables(postgres_url: str, postgres_databases: postgres.Databases) -> None:
    direct = postgres_databases.empty()
    make_all(read_url(direct))
    assert shape(read_url(postgres_url)) == shape(read_url(direct))
    assert migrate.check(postgres_url) == []
    postgres_databases.drop(direct)


def test_how_far_a_database_is(fresh_folder: Path, keyring: Keyring) -> None:
    url = f"sqlite:///{fresh_folder / 'new.sqlite3'}"
    steps = migrate.pending(url)
    assert steps[0] == "0001"
    assert migrate.current(url) is None
    assert migrate.check(url) != []
    migrate.upgrade(url, keyring)
    assert migrate.current(url) == steps[-1]
    assert migrate.pending(url) == []
    migrate.upgrade(url, keyring)


def test_steps_can_be_taken_back(any_url: str) -> None:
    migrate.downgrade(any_url, "base")
    assert migrate.current(any_url) is None
    assert migrate.pending(any_url)[0] == "0001"
    migrate.upgrade(any_url)
    assert migrate.check(any_url) == []


def test_a_newer_database_is_left_alone(sqlite_url: str) -> None:
    with sqlite3.connect(make_url(sqlite_url).database or "") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotReady, match="9999"):
        migrate.pending(sqlite_url)
    connection.close()


def test_a_missing_column_is_noticed(any_url: str) -> None:
    with migrate.connected(any_url) as connection:
        connection.execute(sa.text("ALTER TABLE place DROP COLUMN told_at"))
    assert ["told_at" in difference for difference in migrate.check(any_url)] == [True]


async def test_changing_a_table_keeps_what_refers_to_it(any_url: str, keyring: Keyring) -> None:
    store = Store(any_url, keyring)
    await store.run(rows.insert_family)
    with migrate.connected(any_url) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("patient", recreate="auto") as patient:
            patient.alter_column("zone", type_=sa.String(length=64))
            patient.drop_constraint("uq_patient_case_code")
    for name in rows.FAMILY:
        model = type(rows.BUILDERS[name]())
        assert await store.look(lambda unit, model=model: unit.count(model)) == 1  # type: ignore[misc]
    with pytest.raises(Conflict):
        await store.run(lambda unit: unit.remove(type(rows.patient())))
    await store.close()


async def test_a_step_that_leaves_orphans_is_taken_back(sqlite_store: Store, sqlite_url: str) -> None:
    await sqlite_store.run(rows.insert_family)
    with (
        pytest.raises(Conflict, match="refer to rows that do not exist, in: alert, checkin, run, session"),
        migrate.connected(sqlite_url) as connection,
    ):
        connection.execute(sa.text("DELETE FROM patient"))
    assert await sqlite_store.look(lambda unit: unit.count(type(rows.patient()))) == 1


def test_a_new_step_is_drafted_in_plain_types(fresh_folder: Path) -> None:
    scripts = Path(shutil.copytree(migrate.SCRIPTS, fresh_folder / "migrations"))
    assert migrate.draft("Nothing new", scripts).read_text().count("pass") == 2
    for step in (scripts / "versions").glob("0*.py"):
        step.unlink()
    words = migrate.draft("Everything", scripts).read_text()
    assert "import sqlmodel" not in words
    assert "sa.Column('raw', sa.LargeBinary()" in words
    assert "sa.DateTime(timezone=True)" in words
    assert "sqlite_where=" in words
