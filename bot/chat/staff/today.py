"""/today: check-ins due today, answered, and silent. No answer comes first and is never shown as well."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot.chat.staff.reply import Asked, step_name
from bot.store.tables import AlertRow, CheckInRow, PatientRow, TaskRow
from bot.store.unit import table_of
from bot.usecases.dates import clock
from bot.usecases.synthetic import real

MOST = 30
MARK = {"planned": "▫️", "open": "✏️", "done": "✅", "no_answer": "❔", "broken_off": "❔", "cancelled": "✖️"}
ORDER = ("broken_off", "no_answer", "open", "planned", "done", "cancelled")
"""Whom to phone stands first; what needs nobody stands last."""


def run(asked: Asked, _words: str) -> None:
    """The day by the clinic's clock."""
    zone = asked.clinic.facts.zone
    local = asked.clinic.local(asked.now)
    begins = datetime.combine(local.date(), time(), tzinfo=local.tzinfo)
    ends = begins + timedelta(days=1)
    table = table_of(CheckInRow)
    today = (table.c.due_at >= begins, table.c.due_at < ends, table.c.state.in_(ORDER), real(CheckInRow.patient_id))
    query = select(table.c.state, func.count().label("number")).where(*today).group_by(table.c.state)
    count = dict.fromkeys(ORDER, 0) | {row.state: row.number for row in asked.unit.connection.execute(query)}
    lines = [
        asked.ui.say(
            "today.head",
            alerts=asked.unit.count(AlertRow, AlertRow.state != "closed", real(AlertRow.patient_id)),
            tasks=asked.unit.count(TaskRow, col(TaskRow.done_at).is_(None)),
        ),
        asked.ui.say(
            "nurse.today",
            due=sum(count.values()) - count["cancelled"],
            answered=count["done"],
            silent=count["no_answer"] + count["broken_off"],
            waiting=count["open"],
        ),
        "",
    ]
    left = MOST
    for state in ORDER:
        rows = asked.unit.many(CheckInRow, *today, CheckInRow.state == state, order_by=CheckInRow.due_at, limit=left)
        left -= len(rows)
        for row in rows:
            patient = asked.unit.get(PatientRow, row.patient_id)
            words = asked.ui.say(f"checkin.state.{row.state}")
            at = clock(row.due_at, zone, asked.staff.language)
            lines.append(f"{MARK[row.state]} {at} <b>{patient.case_code}</b> {step_name(asked.ui, row)} · {words}")
        if not left:
            break
    shown = MOST - left
    if not shown:
        lines.append(asked.ui.say("today.none"))
    elif sum(count.values()) > shown:
        lines.append(asked.ui.say("nurse.digest.more", count=sum(count.values()) - shown))
    asked.show("\n".join(lines))
