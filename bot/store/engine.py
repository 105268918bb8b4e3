"""The store: opens the database, runs units of work, and renames what the database refuses."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy import URL, AdaptedConnection, Connection, event
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import AftercareError, Conflict
from bot.store.conflicts import broken_constraint
from bot.store.crypto import Keyring
from bot.store.group_commit import GroupCommit
from bot.store.sqlite_inline import InlineConnection, connector
from bot.store.unit import Unit
from bot.store.urls import is_sqlite, read_url, sqlite_file, with_limits

T = TypeVar("T")
Work = Callable[[Unit], T]

log = logging.getLogger(__name__)


class Store:
    """The database of a clinic. ``run`` writes in one transaction, ``look`` only reads."""

    def __init__(
        self,
        url: str,
        keyring: Keyring,
        *,
        pool_size: int = 8,
        statement_timeout_s: float = 30,
        open_file: Callable[..., sqlite3.Connection] = sqlite3.connect,
    ) -> None:
        address = read_url(url)
        self.on_nudge: Callable[[frozenset[int]], None] | None = None
        self._together: GroupCommit | None = None
        if is_sqlite(address):
            self._writer = _sqlite(address, 1, statement_timeout_s, open_file, read_only=False)
            self._reader = _sqlite(address, pool_size, statement_timeout_s, open_file, read_only=True)
            self._together = GroupCommit(self._writer)
        else:
            self._writer = create_async_engine(
                with_limits(address, statement_timeout_s),
                pool_size=pool_size,
                max_overflow=0,
                pool_pre_ping=True,
                hide_parameters=True,
            )
            self._reader = self._writer.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        for engine in (self._writer, self._reader):
            engine.sync_engine.dialect.keyring = keyring  # type: ignore[attr-defined]

    async def run(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and commit it; any exception rolls back. See :class:`Conflict`."""
        with _renamed():
            if self._together is not None:
                unit, result = await self._together.run(work)
            else:
                unit, result = await _in_transaction(self._writer, work)
        for follow_up in unit.after_commit:
            _careful(follow_up)
        if unit.nudged and self.on_nudge is not None:
            on_nudge, chats = self.on_nudge, frozenset(unit.nudged)
            _careful(lambda: on_nudge(chats))
        return cast(T, result)

    async def look(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent picture of the data; it cannot write and never takes the write lock."""
        with _renamed():
            _, result = await _in_transaction(self._reader, work)
        return result

    async def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        if self._together is not None:
            await self._together.close()
        await self._reader.dispose()
        await self._writer.dispose()


def _sqlite(
    address: URL,
    pool_size: int,
    lock_timeout_s: float,
    open_file: Callable[..., sqlite3.Connection],
    *,
    read_only: bool,
) -> AsyncEngine:
    file = sqlite_file(address)
    engine = create_async_engine(
        address,
        async_creator=connector(file, read_only=read_only, lock_timeout_s=lock_timeout_s, open_file=open_file),
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "begin", _begin_inline)
    return engine


def _begin_inline(connection: Connection) -> None:
    adapted = cast(AdaptedConnection, connection.connection.dbapi_connection)
    driver = cast(InlineConnection, connection.connection.driver_connection)
    if driver.open.in_transaction:
        return  # the one writer began it already (bot/store/group_commit.py)
    try:
        adapted.run_async(InlineConnection.begin)
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from None


async def _in_transaction(engine: AsyncEngine, work: Work[T]) -> tuple[Unit, T]:
    """The whole transaction is one synchronous function in one greenlet: its statements cost no task switch."""

    def transact(connection: Connection) -> tuple[Unit, T]:
        unit = Unit(connection)
        with connection.begin():
            result = work(unit)
        return unit, result

    async with engine.connect() as connection:
        return await connection.run_sync(transact)


@contextmanager
def _renamed() -> Iterator[None]:
    """A constraint that was violated becomes a domain error."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(broken_constraint(error)) from None
    except StatementError as error:
        if isinstance(error.orig, AftercareError):
            raise error.orig from None
        raise


def _careful(follow_up: Callable[[], None]) -> None:
    """What follows a commit must not make its caller believe that the commit failed."""
    try:
        follow_up()
    except Exception:
        log.exception("a step after the commit failed")
