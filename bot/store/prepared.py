"""Statements that are built once: most of a small statement's cost in SQLAlchemy is making it, not running it."""

import operator
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import BinaryExpression

Equalities = tuple[tuple[str, ...], dict[str, Any]]
"""The names of columns that must equal something, in order, and the values as parameters of a prepared statement."""


def equalities(where: Sequence[ColumnElement[bool]]) -> Equalities | None:
    """The conditions as "this column equals this value", or None when one of them says anything else."""
    names: list[str] = []
    values: dict[str, Any] = {}
    for number, condition in enumerate(where):
        if not isinstance(condition, BinaryExpression) or condition.operator is not operator.eq:
            return None
        left, right = condition.left, condition.right
        if not isinstance(left, Column) or not isinstance(right, BindParameter) or right.callable is not None:
            return None
        names.append(left.key)
        values[f"is_{number}"] = right.value
    return tuple(names), values


def _equal(table: Table, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"is_{number}", type_=table.c[name].type) for number, name in enumerate(names)]


@cache
def prepared_select(
    table: Table, names: tuple[str, ...], limit: int | None, lock: bool, empty: tuple[str, ...] = (), by: str = ""
) -> Select[Any]:
    """``SELECT`` of whole rows whose columns equal ``is_0``, ``is_1`` ..., and are NULL where they are ``empty``."""
    query = select(table).where(*_equal(table, names), *(table.c[name].is_(None) for name in empty))
    if by:
        column = table.c[by.removeprefix("-")]
        query = query.order_by(column.desc() if by.startswith("-") else column)
    if limit is not None:
        query = query.limit(limit)
    return query.with_for_update() if lock else query


@cache
def prepared_update(table: Table, names: tuple[str, ...], changed: tuple[str, ...]) -> Update:
    """``UPDATE`` of the columns ``changed`` to the parameters ``to_<name>``, where columns equal ``is_0`` ..."""
    new = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in changed}
    return update(table).where(*_equal(table, names)).values(new)


@cache
def prepared_insert(table: Table) -> Insert:
    """``INSERT`` of whole rows."""
    return insert(table)


@cache
def prepared_insert_or_nothing(table: Table) -> Insert:
    """``INSERT`` of whole rows that SQLite leaves out where one with the same key is."""
    return sqlite.insert(table).on_conflict_do_nothing()
