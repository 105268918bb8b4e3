"""Brings a database to the tables that this version expects, and tells how far it is. Synchronous: run it in a thread.

On SQLite, changing a table means making it anew; with foreign keys on, dropping the old one would delete what refers
to it. So they are off while the steps run, and every reference is checked before the commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from bot.core.errors import Conflict, NotReady
from bot.store.crypto import Keyring
from bot.store.tables import TABLES
from bot.store.urls import is_sqlite, read_url, sqlite_file

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 4_208_163_001
"""The advisory lock that keeps two processes from migrating one PostgreSQL at a time."""


def upgrade(url: str, keyring: Keyring | None = None, revision: str = "head") -> None:
    """Run every step up to ``revision`` in one transaction. ``keyring`` is for steps that open sealed columns."""
    with connected(url, keyring) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str, keyring: Keyring | None = None) -> None:
    """Take steps back, down to ``revision``; "base" leaves nothing."""
    with connected(url, keyring) as connection:
        command.downgrade(_config(connection), revision)


def current(url: str) -> str | None:
    """The step that the database stands at; None when it is empty."""
    with connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def pending(url: str) -> list[str]:
    """The steps that still have to run, oldest first. :class:`NotReady` when the database is of a newer version."""
    at = current(url)
    scripts = ScriptDirectory.from_config(_config())
    known = [script.revision for script in scripts.walk_revisions()][::-1]
    if at is not None and at not in known:
        raise NotReady(f"The database is at step {at}, which this version does not know. Install the newer version.")
    return known[known.index(at) + 1 :] if at else known


def check(url: str) -> list[str]:
    """What differs between the database and the tables of this version; empty when nothing does."""
    options = {
        "compare_type": True,
        "include_name": lambda name, kind, _: kind != "table" or name in TABLES,
    }
    with connected(url) as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)
    return [str(difference) for difference in found]


def draft(message: str, scripts: Path = SCRIPTS) -> Path:
    """Write the next step by comparing the steps so far with the tables; read and mend it before use."""
    with TemporaryDirectory() as folder, connected(f"sqlite:///{folder}/draft.sqlite3") as connection:
        config = _config(connection, scripts)
        command.upgrade(config, "head")
        steps = ScriptDirectory.from_config(config).walk_revisions()
        number = max((int(step.revision) for step in steps), default=0) + 1
        made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    return Path(cast(Script, made).path)


def _config(connection: Connection | None = None, scripts: Path = SCRIPTS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def connected(url: str, keyring: Keyring | None = None) -> Iterator[Connection]:
    """One transaction on a connection of its own, safe against a second process that migrates."""
    address = read_url(url)
    on_sqlite = is_sqlite(address)
    driver = "sqlite" if on_sqlite else address.drivername
    engine = create_engine(address.set(drivername=driver), poolclass=NullPool, hide_parameters=True)
    engine.dialect.keyring = keyring  # type: ignore[attr-defined]
    if on_sqlite:
        sqlite_file(address)
        event.listen(engine, "connect", _foreign_keys_off)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            if not on_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            yield connection
            if on_sqlite:
                _check_references(connection)
    finally:
        engine.dispose()


def _foreign_keys_off(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout = 60000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise Conflict(f"{len(broken)} rows refer to rows that do not exist, in: {tables}. Nothing was changed.")
