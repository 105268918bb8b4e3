"""/shifts: a week at a glance, and adding or taking away shifts by buttons or in one line."""

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.chat.staff.reply import Asked, Rows
from bot.core.cover.duty import Rank, Stretch, moment_of
from bot.core.errors import Refused
from bot.core.post.message import Button
from bot.core.roles import Act, may
from bot.store.tables import StaffRow
from bot.usecases.dates import calendar_day, clock, day_and_clock
from bot.usecases.people import active_staff
from bot.usecases.permissions import require
from bot.usecases.rota import rota_of
from bot.usecases.shifts import add_dated, add_weekly, end_weekly, remove_dated

Toast = tuple[str, dict[str, str]]
HOURS = ("08:00-20:00", "20:00-08:00", "09:00-19:00", "19:00-09:00", "00:00-00:00")
"""Hours that a button offers; others are typed."""
FARTHEST_WEEKS = 26
MONDAY = date(2026, 1, 5)
STEPS = {"1": 1, "2": 2, "3": 3, "first": 1, "second": 2, "lead": 3}
_LINE = re.compile(
    r"(?P<who>.+?)\s+(?P<step>1|2|3|first|second|lead)\s+(?P<days>[\d.,\-]+|(?:mon|tue|wed|thu|fri|sat|sun)[a-z,\-]*)\s+"
    r"(?P<begins>\d{1,2}[:.]\d{2})\s*-\s*(?P<ends>\d{1,2}[:.]\d{2})",
    re.IGNORECASE,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def run(asked: Asked, words: str) -> None:
    """Show this week; with words behind it, add a shift: ``Dr. Vega first mon-fri 19:00-09:00``, or ``... 24.12 ...``."""
    if not words:
        week(asked, 0)
        return
    require(asked.unit, asked.staff, Act.PLAN)
    found = _LINE.fullmatch(words.strip())
    if found is None:
        raise Refused("shifts.how")
    staff = _named(asked, found["who"])
    rank = STEPS[found["step"].lower()]
    begins, ends = _time(found["begins"]), _time(found["ends"])
    days = found["days"].lower()
    if days[0].isalpha():
        by = asked.staff.id
        add_weekly(asked.unit, asked.clinic, asked.now, by, staff.id, rank, _weekdays(days), begins, ends)
    else:
        _add_on_date(asked, staff, rank, days, begins, ends)
    asked.say("shifts.saved", name=staff.name)
    week(asked, 0)


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """A button: another week, a step of adding, or taking away."""
    verb, _, value = rest.partition("|")
    parts = value.split(".")
    match verb, parts:
        case "week", [offset] if re.fullmatch(r"-?\d{1,2}", offset) and abs(int(offset)) <= FARTHEST_WEEKS:
            week(asked, int(offset), edits=message_id)
        case "add", _:
            rows = tuple(_button(each.name, f"step|{each.id}") for each in _able(asked))
            asked.say("shifts.ask.who", rows)
        case "step", [who]:
            rows = tuple(_button(_step(asked, rank), f"days|{who}.{rank.value}.0") for rank in Rank)
            asked.say("shifts.ask.step", rows)
        case "days", [who, rank, mask] if mask.isdigit():
            _ask_days(asked, who, rank, int(mask), message_id)
        case "hours", [who, rank, mask] if mask.isdigit() and int(mask):
            rows = tuple(
                _button(_hours_label(asked, each), f"save|{value}.{place}") for place, each in enumerate(HOURS)
            )
            asked.say("shifts.ask.hours", rows)
        case "save", [who, ("1" | "2" | "3") as rank, mask, place] if (mask + place).isdigit() and int(place) < len(
            HOURS
        ):
            begins, ends = (_time(each) for each in HOURS[int(place)].split("-"))
            days = [day for day in range(7) if int(mask) >> day & 1]
            add_weekly(asked.unit, asked.clinic, asked.now, asked.staff.id, who, int(rank), days, begins, ends)
            asked.say("shifts.saved", name=asked.unit.get(StaffRow, who).name)
            week(asked, 0)
        case "remove", _:
            _ask_removal(asked)
        case "endweekly", [line]:
            end_weekly(asked.unit, asked.clinic, asked.now, asked.staff.id, line)
            asked.say("shifts.removed")
            week(asked, 0)
        case "enddated", [shift]:
            remove_dated(asked.unit, asked.now, asked.staff.id, shift)
            asked.say("shifts.removed")
            week(asked, 0)
        case _:
            return "toast.old", {}
    return "toast.noted", {}


def week(asked: Asked, offset: int, *, edits: int | None = None) -> None:
    """Seven days from this Monday (or so many weeks later), each with who is on at each step and from when to when."""
    ui, zone, language = asked.ui, asked.clinic.facts.zone, asked.staff.language
    today = asked.clinic.local(asked.now).date()
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
    rota = rota_of(asked.unit, min(asked.now, moment_of(monday, time(), zone)))
    names = {each.id: each.name for each in active_staff(asked.unit)}
    lines = [ui.say("shifts.head", day=calendar_day(monday, language)), ""]
    for number in range(7):
        day = monday + timedelta(days=number)
        begins, ends = moment_of(day, time(), zone), moment_of(day + timedelta(days=1), time(), zone)
        holiday = rota.holiday_at(begins)
        closed = f" · {ui.say('shifts.closed', name=holiday.name)}" if holiday else ""
        mark = "▶️ " if day == today else ""
        lines.append(f"{mark}<b>{calendar_day(day, language)}</b>{closed}")
        moments = (*rota.changes(begins, ends), ends)
        for rank in Rank:
            found: list[tuple[tuple[str, ...], datetime, datetime]] = []
            for since, until in pairwise(moments):
                who = tuple(names[each] for each in rota.who_is_on(rank, since) if each in names)
                if found and found[-1][0] == who:
                    found[-1] = (who, found[-1][1], until)
                else:
                    found.append((who, since, until))
            if rank is Rank.LEAD and not any(who for who, _, _ in found):
                continue
            for who, since, until in found:
                shown = ui.say("shifts.line", names=", ".join(who)) if who else ui.say("shifts.line_nobody")
                hours = f"{clock(since, zone, language)}-{clock(until, zone, language)}"
                lines.append(f"  {_mark(rank)} {hours} {shown}")
    asked.show("\n".join(lines), _week_buttons(asked, offset), edits=edits)


def _week_buttons(asked: Asked, offset: int) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (
            Button(label="◀", data=f"sh|week|{max(offset - 1, -FARTHEST_WEEKS)}"),
            Button(label="▶", data=f"sh|week|{min(offset + 1, FARTHEST_WEEKS)}"),
        )
    ]
    ui = asked.ui
    if may(asked.staff.role, Act.BE_ON_CALL):
        rows.append((Button(label=ui.plain("oncall.button.first"), data="o|1"),))
        rows.append((Button(label=ui.plain("swap.button.begin"), data="sw|mine"),))
    if may(asked.staff.role, Act.PLAN):
        rows.append(
            (
                Button(label=ui.plain("shifts.button.add"), data="sh|add"),
                Button(label=ui.plain("shifts.button.remove"), data="sh|remove"),
            )
        )
    return tuple(rows)


def _ask_days(asked: Asked, who: str, rank: str, mask: int, message_id: int) -> None:
    ui, language = asked.ui, asked.staff.language
    days = []
    for day in range(7):
        tick = ui.plain("question.ticked" if mask >> day & 1 else "question.unticked")
        name = calendar_day(MONDAY + timedelta(days=day), language).split()[0].rstrip(",")
        days.append(Button(label=f"{tick}{name}", data=f"sh|days|{who}.{rank}.{mask ^ (1 << day)}"))
    rows = [tuple(days[:4]), tuple(days[4:])]
    if mask:
        done = ui.plain("wizard.done", count=mask.bit_count())
        rows.append((Button(label=done, data=f"sh|hours|{who}.{rank}.{mask}"),))
    asked.show(ui.say("shifts.ask.days"), tuple(rows), edits=message_id)


def _ask_removal(asked: Asked) -> None:
    """Every line of the pattern and every shift on a date that is to come, each with a button."""
    unit, zone, language = asked.unit, asked.clinic.facts.zone, asked.staff.language
    names = {each.id: each.name for each in active_staff(unit)}
    rota = rota_of(unit, asked.now)
    rows: list[tuple[Button, ...]] = []
    for line in rota.weekly:
        if line.last_day is None:
            day = calendar_day(MONDAY + timedelta(days=line.weekday), language).split()[0].rstrip(",")
            hours = f"{line.begins:%H:%M}-{line.ends:%H:%M}"
            label = f"{_mark(line.rank)} {day} {hours} {names.get(line.staff_id, '?')}"
            rows.append((Button(label=label, data=f"sh|endweekly|{line.id}"),))
    for shift in rota.dated:
        ends = clock(shift.ends, zone, language) if shift.ends else "…"
        label = f"{_mark(shift.rank)} {day_and_clock(shift.begins, zone, language)}-{ends} "
        rows.append((Button(label=label + names.get(shift.staff_id, "?"), data=f"sh|enddated|{shift.id}"),))
    asked.say("shifts.ask.remove" if rows else "shifts.none", tuple(rows[:40]))


def _add_on_date(asked: Asked, staff: StaffRow, rank: int, words: str, begins: time, ends: time) -> None:
    day = read_day(asked, words)
    zone = asked.clinic.facts.zone
    wanted = Stretch(
        begins=moment_of(day, begins, zone),
        ends=moment_of(day + timedelta(days=1 if ends <= begins else 0), ends, zone),
    )
    add_dated(asked.unit, asked.clinic, asked.now, asked.staff.id, staff.id, rank, wanted.begins, wanted.ends)


def read_day(asked: Asked, words: str) -> date:
    """ "24.12" (the next one, or the one two months past at most) or "24.12.2026". Errors: Refused."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?\.?", words.strip())
    if found is None:
        raise Refused("shifts.no_date")
    today = asked.clinic.local(asked.now).date()
    days = []
    for year in (int(found[3]),) if found[3] else (today.year, today.year + 1):
        try:
            days.append(date(year, int(found[2]), int(found[1])))
        except ValueError:
            continue
    if not days:
        raise Refused("shifts.no_date")
    recent = today - timedelta(days=60)
    return next((day for day in days if day >= recent), days[0])


def _named(asked: Asked, words: str) -> StaffRow:
    found = [each for each in active_staff(asked.unit) if each.name.casefold() == words.strip().casefold()]
    found = found or [each for each in active_staff(asked.unit) if words.strip().casefold() in each.name.casefold()]
    if len(found) != 1:
        raise Refused("shifts.unknown_person")
    return found[0]


def _weekdays(words: str) -> set[int]:
    days: set[int] = set()
    for part in words.split(","):
        first, _, last = part.partition("-")
        if first[:3] not in _DAYS or (last and last[:3] not in _DAYS):
            raise Refused("shifts.how")
        begin, end = _DAYS.index(first[:3]), _DAYS.index((last or first)[:3])
        days |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return days


def _time(words: str) -> time:
    hour, _, minute = words.replace(".", ":").partition(":")
    if int(hour) == 24 and int(minute) == 0:
        return time()
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Refused("shifts.how") from None


def _able(asked: Asked) -> list[StaffRow]:
    return [each for each in active_staff(asked.unit) if may(each.role, Act.BE_ON_CALL)]


def _button(label: str, data: str) -> tuple[Button, ...]:
    return (Button(label=label, data=f"sh|{data}"),)


def _step(asked: Asked, rank: Rank) -> str:
    return f"{_mark(rank)} {asked.ui.plain(f'cover.step.{rank.name.lower()}')}"


def _mark(rank: Rank) -> str:
    return {Rank.FIRST: "1️⃣", Rank.SECOND: "2️⃣", Rank.LEAD: "⭐"}[rank]


def _hours_label(asked: Asked, hours: str) -> str:
    return asked.ui.plain("shifts.whole_day") if hours == "00:00-00:00" else hours
