"""Take over a plan of shifts and holidays from a file: all of it, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from bot.core.cover.reading import Plan
from bot.core.errors import Problem, Refused, ScriptError
from bot.store.tables_shifts import RotaRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.cover import gap_words, gaps
from bot.usecases.holidays import add_holiday, coming, remove_holiday
from bot.usecases.people import active_staff
from bot.usecases.posting import audit
from bot.usecases.shifts import add_weekly, end_weekly


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. ``replaced``: how many lines and holidays there were; ``gaps`` in words, ahead from now."""

    lines: int
    holidays: int
    replaced: int
    gaps: tuple[str, ...]


def import_plan(unit: Unit, clinic: Clinic, now: datetime, by: str, plan: Plan, file: str) -> Imported:
    """Replace the weekly pattern and the holidays to come; shifts on a date stay.

    Errors: ScriptError with every line that names nobody, somebody twice, or days in the past. Nothing is changed then
    by the caller's transaction.
    """
    staff, problems = active_staff(unit), list[Problem]()
    old_lines = unit.many(RotaRow, col(RotaRow.last_day).is_(None))
    old_holidays = coming(unit, clinic, now)
    for line in old_lines:
        end_weekly(unit, clinic, now, by, line.id)
    for holiday in old_holidays:
        remove_holiday(unit, now, by, holiday.id)

    def who(name: str, line: int) -> str | None:
        found = [each for each in staff if name.casefold() in (each.name.casefold(), each.id)]
        if len(found) == 1:
            return found[0].id
        known = ", ".join(each.name for each in staff)
        message = f"{name} is {'on the staff list twice' if found else 'not on the staff list'}."
        problems.append(
            Problem("unknown-person", message, file, line, 1, f"Write the name or the id of one of: {known}.")
        )
        return None

    lines = 0
    for shift in plan.weekly:
        staff_id = who(shift.who, shift.line)
        if staff_id is None:
            continue
        try:
            lines += len(add_weekly(unit, clinic, now, by, staff_id, shift.rank, shift.days, shift.begins, shift.ends))
        except Refused as refused:
            problems.append(_problem(clinic, refused, file, shift.line))
    for each in plan.holidays:
        first, second = who(each.first, each.line), who(each.second, each.line) if each.second else None
        if first is None or (each.second and second is None):
            continue
        try:
            add_holiday(unit, clinic, now, by, each.name, each.first_day, each.last_day, first, second)
        except Refused as refused:
            problems.append(_problem(clinic, refused, file, each.line))
    if problems:
        raise ScriptError(problems)
    audit(unit, now, by, "import_plan", "rota", f"{lines} lines, {len(plan.holidays)} holidays")
    found = gap_words(unit, clinic, clinic.facts.language, gaps(unit, clinic, now))
    shown = tuple(line.replace("<b>", "").replace("</b>", "") for line in found)
    return Imported(lines, len(plan.holidays), len(old_lines) + len(old_holidays), shown)


def _problem(clinic: Clinic, refused: Refused, file: str, line: int) -> Problem:
    words = clinic.ui("en").plain(refused.text, **refused.values)
    return Problem("plan", words, file, line, 1, "Mend this line.")
