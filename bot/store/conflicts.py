"""Which constraint a refused statement broke: one name on both databases, and never the values."""

import re
import sqlite3

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

FOREIGN_KEY = "foreign key"


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint (``uq_patient_case_code``), or ``table.column is missing``.

    SQLite does not say which foreign key was broken: there it is :data:`FOREIGN_KEY`.
    """
    if isinstance(error.orig, sqlite3.IntegrityError):
        return _of_sqlite(str(error.orig))
    diag = getattr(error.orig, "diag", None)
    if diag is None:
        return "a constraint"
    return diag.constraint_name or f"{diag.table_name}.{diag.column_name} is missing"


def _of_sqlite(message: str) -> str:
    kind, _, what = message.partition(" constraint failed")
    what = what.removeprefix(": ")
    match kind:
        case "CHECK":
            return what
        case "NOT NULL":
            return f"{what} is missing"
        case "UNIQUE":
            return _unique_name(re.findall(r"(\w+)\.(\w+)", what)) or what
        case _:
            return FOREIGN_KEY


def _unique_name(places: list[tuple[str, str]]) -> str | None:
    """SQLite names the columns of a unique constraint; we know what it is called."""
    if not places:
        return None
    table = SQLModel.metadata.tables[places[0][0]]
    columns = {column for _, column in places}
    if columns == {column.name for column in table.primary_key.columns}:
        return str(table.primary_key.name)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and columns == {column.name for column in constraint.columns}:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and columns == {column.name for column in index.columns}:
            return str(index.name)
    return None
