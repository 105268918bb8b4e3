"""The audit trail for a reader: who did what, and when, filtered; a page at a time or whole for an export."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from bot.store.tables import AuditRow
from bot.store.unit import Unit, Where
from bot.usecases.board import names_of

PAGE = 100
MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class AuditWanted:
    """What is looked for; empty: everything. ``before`` is the id behind which the page begins."""

    actor: str = ""
    verb: str = ""
    subject: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The lines, newest first, the names behind the actors, and the id for the next page (0: the end)."""

    rows: tuple[AuditRow, ...]
    names: dict[str, str]
    next: int


def audit_trail(unit: Unit, wanted: AuditWanted, most: int = PAGE) -> AuditPage:
    """Two queries. Reads only."""
    conditions: list[Where] = []
    if wanted.actor:
        conditions.append(AuditRow.actor == wanted.actor)
    if wanted.verb:
        conditions.append(AuditRow.verb == wanted.verb)
    if wanted.subject:
        conditions.append(AuditRow.subject == wanted.subject)
    if wanted.begins:
        conditions.append(AuditRow.at >= wanted.begins)
    if wanted.ends:
        conditions.append(AuditRow.at < wanted.ends)
    if wanted.before:
        conditions.append(col(AuditRow.id) < wanted.before)
    rows = unit.many(AuditRow, *conditions, order_by=col(AuditRow.id).desc(), limit=most + 1)
    more = len(rows) > most
    rows = rows[:most]
    return AuditPage(tuple(rows), names_of(unit, (row.actor for row in rows)), (rows[-1].id or 0) if more else 0)
