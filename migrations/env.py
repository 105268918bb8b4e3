"""Runs the steps on the connection that `bot.store.migrate` prepared; how types are written into a new step."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from bot.store.crypto import Sealed
from bot.store.tables import TABLES


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Steps are written in plain SQL types, so that they do not change when our types do."""
    if kind != "type":
        return False
    if isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        length = getattr(item.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


def include_name(name: str | None, kind: str, _: Any) -> bool:
    """Only our own tables: a database may be shared with others."""
    return kind != "table" or name in TABLES


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    include_name=include_name,
    compare_type=True,
)
context.run_migrations()
