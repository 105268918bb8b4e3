"""/holiday: the days on which the clinic is closed, and who is called on them."""

import json
import re
from datetime import date

from bot.chat.staff.reply import Asked
from bot.chat.staff.shifts import read_day
from bot.core.errors import Refused
from bot.core.post.message import Button
from bot.core.roles import Act, may
from bot.store.tables import StaffRow, WizardRow
from bot.usecases.dates import calendar_day
from bot.usecases.holidays import add_holiday, check_days, coming, remove_holiday
from bot.usecases.people import active_staff
from bot.usecases.permissions import require

Toast = tuple[str, dict[str, str]]
FORM = "holiday"
NOBODY = "-"
_WORDS = re.compile(r"(\d{1,2}\.\d{1,2}(?:\.\d{4})?)\.?(?:\s*-\s*(\d{1,2}\.\d{1,2}(?:\.\d{4})?)\.?)?\s+(\S.*)")


def run(asked: Asked, words: str) -> None:
    """List them; with days and a name behind it (``24.12-26.12 Christmas``) enter a new one."""
    if not words:
        show(asked)
        return
    require(asked.unit, asked.staff, Act.PLAN)
    found = _WORDS.fullmatch(words.strip())
    if found is None:
        raise Refused("holiday.how")
    first = read_day(asked, found[1])
    last = read_day(asked, found[2]) if found[2] else first
    check_days(asked.clinic, asked.now, first, last)
    form = {"name": found[3].strip(), "first": first.isoformat(), "last": last.isoformat()}
    keep(asked, FORM, form)
    asked.say("holiday.ask.first", _people(asked, "first"), days=_days(asked, first, last), name=found[3].strip())


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """A button: who covers, or "open after all"."""
    verb, _, value = rest.partition("|")
    form = kept(asked, FORM)
    match verb:
        case "first" if form and value:
            keep(asked, FORM, {**form, "first_id": value})
            nobody = (Button(label=asked.ui.plain("holiday.button.nobody"), data=f"ho|second|{NOBODY}"),)
            people = tuple(row for row in _people(asked, "second") if not row[0].data.endswith(value))
            asked.show(asked.ui.say("holiday.ask.second"), (*people, nobody), edits=message_id)
        case "second" if form and "first_id" in form:
            row = add_holiday(
                asked.unit,
                asked.clinic,
                asked.now,
                asked.staff.id,
                form["name"],
                date.fromisoformat(form["first"]),
                date.fromisoformat(form["last"]),
                form["first_id"],
                None if value == NOBODY else value,
            )
            asked.unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
            asked.say("holiday.saved", name=row.name)
            show(asked)
        case "remove" if value:
            remove_holiday(asked.unit, asked.now, asked.staff.id, value)
            show(asked)
        case _:
            return "toast.old", {}
    return "toast.noted", {}


def show(asked: Asked) -> None:
    """What is to come, each with a button for those who plan."""
    rows = coming(asked.unit, asked.clinic, asked.now)
    if not rows:
        asked.say("holiday.none")
        return
    names = {each.id: each.name for each in asked.unit.many(StaffRow)}
    lines, buttons = [asked.ui.say("holiday.head"), ""], []
    for row in rows:
        days = _days(asked, date.fromisoformat(row.first_day), date.fromisoformat(row.last_day))
        covers = [names[each] for each in (row.first_id, row.second_id) if each]
        lines.append(asked.ui.say("holiday.line", days=days, name=row.name, names=", ".join(covers)))
        label = asked.ui.plain("holiday.button.remove", name=row.name)
        buttons.append((Button(label=label, data=f"ho|remove|{row.id}"),))
    asked.show("\n".join(lines), tuple(buttons) if may(asked.staff.role, Act.PLAN) else ())


def keep(asked: Asked, name: str, form: dict[str, str]) -> None:
    """Remember what was entered so far, until a button ends it. It takes the place of any other form."""
    body = json.dumps(form, ensure_ascii=False)
    if not asked.unit.change(WizardRow, WizardRow.staff_id == asked.staff.id, name=name, body=body, at=asked.now):
        asked.unit.insert(WizardRow(staff_id=asked.staff.id, name=name, body=body, at=asked.now))


def kept(asked: Asked, name: str) -> dict[str, str]:
    """What was entered so far in this form; empty when there is none, or another one."""
    row = asked.unit.find(WizardRow, staff_id=asked.staff.id, name=name, lock=True)
    return dict(json.loads(row.body)) if row is not None else {}


def _people(asked: Asked, verb: str) -> tuple[tuple[Button, ...], ...]:
    able = [each for each in active_staff(asked.unit) if may(each.role, Act.BE_ON_CALL)]
    return tuple((Button(label=each.name, data=f"ho|{verb}|{each.id}"),) for each in able)


def _days(asked: Asked, first: date, last: date) -> str:
    begins = calendar_day(first, asked.staff.language)
    return begins if first == last else f"{begins} - {calendar_day(last, asked.staff.language)}"
