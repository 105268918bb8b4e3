"""The clinic's rota out of its rows, and the persons behind it."""

from datetime import date, datetime, time, timedelta

from sqlmodel import col

from bot.core.cover.duty import Dated, Holiday, Rank, Weekly
from bot.core.cover.rota import Rota
from bot.store.tables import ShiftRow
from bot.store.tables_shifts import CoverWatchRow, HolidayRow, RotaRow
from bot.store.unit import Unit

BACK = timedelta(days=2)
"""A shift that began so long ago may still be on (the longest line lasts a day), whatever the zone."""


def rota_of(unit: Unit, now: datetime) -> Rota:
    """Everything that is planned from ``now`` on, and what is on now."""
    since = (now - BACK).date().isoformat()
    weekly = unit.many(RotaRow, col(RotaRow.last_day).is_(None) | (col(RotaRow.last_day) >= since), order_by=RotaRow.id)
    shifts = unit.many(
        ShiftRow, col(ShiftRow.ends_at).is_(None) | (col(ShiftRow.ends_at) > now), order_by=ShiftRow.starts_at
    )
    holidays = unit.many(HolidayRow, HolidayRow.last_day >= since, order_by=HolidayRow.first_day)
    return Rota(
        weekly=tuple(_weekly(row) for row in weekly),
        dated=tuple(_dated(row) for row in shifts),
        holidays=tuple(_holiday(row) for row in holidays),
    )


def is_closed(unit: Unit, now: datetime) -> bool:
    """Is the clinic closed for a holiday?"""
    since = (now - BACK).date().isoformat()
    rows = unit.many(HolidayRow, HolidayRow.last_day >= since)
    return any(_holiday(row).span.covers(now) for row in rows)


def look_at_cover(unit: Unit, now: datetime) -> None:
    """Something changed that cover stands on: it is looked at with the next tick, if it is watched at all.

    A watch that is put off further than the next morning stays so.
    """
    coming = (CoverWatchRow.next_at > now, CoverWatchRow.next_at <= now + timedelta(days=2))
    unit.change(CoverWatchRow, *coming, next_at=now)


def _weekly(row: RotaRow) -> Weekly:
    return Weekly(
        id=row.id,
        staff_id=row.staff_id,
        rank=Rank(row.rank),
        weekday=row.weekday,
        begins=time.fromisoformat(row.begins),
        ends=time.fromisoformat(row.ends),
        zone=row.zone,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day) if row.last_day else None,
    )


def _dated(row: ShiftRow) -> Dated:
    return Dated(id=row.id, staff_id=row.staff_id, rank=Rank(row.rank), begins=row.starts_at, ends=row.ends_at)


def _holiday(row: HolidayRow) -> Holiday:
    return Holiday(
        id=row.id,
        name=row.name,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day),
        zone=row.zone,
        first=row.first_id,
        second=row.second_id or "",
        lead=row.lead_id or "",
    )
