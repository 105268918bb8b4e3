"""What the modules of tables share: how constraints are named, closed sets of words, indexes of what is due."""

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, *values: str) -> CheckConstraint:
    """A CHECK that keeps ``column`` inside a closed set of words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def due_index(table: str, column: str, condition: str) -> Index:
    """A partial index over what is still waiting, so that a tick costs what is due and not what exists."""
    return Index(f"ix_{table}_due", column, sqlite_where=text(condition), postgresql_where=text(condition))
