"""Plan shifts: a line of the weekly pattern, a shift on a date, its end; each is in the audit trail."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta

from sqlmodel import col

from bot.core.cover.duty import Rank, Stretch, Weekly
from bot.core.errors import Gone, Refused
from bot.core.roles import Act, may
from bot.store.tables import ShiftRow, StaffRow
from bot.store.tables_shifts import RotaRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.rota import look_at_cover, rota_of

LONGEST = timedelta(days=14)
FARTHEST = timedelta(days=366)


def person(unit: Unit, staff_id: str) -> StaffRow:
    """The member of staff who is to have a shift. Errors: Refused for nobody on the list, or a role that has none."""
    row = unit.find(StaffRow, id=staff_id)
    if row is None or row.removed_at is not None:
        raise Refused("shifts.unknown_person")
    if not may(row.role, Act.BE_ON_CALL):
        raise Refused("shifts.role", name=row.name)
    return row


def add_weekly(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    by: str,
    staff_id: str,
    rank: int,
    weekdays: Collection[int],
    begins: time,
    ends: time,
    first_day: date | None = None,
) -> list[RotaRow]:
    """New lines of the weekly pattern, from ``first_day`` (today) on; overnight where the end is not later.

    Errors: Refused for an unknown person, no day, or a time at which she is on already.
    """
    person(unit, staff_id)
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise Refused("shifts.no_day")
    day = first_day or clinic.local(now).date()
    rows = [
        RotaRow(
            id=clinic.new_id(),
            staff_id=staff_id,
            rank=rank,
            weekday=weekday,
            begins=f"{begins:%H:%M}",
            ends=f"{ends:%H:%M}",
            zone=clinic.facts.zone,
            first_day=day.isoformat(),
            made_at=now,
            made_by=by,
        )
        for weekday in sorted(set(weekdays))
    ]
    known = [each for each in rota_of(unit, now).weekly if each.staff_id == staff_id and each.last_day is None]
    for row in rows:
        line = Weekly(
            id=row.id,
            staff_id=staff_id,
            rank=Rank(rank),
            weekday=row.weekday,
            begins=begins,
            ends=ends,
            zone=row.zone,
            first_day=day,
        )
        if any(_meet(line, each, now) for each in known):
            raise Refused("shifts.overlaps_itself")
    for row in rows:
        unit.insert(row)
        look_at_cover(unit, now)
        audit(unit, now, by, "add_weekly_shift", f"rota:{row.id}", f"{staff_id} {rank} {row.weekday} {row.begins}")
    return rows


def add_dated(
    unit: Unit, clinic: Clinic, now: datetime, by: str, staff_id: str, rank: int, begins: datetime, ends: datetime
) -> ShiftRow:
    """A shift on a date; it goes before the pattern and a holiday. Errors: Refused as above, and for the past."""
    person(unit, staff_id)
    if ends <= now or ends <= begins:
        raise Refused("shifts.past")
    if ends - begins > LONGEST or begins > now + FARTHEST:
        raise Refused("shifts.too_long")
    wanted = Stretch(begins=begins, ends=ends)
    for each in rota_of(unit, now).dated:
        if each.staff_id == staff_id and each.ends and wanted.meets(Stretch(begins=each.begins, ends=each.ends)):
            raise Refused("shifts.overlaps_itself")
    return _insert(unit, clinic, now, by, staff_id, rank, wanted)


def place(unit: Unit, clinic: Clinic, now: datetime, by: str, staff_id: str, rank: int, wanted: Stretch) -> ShiftRow:
    """This person and nobody else is on at this step for this time: other shifts on a date make room."""
    for row in unit.many(
        ShiftRow,
        ShiftRow.rank == rank,
        col(ShiftRow.ends_at).is_not(None),
        col(ShiftRow.ends_at) > wanted.begins,
        ShiftRow.starts_at < wanted.ends,
        lock=True,
    ):
        assert row.ends_at is not None
        if row.ends_at > wanted.ends:
            rest = Stretch(begins=wanted.ends, ends=row.ends_at)
            _insert(unit, clinic, now, by, row.staff_id, rank, rest)
        if row.starts_at < wanted.begins:
            unit.change_one(ShiftRow, row.id, ends_at=wanted.begins)
        else:
            unit.remove(ShiftRow, ShiftRow.id == row.id)
    return _insert(unit, clinic, now, by, staff_id, rank, wanted)


def take_over(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, rank: int) -> datetime | None:
    """``staff`` is on from now on at this step; returns until when.

    Where a shift is planned, until it ends; else without an end (None): until somebody relieves her, or a planned shift
    begins. Errors: Refused for a step that is none.
    """
    if rank not in (1, 2, 3):
        raise Refused("oncall.rank")
    rota, at = rota_of(unit, now), Rank(rank)
    on_now = rota.who_is_on(at, now)
    standing = [each.staff_id for each in rota.dated if each.ends is None and each.rank is at and each.covers(now)]
    if on_now and list(on_now) != standing:
        end = _until(rota.changes(now, now + LONGEST), now, lambda moment: rota.who_is_on(at, moment) == on_now)
        if on_now == (staff.id,):
            return end
        place(unit, clinic, now, staff.id, staff.id, rank, Stretch(begins=now, ends=end))
        audit(unit, now, staff.id, "relieve", f"staff:{staff.id}", str(rank))
        return end
    for shift in unit.many(ShiftRow, ShiftRow.rank == rank, col(ShiftRow.ends_at).is_(None), lock=True):
        if shift.staff_id == staff.id:
            return None
        if shift.starts_at < now:
            unit.change_one(ShiftRow, shift.id, ends_at=now)
        else:
            unit.remove(ShiftRow, ShiftRow.id == shift.id)
    unit.insert(ShiftRow(id=clinic.new_id(), staff_id=staff.id, rank=rank, starts_at=now))
    audit(unit, now, staff.id, "relieve", f"staff:{staff.id}", str(rank))
    return None


def end_weekly(unit: Unit, clinic: Clinic, now: datetime, by: str, line_id: str) -> None:
    """This line ends: no shift of it begins from today on; one that began yesterday ends as planned."""
    row = unit.find(RotaRow, id=line_id, lock=True)
    if row is None or row.last_day is not None:
        raise Gone(f"rota {line_id}")
    yesterday = clinic.local(now).date() - timedelta(days=1)
    if row.first_day > yesterday.isoformat():
        unit.remove(RotaRow, RotaRow.id == line_id)
    else:
        unit.change_one(RotaRow, line_id, last_day=yesterday.isoformat())
    look_at_cover(unit, now)
    audit(unit, now, by, "end_weekly_shift", f"rota:{line_id}", row.staff_id)


def remove_dated(unit: Unit, now: datetime, by: str, shift_id: str) -> None:
    """This shift on a date is none any more, from now on."""
    row = unit.find(ShiftRow, id=shift_id, lock=True)
    if row is None or (row.ends_at is not None and row.ends_at <= now):
        raise Gone(f"shift {shift_id}")
    if row.starts_at < now:
        unit.change_one(ShiftRow, shift_id, ends_at=now)
    else:
        unit.remove(ShiftRow, ShiftRow.id == shift_id)
    look_at_cover(unit, now)
    audit(unit, now, by, "remove_shift", f"shift:{shift_id}", row.staff_id)


def _insert(unit: Unit, clinic: Clinic, now: datetime, by: str, staff_id: str, rank: int, wanted: Stretch) -> ShiftRow:
    row = ShiftRow(id=clinic.new_id(), staff_id=staff_id, rank=rank, starts_at=wanted.begins, ends_at=wanted.ends)
    unit.insert(row)
    look_at_cover(unit, now)
    audit(unit, now, by, "add_shift", f"shift:{row.id}", f"{staff_id} {rank}")
    return row


def _until(moments: tuple[datetime, ...], now: datetime, same: Callable[[datetime], bool]) -> datetime:
    """The first moment after ``now`` at which somebody else is on; a day from now when there is none."""
    return next((moment for moment in moments if moment > now and not same(moment)), now + timedelta(days=1))


def _meet(one: Weekly, other: Weekly, now: datetime) -> bool:
    """Is the same person on by both lines at any moment of a week? Being first and second at once counts as well."""
    begins, ends = now + timedelta(days=7), now + timedelta(days=21)
    theirs = list(other.within(begins, ends))
    return any(each.meets(shift) for each in one.within(begins, ends) for shift in theirs)
