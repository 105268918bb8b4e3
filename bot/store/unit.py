"""One transaction, seen by plain synchronous code: typed rows in and out, nothing loaded behind one's back."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Insert,
    Result,
    Select,
    Table,
    UpdateBase,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.sql.elements import ClauseElement
from sqlmodel import SQLModel

from bot.core.errors import Gone
from bot.store.direct import direct_of
from bot.store.prepared import (
    equalities,
    prepared_insert,
    prepared_insert_or_nothing,
    prepared_select,
    prepared_update,
)

M = TypeVar("M", bound=SQLModel)
Where = ColumnElement[bool] | bool
"""What ``Row.column == value`` is: an expression, which the type checker takes for a bool."""

CHAT_LOCK = 1
"""The space of the advisory locks of chats' turns (the outbox has one of its own)."""


def fixed(value: str | int) -> ColumnElement[Any]:
    """A constant written into the statement: a partial index is found by its literal words, not by a parameter."""
    return literal_column(repr(value))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a row class."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


@cache
def key_of(table: Table) -> str:
    """The column of the primary key."""
    return table.primary_key.columns[0].name


@cache
def blank(model: type[SQLModel]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What a new row holds before anybody has said anything: plain defaults, and those that are made each time."""
    fields = model.model_fields.items()
    plain = {
        name: None if field.is_required() else field.default for name, field in fields if not field.default_factory
    }
    made = tuple((name, cast(Callable[[], Any], each.default_factory)) for name, each in fields if each.default_factory)
    return plain, made


def new_row(model: type[M], values: dict[str, Any]) -> M:
    """A row with these values and the defaults of the others, as SQLAlchemy's loader makes rows."""
    row: M = manager_of_class(model).new_instance()
    defaults, makers = blank(model)
    known = vars(row)
    known.update(defaults)
    for name, maker in makers:
        known[name] = maker()
    known.update(values)
    object.__setattr__(row, "__pydantic_fields_set__", set(values))
    return row


class Unit:
    """One transaction. Rows are detached, plain values; statements run at once and in order."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._direct = direct_of(connection)
        self.after_commit: list[Callable[[], None]] = []
        self.nudged: set[int] = set()

    def first(self, model: type[M], *where: Where, order_by: Any = None, lock: bool = False) -> M | None:
        """The first row that fits, or None; ``lock`` keeps it for this transaction."""
        rows = self.many(model, *where, order_by=order_by, limit=1, lock=lock)
        return rows[0] if rows else None

    def many(
        self,
        model: type[M],
        *where: Where,
        order_by: Any = None,
        limit: int | None = None,
        lock: bool = False,
        skip_locked: bool = False,
    ) -> list[M]:
        """Every row that fits; ``order_by`` is one expression or several. ``skip_locked`` implies ``lock``."""
        table, conditions = table_of(model), _expressions(where)
        simple = equalities(conditions) if order_by is None and not skip_locked else None
        if simple is not None:
            names, parameters = simple
            return self.prepared(model, prepared_select(table, names, limit, lock), parameters)
        query = select(table).where(*conditions)
        if order_by is not None:
            query = query.order_by(*(order_by if isinstance(order_by, tuple | list) else (order_by,)))
        if limit is not None:
            query = query.limit(limit)
        if lock or skip_locked:
            query = query.with_for_update(skip_locked=skip_locked)
        return self.rows(model, query)

    def find(self, model: type[M], *, by: str = "", lock: bool = False, **equals: Any) -> M | None:
        """The first row whose columns equal these values (None is NULL), or None: the quick way, prepared.

        ``by`` names the column of the order; with a minus before it the last row comes first.
        """
        rows = self._equal(model, equals, 1, lock, by)
        return rows[0] if rows else None

    def find_all(self, model: type[M], *, by: str = "", lock: bool = False, **equals: Any) -> list[M]:
        """Every row whose columns equal these values; without ``by`` in no order."""
        return self._equal(model, equals, None, lock, by)

    def _equal(self, model: type[M], equals: dict[str, Any], limit: int | None, lock: bool, by: str = "") -> list[M]:
        values = {name: value for name, value in equals.items() if value is not None}
        empty = tuple(name for name in equals if name not in values) if len(values) < len(equals) else ()
        query = prepared_select(table_of(model), tuple(values), limit, lock, empty, by)
        return self.prepared(model, query, {f"is_{place}": value for place, value in enumerate(values.values())})

    def rows(self, model: type[M], query: Select[Any], values: dict[str, Any] | None = None) -> list[M]:
        """The answer to a query that selects the columns of ``model``'s table; ``values`` fill its parameters."""
        return _rows(model, self.connection.execute(query, values))

    def prepared(self, model: type[M], query: Select[Any], values: dict[str, Any]) -> list[M]:
        """As :meth:`rows`, for a query that was made once and is kept, without expanding (IN) parameters."""
        if self._direct is None:
            return self.rows(model, query, values)
        plan = self._direct.plan(query)
        names, reads, make = plan.names, plan.reads, manager_of_class(model).new_instance
        rows = []
        for got in self._direct.run(plan, values):
            row: M = make()
            known = vars(row)
            known.update(zip(names, got, strict=True))
            for name, place, convert in reads:
                known[name] = convert(got[place])
            object.__setattr__(row, "__pydantic_fields_set__", set(names))
            rows.append(row)
        return rows

    def get(self, model: type[M], key: Any) -> M:
        """The row with this primary key; :class:`Gone` when there is none."""
        table = table_of(model)
        rows = self._equal(model, {key_of(table): key}, 1, False)
        if not rows:
            raise Gone(f"{table.name} {key}")
        return rows[0]

    def count(self, model: type[SQLModel], *where: Where) -> int:
        """How many rows fit."""
        query = select(func.count()).select_from(table_of(model)).where(*_expressions(where))
        return self.connection.execute(query).scalar_one()

    def insert(self, row: SQLModel) -> None:
        """Add a row; a number that the database gives is written back into ``row.id``."""
        table = table_of(type(row))
        if self._direct is not None:
            number = self._insert_directly(prepared_insert(table), vars(row)).lastrowid
            _take_number(table, row, (number,))
            return
        result = self.connection.execute(prepared_insert(table), _values(table, row))
        _take_number(table, row, result.inserted_primary_key)

    def add(self, model: type[M], **values: Any) -> M:
        """Add a new row with these values and the defaults of the others: cheaper than making one and ``insert``."""
        row = new_row(model, values)
        self.insert(row)
        return row

    def add_new(self, model: type[SQLModel], **values: Any) -> bool:
        """As :meth:`add`, unless one with the same key is there; True when it was new."""
        return self.insert_new(new_row(model, values))

    def _insert_directly(self, statement: Insert, values: dict[str, Any]) -> sqlite3.Cursor:
        assert self._direct is not None
        return self._direct.run(self._direct.plan(statement), values)

    def insert_all(self, rows: Sequence[SQLModel]) -> None:
        """Add rows of one class in order; numbers that the database gives are written back."""
        if not rows:
            return
        table = table_of(type(rows[0]))
        values = [_values(table, row) for row in rows]
        number = table.autoincrement_column
        if number is None or number.name in values[0]:
            self.connection.execute(insert(table), values)
            return
        query = insert(table).returning(number, sort_by_parameter_order=True)
        for row, key in zip(rows, self.connection.execute(query, values), strict=True):
            _take_number(table, row, key)

    def insert_new(self, row: SQLModel) -> bool:
        """Add a row unless one with the same key (or other unique value) exists; True when it was new."""
        table = table_of(type(row))
        if self._direct is not None:
            cursor = self._insert_directly(prepared_insert_or_nothing(table), vars(row))
            if cursor.rowcount == 1:
                _take_number(table, row, (cursor.lastrowid,))
            return cursor.rowcount == 1
        result = self._counted(self.insert_or_nothing(table), _values(table, row))
        is_new = result.rowcount == 1
        if is_new:
            _take_number(table, row, result.inserted_primary_key)
        return is_new

    def affected(self, statement: UpdateBase, values: Any = None) -> int:
        """Run a statement; how many rows it touched."""
        return self._counted(statement, values).rowcount

    def _counted(self, statement: UpdateBase, values: Any) -> CursorResult[Any]:
        return self.connection.execute(statement, values, execution_options={"preserve_rowcount": True})

    def insert_or_nothing(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """``INSERT ... ON CONFLICT DO NOTHING`` in the words of this database."""
        return self.upsert(table).on_conflict_do_nothing()

    def upsert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT."""
        return sqlite.insert(table) if self.dialect == "sqlite" else postgresql.insert(table)

    def change(self, model: type[SQLModel], *where: Where, **values: Any) -> int:
        """``UPDATE ... WHERE``: how many rows were changed."""
        table, conditions = table_of(model), _expressions(where)
        simple = equalities(conditions)
        if simple is None or any(isinstance(value, ClauseElement) for value in values.values()):
            return self.affected(update(table).where(*conditions).values(**values))
        names, parameters = simple
        return self._update(table, names, parameters, values)

    def change_one(self, model: type[SQLModel], key: Any, **values: Any) -> int:
        """Change the row with this primary key: the quick way. 1, or 0 when there is none."""
        table = table_of(model)
        return self._update(table, (key_of(table),), {"is_0": key}, values)

    def _update(self, table: Table, names: tuple[str, ...], parameters: dict[str, Any], values: dict[str, Any]) -> int:
        parameters.update((f"to_{name}", value) for name, value in values.items())
        return self.run(prepared_update(table, names, tuple(values)), parameters)

    def run(self, statement: UpdateBase, values: dict[str, Any]) -> int:
        """Run a statement that was made once and is kept, without expanding parameters; how many rows it touched."""
        if self._direct is None:
            return self.affected(statement, values)
        return self._direct.run(self._direct.plan(statement), values).rowcount

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is taken back, and nothing else, when it raises."""
        if self._direct is None:
            with self.connection.begin_nested():
                yield
            return
        tell = self._direct.tell
        tell("SAVEPOINT part")
        try:
            yield
        except BaseException:
            tell("ROLLBACK TO part")
            tell("RELEASE part")
            raise
        tell("RELEASE part")

    def remove(self, model: type[SQLModel], *where: Where) -> int:
        """``DELETE ... WHERE``: how many rows went."""
        return self.affected(delete(table_of(model)).where(*_expressions(where)))

    def lock_chat(self, chat_id: int) -> bool:
        """Keep a chat for this transaction; False when another worker has it. SQLite has one writer anyway."""
        if self.dialect == "sqlite":
            return True
        return bool(self.connection.scalar(select(func.pg_try_advisory_xact_lock(CHAT_LOCK, chat_key(chat_id)))))

    def nudge(self, chat_id: int) -> None:
        """Remember that this chat has something to deliver once the transaction is committed."""
        self.nudged.add(chat_id)


def chat_key(chat_id: Any) -> ColumnElement[int]:
    """The 32 bits by which PostgreSQL's advisory locks know a chat; two chats that share them only wait in turn."""
    return func.hashint8(chat_id)


def _expressions(where: tuple[Where, ...]) -> list[ColumnElement[bool]]:
    """The conditions as SQL; a plain True or False is a slip that would touch every row or none."""
    if any(isinstance(condition, bool) for condition in where):
        raise TypeError("a condition must be made of columns, not a plain bool")
    return cast(list[ColumnElement[bool]], list(where))


def _rows(model: type[M], result: Result[Any]) -> list[M]:
    """Row objects made as SQLAlchemy's own loader makes them: the constructor would cost more than the query."""
    manager = manager_of_class(model)
    names = tuple(result.keys())
    rows = []
    for values in result:
        row: M = manager.new_instance()
        vars(row).update(zip(names, values, strict=True))
        object.__setattr__(row, "__pydantic_fields_set__", set(names))
        rows.append(row)
    return rows


def _values(table: Table, row: SQLModel) -> dict[str, Any]:
    number = table.autoincrement_column
    values = {column.name: getattr(row, column.name) for column in table.columns}
    if number is not None and values[number.name] is None:
        del values[number.name]
    return values


def _take_number(table: Table, row: SQLModel, key: Sequence[Any] | None) -> None:
    number = table.autoincrement_column
    if number is not None and key is not None:
        setattr(row, number.name, key[0])
