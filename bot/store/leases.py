"""Leases: a duty that one process at a time may do, until it says so or its time is over."""

from datetime import datetime, timedelta

from bot.store.tables import LeaseRow
from bot.store.unit import Unit, table_of


def take(unit: Unit, name: str, holder: str, now: datetime, for_s: float) -> bool:
    """Take or prolong the duty; False while somebody else has it."""
    table = table_of(LeaseRow)
    new = {"holder": holder, "until": now + timedelta(seconds=for_s)}
    query = (
        unit.upsert(table)
        .values(name=name, **new)
        .on_conflict_do_update(
            index_elements=[table.c.name],
            set_=new,
            where=(table.c.holder == holder) | (table.c.until <= now),
        )
    )
    return unit.affected(query) == 1


def release(unit: Unit, name: str, holder: str) -> bool:
    """Give the duty back; False when it was not ours any more."""
    return unit.remove(LeaseRow, LeaseRow.name == name, LeaseRow.holder == holder) == 1
