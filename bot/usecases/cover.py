"""Cover ahead: who would be called, what is lacking, what a patient may be promised now, and telling the lead."""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.alert.cover import CoverNow, is_staffed
from bot.core.alert.policy import Tell
from bot.core.cover.duty import Rank, moment_of
from bot.core.cover.gaps import Gap, Lack, find_gaps
from bot.core.post.message import Body, Priority
from bot.core.roles import CLINICAL
from bot.store.tables import PatientRow, StaffRow
from bot.store.tables_shifts import CoverWatchRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock, day_and_clock
from bot.usecases.people import active_staff, on_call, recipients
from bot.usecases.posting import post
from bot.usecases.rota import is_closed, rota_of
from bot.usecases.test_alerts import passed

AHEAD_DAYS = 14
SOON = timedelta(hours=48)
"""A new gap that begins within this is told when it comes up, and not only in the morning."""
MORNING = time(8)
WATCH = "cover"
MOST_SHOWN = 8


def gaps(unit: Unit, clinic: Clinic, now: datetime, *, days: int = AHEAD_DAYS) -> tuple[Gap, ...]:
    """Every time in the next ``days`` at which a step of the ladder has no proved cover, by step and time.

    Proved is: somebody is planned who has started the bot, can be reached, and pressed a test alert lately.
    """
    lacks = lacks_of(unit, clinic, now)
    staff = active_staff(unit)
    leads = [each.id for each in staff if each.role == "lead"]
    return find_gaps(
        rota_of(unit, now), lambda who: lacks.get(who, Lack.NOBODY), leads, now, now + timedelta(days=days)
    )


def lacks_of(unit: Unit, clinic: Clinic, now: datetime) -> dict[str, Lack | None]:
    """For everybody on the staff list what keeps an alarm from her, the worst first; None for nothing."""
    tested = passed(unit, now - timedelta(days=clinic.policy.test_alert_days))

    def lack(staff: StaffRow) -> Lack | None:
        if staff.chat_id is None:
            return Lack.NOT_STARTED
        if not staff.reachable:
            return Lack.BLOCKED
        return None if staff.id in tested else Lack.NOT_TESTED

    return {each.id: lack(each) for each in active_staff(unit)}


def cover_now(unit: Unit, now: datetime) -> CoverNow:
    """What holds at this moment, for the words that a D3 gets."""

    def reached(staff: Sequence[StaffRow]) -> bool:
        return any(each.role in CLINICAL and each.chat_id is not None and each.reachable for each in staff)

    return CoverNow(
        closed=is_closed(unit, now),
        on_duty=any(reached(on_call(unit, now, rank)) for rank in Rank),
        anybody=reached(active_staff(unit)),
    )


def hole_out_of_hours(unit: Unit, clinic: Clinic, now: datetime, days: int = 7) -> Gap | None:
    """The first time outside the staffed hours at which nobody is called first, or nobody who could be reached.

    None where there is none in the next days, and where the clinic says that it has no contact out of hours (its D3
    is given the D2 text then).
    """
    if not clinic.policy.out_of_hours_contact:
        return None
    for gap in gaps(unit, clinic, now, days=days):
        if gap.rank is not Rank.FIRST or not gap.reaches_nobody:
            continue
        at = gap.begins
        while at < gap.ends:
            if not is_staffed(clinic.policy, at, clinic.facts.zone):
                return gap
            at += timedelta(minutes=15)
    return None


def gap_words(unit: Unit, clinic: Clinic, language: str, found: Sequence[Gap], most: int = MOST_SHOWN) -> list[str]:
    """The gaps as lines for staff: step, from when to when by the clinic's clock, and what is lacking."""
    ui, zone = clinic.ui(language), clinic.facts.zone
    names = {each.id: each.name for each in active_staff(unit)}
    lines = []
    for gap in sorted(found, key=lambda gap: (gap.begins, gap.rank))[:most]:
        same_day = gap.begins.astimezone(ZoneInfo(zone)).date() == gap.ends.astimezone(ZoneInfo(zone)).date()
        lines.append(
            ui.say(
                f"cover.gap.{gap.why.value}",
                step=ui.plain(f"cover.step.{gap.rank.name.lower()}"),
                begins=day_and_clock(gap.begins, zone, language),
                ends=(clock if same_day else day_and_clock)(gap.ends, zone, language),
                names=", ".join(names.get(each, each) for each in gap.staff),
            )
        )
    if len(found) > most:
        lines.append(ui.say("cover.more", count=len(found) - most))
    return lines


def watch_cover(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Tell the lead of gaps: all of them each morning, and at once of a new one that is near. 1 when it looked.

    It looks each morning, and with the next tick whenever something changes that cover stands on.
    """
    row = unit.find(CoverWatchRow, name=WATCH, lock=True)
    if row is not None and row.next_at > now:
        return 0
    # Before there is a patient the clinic is still being set up; that it cannot end with gaps is readiness's affair.
    found = gaps(unit, clinic, now) if unit.first(PatientRow) is not None else ()
    local = clinic.local(now)
    today = local.date().isoformat()
    morning = local.time() >= MORNING and (row is None or row.told_day < today)
    told = set(json.loads(row.told)) if row is not None and row.told else set()
    new = [gap for gap in found if gap.begins <= now + SOON and gap.reaches_nobody and _key(gap) not in told]
    if row is None:  # the first look of all: there is no morning before it
        morning = False
    if found and (morning or new):
        _tell(unit, clinic, now, found if morning else new, "cover.morning" if morning else "cover.new")
        told |= {_key(gap) for gap in found}
    next_morning = moment_of(local.date() + timedelta(days=local.time() >= MORNING), MORNING, clinic.facts.zone)
    values = {
        "next_at": next_morning,
        "told_day": today if morning else (row.told_day if row is not None else today),
        "told": json.dumps(sorted(told & {_key(gap) for gap in found})),
    }
    if row is None:
        unit.add(CoverWatchRow, name=WATCH, **values)
    else:
        unit.change_one(CoverWatchRow, WATCH, **values)
    return 1


def _key(gap: Gap) -> str:
    """What makes two gaps the same although time goes on: step, reason, people and end."""
    return f"{gap.rank.value} {gap.why.value} {'+'.join(gap.staff)}"


def _tell(unit: Unit, clinic: Clinic, now: datetime, found: Sequence[Gap], key: str) -> None:
    for each in recipients(unit, clinic, now, (Tell.LEAD,), None):
        lines = [clinic.ui(each.language).say(key), "", *gap_words(unit, clinic, each.language, found)]
        post(unit, now, each.chat_id, Body(text="\n".join(lines), html=True), Priority.ANSWER, kind="cover")
