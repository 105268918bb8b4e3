"""Swaps: one asks a colleague to take a shift, for one of hers or for nothing; it happens when she agrees."""

from datetime import datetime, timedelta

from bot.core.cover.duty import Rank, Stretch
from bot.core.errors import Gone, Refused
from bot.store.tables import StaffRow
from bot.store.tables_shifts import SwapRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.rota import rota_of
from bot.usecases.shifts import person, place

AHEAD = timedelta(days=14)
"""Shifts so far ahead can be swapped by buttons."""


def duties_of(unit: Unit, now: datetime, staff_id: str) -> tuple[tuple[Rank, Stretch], ...]:
    """The shifts of a person that can be swapped: what is left of one that runs, and those to come."""
    return rota_of(unit, now).duties(staff_id, now, now + AHEAD)


def has(unit: Unit, now: datetime, staff_id: str, rank: int, wanted: Stretch) -> bool:
    """Is this person on at this step for the whole of this time (what is past of it does not count)?"""
    rota = rota_of(unit, now)
    begins = max(wanted.begins, now)
    if begins >= wanted.ends:
        return False
    moments = rota.changes(begins, wanted.ends)
    return all(staff_id in rota.who_is_on(Rank(rank), moment) for moment in moments)


def ask_swap(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    staff: StaffRow,
    to_id: str,
    rank: int,
    mine: Stretch,
    theirs: Stretch | None = None,
) -> SwapRow:
    """Ask. Errors: Refused when either does not have that shift (any more), or for oneself."""
    to = person(unit, to_id)
    if to.id == staff.id:
        raise Refused("swap.self")
    if to.chat_id is None or not to.reachable:
        raise Refused("swap.unreached", name=to.name)
    if not has(unit, now, staff.id, rank, mine) or (theirs and not has(unit, now, to.id, rank, theirs)):
        raise Refused("swap.changed")
    row = SwapRow(
        id=clinic.new_id(),
        from_id=staff.id,
        to_id=to.id,
        rank=rank,
        begins_at=mine.begins,
        ends_at=mine.ends,
        back_begins_at=theirs.begins if theirs else None,
        back_ends_at=theirs.ends if theirs else None,
        asked_at=now,
    )
    unit.insert(row)
    audit(unit, now, staff.id, "ask_swap", f"swap:{row.id}", to.id)
    return row


def answer_swap(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, swap_id: str, agreed: bool) -> SwapRow:
    """The colleague answers, once. Errors: Gone, and Refused for anybody else, a second answer, or a plan that changed."""
    row = unit.find(SwapRow, id=swap_id, lock=True)
    if row is None:
        raise Gone(f"swap {swap_id}")
    if row.to_id != staff.id:
        raise Refused("swap.not_yours")
    if row.state != "asked":
        raise Refused("swap.answered")
    asker = unit.get(StaffRow, row.from_id)
    mine = Stretch(begins=row.begins_at, ends=row.ends_at)
    back = (
        Stretch(begins=row.back_begins_at, ends=row.back_ends_at) if row.back_begins_at and row.back_ends_at else None
    )
    still = (
        asker.removed_at is None
        and has(unit, now, asker.id, row.rank, mine)
        and (back is None or has(unit, now, staff.id, row.rank, back))
    )
    row.state = ("agreed" if still else "lapsed") if agreed else "declined"
    row.answered_at = now
    unit.change_one(SwapRow, row.id, state=row.state, answered_at=now)
    audit(unit, now, staff.id, f"swap_{row.state}", f"swap:{row.id}")
    if row.state != "agreed":
        return row
    person(unit, staff.id)
    for who, wanted in ((staff.id, mine), (asker.id, back)):
        if wanted is not None and wanted.ends > now:
            begins = max(wanted.begins, now)
            place(unit, clinic, now, staff.id, who, row.rank, Stretch(begins=begins, ends=wanted.ends))
    return row
