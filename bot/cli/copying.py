"""Copies of an SQLite database: beside it before its tables are changed, and sealed as a backup that is read back."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.errors import NotReady
from bot.store import migrate
from bot.store.backup_file import Header, open_file, seal_file
from bot.store.crypto import Keyring
from bot.store.urls import is_sqlite, read_url


def back_up(url: str, now: datetime) -> Path | None:
    """Copy the database as it is, with what stands in its log. None for PostgreSQL, and for one with nothing in it."""
    address = read_url(url)
    if not is_sqlite(address):
        return None
    at = migrate.current(url)
    if at is None:
        return None
    file = Path(address.database or "")
    copy = file.with_name(f"{file.name}-before-{at}-{now:%Y%m%dT%H%M%S%fZ}")
    # VACUUM INTO takes an empty file that exists: it is made first, for its owner's eyes only.
    copy.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def make_backup(file: Path, target: Path, now: datetime, keyring: Keyring) -> int:
    """Copy, seal, read back, compare; how many rows. What is not whole is taken away. Errors: NotReady."""
    with TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as folder:
        copy, back, part = (Path(folder) / name for name in ("copy", "back", "part"))
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))  # one read transaction: it holds up nobody who writes
        step = _step_of(copy)
        seal_file(copy, part, Header(now, step), keyring)
        open_file(part, back, keyring)
        counted = counted_rows(back)
        if counted != counted_rows(copy):
            raise NotReady("The backup does not read back as it was written. Look at the disk.")
        os.link(part, target)  # whole or not there at all, and never over another file
    return sum(counted.values())


def _step_of(copy: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        found = None
    if found is None:
        raise NotReady("There is nothing in the database yet. Run: aftercare release")
    return str(found[0])


def counted_rows(file: Path) -> dict[str, int]:
    """The rows of each table of a database that is whole. Errors: NotReady when it is not."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                raise NotReady(f"{file} is damaged: {found[0][0]}")
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}
    except sqlite3.DatabaseError as error:
        raise NotReady(f"{file} cannot be read: {error}") from None


def is_in_use(file: Path, now: datetime) -> bool:
    """Whether a process polls for this database: it holds a lease that has not run out."""
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT until FROM lease").fetchall()
    except sqlite3.DatabaseError:
        return False  # what cannot be read is not served either
    return any(datetime.fromisoformat(until).replace(tzinfo=UTC) > now for (until,) in rows)


def put_in_place(new: Path, target: Path, now: datetime) -> Path | None:
    """Move ``new`` to ``target``; what was there is moved aside with its log, and its new name returned."""
    aside = target.with_name(f"{target.name}-replaced-{now:%Y%m%dT%H%M%S%fZ}") if target.exists() else None
    for ending in ("", "-wal", "-shm"):
        part = target.with_name(target.name + ending)
        if part.exists():
            # A log without its database belongs to nothing: left in place it would be read as the new one's.
            name = aside.name + ending if aside else f"{part.name}.left"
            part.rename(target.with_name(name))
    new.replace(target)
    return aside
