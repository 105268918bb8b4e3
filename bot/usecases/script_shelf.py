"""The published scripts as a list: which revision is in force, since when and by whom, and which were taken back."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from bot.core.check.changes import Change, changes
from bot.core.errors import Gone
from bot.core.flow.model import Script
from bot.store.tables import RecallRow, RevisionRow
from bot.store.unit import Unit, table_of
from bot.usecases.board import names_of


@dataclass(frozen=True, slots=True)
class Shelved:
    """A published revision, without its content. ``by`` is a person's name or the machine's word."""

    id: str
    procedure: str
    published_at: datetime
    by: str
    current: bool
    recalled: str


def revisions(unit: Unit, procedure: str = "") -> tuple[Shelved, ...]:
    """The revisions (of a procedure), the newest first, by three queries."""
    table = table_of(RevisionRow)
    query = select(table.c.id, table.c.procedure, table.c.published_at, table.c.published_by, table.c.current).order_by(
        table.c.procedure, table.c.published_at.desc()
    )
    if procedure:
        query = query.where(table.c.procedure == procedure)
    rows = unit.connection.execute(query.limit(500)).all()
    recalled = {row.revision: row.reason for row in unit.many(RecallRow)}
    names = names_of(unit, (row.published_by for row in rows))
    return tuple(
        Shelved(
            id=row.id,
            procedure=row.procedure,
            published_at=row.published_at,
            by=names.get(row.published_by, row.published_by),
            current=row.current,
            recalled=recalled.get(row.id, ""),
        )
        for row in rows
    )


def script_of(unit: Unit, revision: str) -> Script:
    """The content of a revision. Errors: Gone for one that is not there, or that another version wrote."""
    row = unit.first(RevisionRow, col(RevisionRow.id) == revision)
    if row is None:
        raise Gone(f"revision {revision}")
    try:
        return Script.model_validate_json(row.script)
    except ValidationError:
        raise Gone(f"revision {revision} was written by another version") from None


def changed_between(unit: Unit, old: str, new: str) -> tuple[Change, ...]:
    """What was added, removed or changed from one revision to another. Errors: Gone."""
    return changes(script_of(unit, old), script_of(unit, new))
