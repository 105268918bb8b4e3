"""Holidays: days on which the clinic is closed, and who is called on them."""

from datetime import date, datetime

from bot.core.errors import Gone, Refused
from bot.store.tables_shifts import HolidayRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.rota import look_at_cover
from bot.usecases.shifts import FARTHEST, person

MOST_DAYS = 60
LONGEST_NAME = 60


def check_days(clinic: Clinic, now: datetime, first: date, last: date) -> None:
    """Errors: Refused for days in the past, in the wrong order, too many, or more than a year away."""
    today = clinic.local(now).date()
    if last < first:
        raise Refused("holiday.order")
    if last < today:
        raise Refused("holiday.past")
    if (last - first).days >= MOST_DAYS or first > today + FARTHEST:
        raise Refused("holiday.too_long", most=str(MOST_DAYS))


def add_holiday(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    by: str,
    name: str,
    first: date,
    last: date,
    first_id: str,
    second_id: str | None = None,
    lead_id: str | None = None,
) -> HolidayRow:
    """The clinic is closed on these days, and these are called. Errors: Refused as above, and for unknown people."""
    check_days(clinic, now, first, last)
    for each in filter(None, (first_id, second_id, lead_id)):
        person(unit, each)
    if second_id == first_id:
        raise Refused("holiday.same_person")
    row = HolidayRow(
        id=clinic.new_id(),
        name=name[:LONGEST_NAME],
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        zone=clinic.facts.zone,
        first_id=first_id,
        second_id=second_id,
        lead_id=lead_id,
        made_at=now,
        made_by=by,
    )
    unit.insert(row)
    look_at_cover(unit, now)
    audit(unit, now, by, "add_holiday", f"holiday:{row.id}", f"{row.first_day} {row.last_day} {first_id}")
    return row


def coming(unit: Unit, clinic: Clinic, now: datetime) -> list[HolidayRow]:
    """The holidays that are not over, by day."""
    today = clinic.local(now).date().isoformat()
    return unit.many(HolidayRow, HolidayRow.last_day >= today, order_by=HolidayRow.first_day)


def remove_holiday(unit: Unit, now: datetime, by: str, holiday_id: str) -> None:
    """The clinic is open after all: the weekly pattern counts again."""
    row = unit.find(HolidayRow, id=holiday_id, lock=True)
    if row is None:
        raise Gone(f"holiday {holiday_id}")
    unit.remove(HolidayRow, HolidayRow.id == holiday_id)
    look_at_cover(unit, now)
    audit(unit, now, by, "remove_holiday", f"holiday:{holiday_id}", f"{row.first_day} {row.last_day}")
