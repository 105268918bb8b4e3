"""Prepared statements on SQLite's own driver: SQLAlchemy compiles them once, and then stands aside.

Of a small statement on SQLite nine tenths of the time is SQLAlchemy's own work for each execution. Here the words, the
order of the parameters and the converters of the types are worked out once per statement.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert, Select, UpdateBase
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, StatementError
from sqlalchemy.types import TypeEngine

from bot.store.sqlite_inline import InlineConnection

Convert = Callable[[Any], Any]
Statement = Select[Any] | UpdateBase


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement ready to run: its words, its parameters in order, and what it gives back."""

    statement: Statement
    sql: str
    takes: tuple[tuple[str, Any, Convert | None], ...]
    names: tuple[str, ...]
    reads: tuple[tuple[str, int, Convert], ...]


class Direct:
    """Runs statements on the driver's connection behind ``connection``."""

    def __init__(self, connection: Connection, plans: dict[int, Plan]) -> None:
        driver = cast(InlineConnection, connection.connection.driver_connection)
        self._execute = driver.open.execute
        self._dialect = connection.dialect
        self._plans = plans

    def plan(self, statement: Statement) -> Plan:
        """How to run ``statement``. It is known by its identity, so it must be made once and kept."""
        found = self._plans.get(id(statement))
        if found is None:
            found = self._plans[id(statement)] = _planned(statement, self._dialect)
        return found

    def run(self, plan: Plan, values: dict[str, Any]) -> sqlite3.Cursor:
        """Run it; errors are those that SQLAlchemy would raise, without the values."""
        try:
            given = [
                values.get(name, default) if convert is None else convert(values.get(name, default))
                for name, default, convert in plan.takes
            ]
        except ValueError as error:
            raise StatementError(type(error).__name__, plan.sql, None, error, hide_parameters=True) from None
        return self.tell(plan.sql, given)

    def tell(self, sql: str, given: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run these words."""
        try:
            return self._execute(sql, given)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(sql, None, error, hide_parameters=True) from None
        except sqlite3.OperationalError as error:
            raise OperationalError(sql, None, error, hide_parameters=True) from None
        except sqlite3.Error as error:
            raise DatabaseError(sql, None, error, hide_parameters=True) from None


def direct_of(connection: Connection) -> Direct | None:
    """The direct way for this connection; None where the database is not SQLite."""
    if connection.dialect.name != "sqlite":
        return None
    plans: dict[int, Plan] | None = getattr(connection.dialect, "plans", None)
    if plans is None:
        plans = {}
        connection.dialect.plans = plans  # type: ignore[attr-defined]
    return Direct(connection, plans)


def _planned(statement: Statement, dialect: Dialect) -> Plan:
    columns = [column.name for column in statement.table.columns] if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    if "POSTCOMPILE" in compiled.string:
        raise TypeError("a prepared statement cannot hold an expanding IN: write its constants with fixed()")
    defaults = compiled.params
    takes = tuple(
        (name, defaults.get(name), compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or ()
    )
    names: tuple[str, ...] = ()
    reads: list[tuple[str, int, Convert]] = []
    if isinstance(statement, Select):
        selected = list(statement.selected_columns)
        names = tuple(cast(str, column.key) for column in selected)
        for place, column in enumerate(selected):
            of_type: TypeEngine[Any] = column.type
            convert = of_type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                reads.append((names[place], place, convert))
    return Plan(statement, compiled.string, takes, names, tuple(reads))
