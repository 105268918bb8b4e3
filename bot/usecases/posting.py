"""Write a message into the outbox, in the transaction of its cause and with its final words."""

from datetime import datetime

from bot.core.post.message import Body, Method, Priority
from bot.store.tables import AuditRow, OutboxRow, PatientRow
from bot.store.unit import Unit
from bot.usecases.people import is_unproved


def post(
    unit: Unit,
    now: datetime,
    chat_id: int,
    body: Body,
    priority: Priority,
    *,
    kind: str,
    method: Method = Method.SEND,
    patient_id: str | None = None,
    run_id: str | None = None,
    checkin_id: str | None = None,
    alert_id: str | None = None,
    edits_id: int | None = None,
    due_at: datetime | None = None,
) -> OutboxRow:
    """Put one message into the outbox and nudge its chat. ``kind`` says what it is (question, advice, alert, ...)."""
    row = unit.add(
        OutboxRow,
        chat_id=chat_id,
        priority=int(priority),
        method=method.value,
        body=body.model_dump_json(exclude_defaults=True),
        due_at=due_at or now,
        made_at=now,
        patient_id=patient_id,
        run_id=run_id,
        checkin_id=checkin_id,
        alert_id=alert_id,
        edits_id=edits_id,
        kind=kind,
    )
    unit.nudge(chat_id)
    return row


def to_patient(
    unit: Unit,
    now: datetime,
    patient: PatientRow,
    body: Body,
    priority: Priority = Priority.ANSWER,
    *,
    kind: str = "reply",
    run_id: str | None = None,
    checkin_id: str | None = None,
    alert_id: str | None = None,
    edits_id: int | None = None,
    method: Method = Method.SEND,
) -> OutboxRow | None:
    """Write to a patient. None when she has no chat, or may get nothing any more (deceased, forgotten).

    A chat that has not proved to be hers is shown the questions of the enrolment only. One that refuses messages gets
    no reminders; advice and answers are tried all the same.
    """
    if patient.chat_id is None or patient.stage in ("deceased", "forgotten"):
        return None
    if not patient.reachable and priority.is_bulk:
        return None
    if is_unproved(patient) and not kind.startswith(("join", "reply")):
        return None
    return post(
        unit,
        now,
        patient.chat_id,
        body,
        priority,
        kind=kind,
        method=method,
        patient_id=patient.id,
        run_id=run_id,
        checkin_id=checkin_id,
        alert_id=alert_id,
        edits_id=edits_id,
    )


def edit(
    unit: Unit,
    now: datetime,
    row: OutboxRow,
    body: Body,
    *,
    message_id: int | None = None,
    priority: Priority = Priority.ANSWER,
) -> OutboxRow:
    """Change a message that was (or will be) sent: by its Telegram id where known, else by its outbox row."""
    known = message_id or row.message_id
    return post(
        unit,
        now,
        row.chat_id,
        body.model_copy(update={"edits": known}),
        priority,
        kind="edit",
        method=Method.EDIT,
        patient_id=row.patient_id,
        run_id=row.run_id,
        alert_id=row.alert_id,
        edits_id=None if known else row.id,
    )


def audit(unit: Unit, now: datetime, actor: str, verb: str, subject: str, detail: str = "") -> None:
    """Add a line to the audit trail: who did what to which row. Never a patient's words or name."""
    unit.add(AuditRow, at=now, actor=actor, verb=verb, subject=subject, detail=detail)


def initials(patient: PatientRow) -> str:
    """M.L. for Maria Lopez; a question mark for a patient who was forgotten."""
    return "".join(part[0].upper() + "." for part in patient.name.split()) or "?"
