"""A copy of an SQLite file beside it, before its tables are changed."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.store import migrate
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
