"""An SQLite connection of aiosqlite's shape whose statements run at once, in the thread of the event loop.

A statement of this product takes microseconds, and COMMIT waits a quarter of a millisecond for the disk; handing
either to a thread and back costs more. So a transaction is never interrupted once it has begun, and cannot be
cancelled half way. Waiting for another process's write lock may take long: that is done by retrying, between which
the loop is free.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Self

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -8192",
)
STATEMENTS = 512
"""How many prepared statements a connection keeps; the product has some two hundred."""
PAUSES = (0.001, 0.002, 0.005, 0.01, 0.015, 0.025)
"""Seconds between two attempts at a lock that another process holds; the last one repeats."""


class InlineCursor:
    """A cursor whose coroutines never wait."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement."""
        self._cursor.execute(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Run one statement for each set of parameters."""
        self._cursor.executemany(sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Every row that is left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Forget the result."""
        self._cursor.close()

    @property
    def description(self) -> Any:
        """The columns of the result, as DB-API describes them."""
        return self._cursor.description

    @property
    def lastrowid(self) -> int | None:
        """The number of the last inserted row."""
        return self._cursor.lastrowid

    @property
    def rowcount(self) -> int:
        """How many rows the statement touched."""
        return self._cursor.rowcount


class InlineConnection:
    """What SQLAlchemy's ``sqlite+aiosqlite`` asks of a connection, over the standard library's driver."""

    def __init__(self, connection: sqlite3.Connection, *, read_only: bool, lock_timeout_s: float) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._lock_timeout_s = lock_timeout_s
        self._read_only = read_only

    @property
    def open(self) -> sqlite3.Connection:
        """The driver's connection. Errors: ValueError when it is closed."""
        if self._connection is None:
            raise ValueError("connection closed")
        return self._connection

    def cursor(self) -> InlineCursor:
        """A new cursor."""
        return InlineCursor(self.open.cursor())

    def begin_at_once(self) -> bool:
        """Begin a write transaction; False, and nothing done, when another process has the lock at this moment."""
        try:
            self.open.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise
        return True

    async def begin(self) -> None:
        """Begin. A writer takes the write lock; while another process holds it, retry without stopping the loop."""
        if self._read_only:
            self.open.execute("BEGIN")
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._lock_timeout_s
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                self.open.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() >= deadline:
                    raise
            await asyncio.sleep(pause)

    async def commit(self) -> None:
        """Make the transaction last; nothing can come between its first statement and this."""
        connection = self.open
        if connection.in_transaction:
            connection.execute("COMMIT")

    async def rollback(self) -> None:
        """Take the transaction back, if there is one."""
        connection = self.open
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        """Register a function (SQLAlchemy adds ``regexp``)."""
        self.open.create_function(*args, **kwargs)

    async def close(self) -> None:
        """Close the file."""
        self.stop()

    def stop(self) -> None:
        """Close the file at once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def connector(
    file: Path,
    *,
    read_only: bool,
    lock_timeout_s: float,
    open_file: Callable[..., sqlite3.Connection] = sqlite3.connect,
) -> Callable[[], Any]:
    """What SQLAlchemy calls (``async_creator``) to open one more connection to ``file``, by ``open_file``."""

    def connect() -> sqlite3.Connection:
        connection = open_file(
            file, timeout=lock_timeout_s, check_same_thread=False, isolation_level=None, cached_statements=STATEMENTS
        )
        for pragma in (*PRAGMAS, f"query_only = {'ON' if read_only else 'OFF'}", "busy_timeout = 0"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def create() -> InlineConnection:
        return InlineConnection(await asyncio.to_thread(connect), read_only=read_only, lock_timeout_s=lock_timeout_s)

    return create
