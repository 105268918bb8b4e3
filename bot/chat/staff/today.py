"""/today: check-ins due today, those without an answer, and the open alerts and tasks. No answer is never shown as well."""

from datetime import datetime, time, timedelta

from sqlmodel import col

from bot.chat.staff.reply import Asked, step_name
from bot.store.tables import AlertRow, CheckInRow, PatientRow, TaskRow
from bot.usecases.dates import clock

MOST = 30
MARK = {"planned": "▫️", "open": "✏️", "done": "✅", "no_answer": "❔", "broken_off": "❔", "cancelled": "✖️"}


def run(asked: Asked, _words: str) -> None:
    """The day by the clinic's clock."""
    zone = asked.clinic.facts.zone
    local = asked.clinic.local(asked.now)
    begins = datetime.combine(local.date(), time(), tzinfo=local.tzinfo)
    ends = begins + timedelta(days=1)
    rows = asked.unit.many(
        CheckInRow,
        CheckInRow.due_at >= begins,
        CheckInRow.due_at < ends,
        CheckInRow.state != "merged",
        order_by=CheckInRow.due_at,
        limit=MOST,
    )
    lines = [
        asked.ui.say(
            "today.head",
            alerts=asked.unit.count(AlertRow, AlertRow.state != "closed"),
            tasks=asked.unit.count(TaskRow, col(TaskRow.done_at).is_(None)),
        ),
        "",
    ]
    for row in rows:
        patient = asked.unit.get(PatientRow, row.patient_id)
        state = asked.ui.say(f"checkin.state.{row.state}")
        at = clock(row.due_at, zone, asked.staff.language)
        lines.append(f"{MARK[row.state]} {at} <b>{patient.case_code}</b> {step_name(asked.ui, row)} · {state}")
    if not rows:
        lines.append(asked.ui.say("today.none"))
    asked.show("\n".join(lines))
