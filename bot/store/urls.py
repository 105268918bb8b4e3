"""Database addresses: what people write, and what each driver wants."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import SettingsError

EXAMPLE = "sqlite:////var/lib/aftercare/aftercare.sqlite3 or postgresql://user:password@host/aftercare"

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def read_url(text: str) -> URL:
    """The address with our driver in it; ``postgres://``, ``postgresql://`` and ``sqlite://`` are understood."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(f"DATABASE_URL is not an address. Example: {EXAMPLE}") from None
    driver = DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise SettingsError(f"DATABASE_URL must be SQLite or PostgreSQL, not {url.drivername}. Example: {EXAMPLE}")
    if driver == DRIVERS["sqlite"] and url.database in (None, "", ":memory:"):
        raise SettingsError(f"DATABASE_URL names no file; a database in memory is lost. Example: {EXAMPLE}")
    return url.set(drivername=driver)


def sqlite_file(url: URL) -> Path:
    """The file of an SQLite address, made for its owner's eyes only when it is not there yet."""
    file = Path(url.database or "")
    file.touch(mode=0o600)
    return file


def is_sqlite(url: URL) -> bool:
    """Whether the address is of SQLite."""
    return url.get_backend_name() == "sqlite"


def with_limits(url: URL, statement_timeout_s: float) -> URL:
    """A PostgreSQL address whose sessions have time limits, whatever the server's defaults are."""
    limits = {
        "statement_timeout": f"{round(statement_timeout_s * 1000)}",
        "lock_timeout": f"{round(statement_timeout_s * 500)}",
        "idle_in_transaction_session_timeout": f"{round(statement_timeout_s * 2000)}",
        "default_transaction_isolation": r"read\ committed",
    }
    ours = " ".join(f"-c {name}={value}" for name, value in limits.items())
    theirs = url.query.get("options", "")
    query = {"connect_timeout": "10", **url.query, "options": f"{ours} {theirs}".strip()}
    return url.set(query=query)
