"""The digests: each morning what is open and what the night brought; on Mondays the figures of the week. Each goes once."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.core.wording.alert_card import MARKS
from bot.core.wording.catalog import Catalog
from bot.store.tables import AlertRow, CheckInRow, NextSessionRow, PatientRow, TaskRow
from bot.store.tables_nurse import DigestRow
from bot.store.unit import Unit, table_of
from bot.usecases.alert_cards import staff_name
from bot.usecases.clinic import Clinic
from bot.usecases.dates import calendar_day, clock, day_and_clock
from bot.usecases.gate import gate_of
from bot.usecases.people import Recipient, group_chat, named
from bot.usecases.posting import post
from bot.usecases.synthetic import real
from bot.usecases.week import week, week_words

MOST = 10
"""Lines of each list; what is over is counted."""
WITHIN = timedelta(hours=6)
"""A digest whose hour passed longer ago (the bot was down) is left out: it would not be the morning's any more."""
NIGHT_FROM = time(20)
SILENT = ("no_answer", "broken_off")


def digest_due(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Send what is due, once a day and once a week, whoever of several workers comes first. 0: one look is enough."""
    if clinic.facts.digest_hour < 0:
        return 0
    local = clinic.local(now)
    due = datetime.combine(local.date(), time(clinic.facts.digest_hour), tzinfo=local.tzinfo)
    if not timedelta(0) <= now - due < WITHIN:
        return 0
    if _is_first(unit, now, f"daily:{local.date()}"):
        _send(unit, clinic, now, lambda language: daily_words(unit, clinic, now, language))
    if local.weekday() == 0 and _is_first(unit, now, f"weekly:{local.date()}"):
        figures = week(unit, clinic, now - timedelta(days=7), now)
        _send(unit, clinic, now, lambda language: week_words(clinic, figures, language))
    return 0


def _is_first(unit: Unit, now: datetime, name: str) -> bool:
    return unit.find(DigestRow, id=name) is None and unit.add_new(DigestRow, id=name, made_at=now)


def _send(unit: Unit, clinic: Clinic, now: datetime, words: Callable[[str], str]) -> None:
    """To the group in the clinic's language, to leads and whoever is on call in their own."""
    group = group_chat(unit, clinic)
    to = [group] if group else []
    people = named(unit, now, (Tell.LEAD, Tell.ON_CALL), None)
    to.extend(Recipient(each.chat_id, each.language, each.id) for each in people if each.chat_id and each.reachable)
    made: dict[str, str] = {}
    for one in to:
        text = made.setdefault(one.language, words(one.language))
        post(unit, now, one.chat_id, Body(text=text, html=True, silent=True), Priority.DIGEST, kind="digest")


def daily_words(unit: Unit, clinic: Clinic, now: datetime, language: str) -> str:
    """The morning's digest. Case codes and no names: it goes to a group."""
    ui, today = clinic.ui(language), clinic.local(now).date()
    parts = [
        [ui.say("nurse.digest.head", day=calendar_day(today, language))],
        _alerts(unit, clinic, ui),
        _tasks(unit, now, ui),
        _silent(unit, now, ui),
        _gaps(unit, clinic, now, ui),
        _night(unit, clinic, now, ui),
        _sessions(unit, now, today, ui),
        [ui.say("nurse.digest.check_ins", count=_due_today(unit, clinic, now))],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _listed(ui: Catalog, head: str, lines: list[str], count: int) -> list[str]:
    more = [ui.say("nurse.digest.more", count=count - MOST)] if count > MOST else []
    return [head, *lines[:MOST], *more]


def _alerts(unit: Unit, clinic: Clinic, ui: Catalog) -> list[str]:
    rows = unit.many(
        AlertRow, AlertRow.state != "closed", real(AlertRow.patient_id), order_by=AlertRow.level_at, limit=200
    )
    rows.sort(key=lambda row: (-Level(row.level).severity, row.level_at))
    lines = [
        ui.say(
            f"nurse.digest.state.{row.state}",
            mark=MARKS[Level(row.level)],
            code=unit.get(PatientRow, row.patient_id).case_code,
            at=day_and_clock(row.level_at, clinic.facts.zone, ui.language),
            name=staff_name(unit, row.contacted_by or row.taken_by or row.seen_by),
        )
        for row in rows[:MOST]
    ]
    return _listed(ui, ui.say("nurse.digest.alerts", count=len(rows)), lines, len(rows))


def _tasks(unit: Unit, now: datetime, ui: Catalog) -> list[str]:
    table = table_of(TaskRow)
    query = select(table.c.kind, func.count().label("number")).where(table.c.done_at.is_(None)).group_by(table.c.kind)
    kinds = {row.kind: row.number for row in unit.connection.execute(query)}
    overdue = unit.count(TaskRow, col(TaskRow.done_at).is_(None), TaskRow.due_at < now)
    lines = [f"• {ui.say(f'task.kind.{kind}')}: {count}" for kind, count in sorted(kinds.items())]
    return [ui.say("nurse.digest.tasks", count=sum(kinds.values()), overdue=overdue), *lines]


def _silent(unit: Unit, now: datetime, ui: Catalog) -> list[str]:
    """Whoever did not answer what fell due within a day; silence is never "well"."""
    check_in, patient = table_of(CheckInRow), table_of(PatientRow)
    query = (
        select(patient.c.case_code)
        .join(check_in, check_in.c.patient_id == patient.c.id)
        .where(check_in.c.state.in_(SILENT), check_in.c.due_at >= now - timedelta(days=1), check_in.c.due_at <= now)
        .where(real(patient.c.id), patient.c.stage == "active")
        .distinct()
        .order_by(patient.c.case_code)
    )
    codes = list(unit.connection.scalars(query))
    words = ", ".join(codes[: 3 * MOST]) + ("…" if len(codes) > 3 * MOST else "")
    return [ui.say("nurse.digest.silent", count=len(codes)), *([words] if words else [])]


def _gaps(unit: Unit, clinic: Clinic, now: datetime, ui: Catalog) -> list[str]:
    gaps = clinic.cover_gaps(unit, clinic, now)
    if not gaps:
        return [ui.say("nurse.digest.covered")]
    zone = clinic.facts.zone
    lines = [
        ui.say(
            "nurse.digest.gap",
            begins=day_and_clock(begins, zone, ui.language),
            ends=day_and_clock(ends, zone, ui.language),
        )
        for begins, ends in gaps
    ]
    return _listed(ui, f"<b>{ui.say('nurse.digest.gaps')}</b>", lines, len(lines))


def _night(unit: Unit, clinic: Clinic, now: datetime, ui: Catalog) -> list[str]:
    local = clinic.local(now)
    begins = datetime.combine(local.date() - timedelta(days=1), NIGHT_FROM, tzinfo=local.tzinfo)
    rows = unit.many(
        AlertRow, AlertRow.raised_at >= begins, real(AlertRow.patient_id), order_by=AlertRow.raised_at, limit=100
    )
    if not rows:
        return [ui.say("nurse.digest.quiet_night")]
    lines = []
    for row in rows[:MOST]:
        values = {
            "at": clock(row.raised_at, clinic.facts.zone, ui.language),
            "mark": MARKS[Level(row.level)],
            "code": unit.get(PatientRow, row.patient_id).case_code,
        }
        if row.taken_at is None:
            lines.append(ui.say("nurse.digest.night_open", **values))
        else:
            minutes = max(0, int((row.taken_at - row.raised_at).total_seconds() // 60))
            lines.append(
                ui.say("nurse.digest.night_taken", **values, minutes=minutes, name=staff_name(unit, row.taken_by))
            )
    return _listed(ui, ui.say("nurse.digest.night"), lines, len(rows))


def _sessions(unit: Unit, now: datetime, today: date, ui: Catalog) -> list[str]:
    """The sessions that are planned for today, each with what its gate says."""
    rows = unit.many(NextSessionRow, NextSessionRow.on_day == today.isoformat(), NextSessionRow.state == "planned")
    lines = []
    for row in rows[:MOST]:
        patient = unit.get(PatientRow, row.patient_id)
        gate = gate_of(unit, now, patient)
        says = ui.plain(f"gate.{gate.says}") if gate is not None else "—"
        lines.append(ui.say("nurse.digest.session", code=patient.case_code, gate=says))
    return _listed(ui, ui.say("nurse.digest.sessions", count=len(rows)), lines, len(rows))


def _due_today(unit: Unit, clinic: Clinic, now: datetime) -> int:
    local = clinic.local(now)
    ends = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo)
    return unit.count(
        CheckInRow,
        CheckInRow.state == "planned",
        CheckInRow.due_at >= now,
        CheckInRow.due_at < ends,
        real(CheckInRow.patient_id),
    )
