"""One writer for SQLite: units of work that wait for their turn share one transaction, and one flush to the disk."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import AdaptedConnection, Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.sqlite_inline import InlineConnection
from bot.store.unit import Unit

MOST_TOGETHER = 16
"""A batch keeps the event loop for its length, so it stays short; whoever waits longer goes with the next."""


@dataclass(slots=True)
class _Waiting:
    work: Callable[[Unit], Any]
    done: asyncio.Future[tuple[Unit, Any]]


class GroupCommit:
    """Runs units of work one after the other on a connection that is kept.

    Those that wait while another commits run together, each behind a savepoint of its own: one that raises takes
    back only what it did itself. Nobody learns that a unit is done before the commit of the batch.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._connection: AsyncConnection | None = None

    async def run(self, work: Callable[[Unit], Any]) -> tuple[Unit, Any]:
        """The unit and what ``work`` returned, once it is committed; or what it raised."""
        mine = _Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.done.done():
                    batch = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
                    await self._commit_together(batch)
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        return await mine.done

    async def close(self) -> None:
        """Give the connection back."""
        async with self._turn:
            await self._let_go()

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _commit_together(self, batch: list[_Waiting]) -> None:
        outcomes: list[tuple[Unit, Any] | Exception] = []
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
            await self._connection.run_sync(lambda connection: _transact(connection, batch, outcomes))
        except BaseException as error:
            await self._let_go()
            for each in batch:
                if not each.done.done():
                    each.done.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
                    each.done.exception()  # whoever is gone does not ask: no complaint about an error nobody read
            if not isinstance(error, Exception):
                raise
            return
        for each, outcome in zip(batch, outcomes, strict=True):
            if each.done.done():
                continue
            if isinstance(outcome, Exception):
                each.done.set_exception(outcome)
            else:
                each.done.set_result(outcome)


def _transact(connection: Connection, batch: list[_Waiting], outcomes: list[tuple[Unit, Any] | Exception]) -> None:
    """One transaction on the driver's connection; SQLAlchemy's own bookkeeping would cost more than beginning it."""
    driver = _begun(connection)
    try:
        outcomes.extend(_done(Unit(connection), each, driver, alone=len(batch) == 1) for each in batch)
        if len(batch) > 1 or not isinstance(outcomes[0], Exception):
            _tell(driver, "COMMIT")
    finally:
        if driver.open.in_transaction:
            _tell(driver, "ROLLBACK")


def _done(unit: Unit, waiting: _Waiting, driver: InlineConnection, *, alone: bool) -> tuple[Unit, Any] | Exception:
    if not alone:
        _tell(driver, "SAVEPOINT one")
    try:
        outcome: tuple[Unit, Any] | Exception = (unit, waiting.work(unit))
    except Exception as error:
        outcome = error
        if not alone:
            _tell(driver, "ROLLBACK TO one")
    if not alone:
        _tell(driver, "RELEASE one")
    return outcome


def _begun(connection: Connection) -> InlineConnection:
    """The driver's connection with the write lock taken. SQLAlchemy begins behind it and never ends anything."""
    driver = cast(InlineConnection, connection.connection.driver_connection)
    if not driver.begin_at_once():
        try:
            cast(AdaptedConnection, connection.connection.dbapi_connection).run_async(InlineConnection.begin)
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from None
    return driver


def _tell(driver: InlineConnection, words: str) -> None:
    """A statement about the transaction itself, past everything that SQLAlchemy does for a query."""
    try:
        driver.open.execute(words)
    except sqlite3.OperationalError as error:
        raise OperationalError(words, None, error) from None
