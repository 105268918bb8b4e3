"""Everything that the clinic keeps about a patient, as one JSON document for herself (/mydata)."""

import base64
import json
from datetime import datetime

from bot.store.tables import (
    AlertRow,
    AnswerRow,
    CheckInRow,
    NextSessionRow,
    OutboxRow,
    PatientRow,
    PhotoRow,
    SessionRow,
    TaskRow,
)
from bot.store.unit import Unit
from bot.usecases.photos import thumbnails
from bot.usecases.posting import audit

MOST_PICTURES = 100
"""So many small pictures are in the document (about 2 MB); the photos themselves are in her chat."""


def my_data(unit: Unit, now: datetime, patient: PatientRow) -> bytes:
    """The export as UTF-8 JSON: herself, sessions, check-ins, answers, messages, photos (small), alerts and tasks."""
    audit(unit, now, f"patient:{patient.id}", "export", f"patient:{patient.id}")
    small = thumbnails(unit, patient, MOST_PICTURES)
    document = {
        "made_at": now.isoformat(timespec="seconds"),
        "patient": _plain(patient, ("name", "birth_date", "phone", "emergency_contact", "allergies", "language", "zone",
                                    "checkin_hour", "stage", "consented_at", "case_code")),
        "sessions": [
            _plain(row, ("procedure", "number", "t0", "sites", "modifiers", "products", "state"))
            for row in unit.many(SessionRow, SessionRow.patient_id == patient.id, order_by=SessionRow.t0)
        ],
        "planned_sessions": [
            _plain(row, ("on_day", "state", "made_at"))
            for row in unit.many(
                NextSessionRow, NextSessionRow.patient_id == patient.id, order_by=NextSessionRow.made_at
            )
        ],
        "check_ins": [
            _plain(row, ("step", "due_at", "state", "opened_at", "ended_at"))
            for row in unit.many(CheckInRow, CheckInRow.patient_id == patient.id, order_by=CheckInRow.due_at)
        ],
        "answers": [
            _plain(row, ("at", "question", "codes", "number", "words", "assumed"))
            for row in unit.many(AnswerRow, AnswerRow.patient_id == patient.id, order_by=AnswerRow.id)
        ],
        "messages": [
            {**_plain(row, ("sent_at", "state", "kind")), "text": json.loads(row.body).get("text", "")}
            for row in unit.many(
                OutboxRow,
                OutboxRow.patient_id == patient.id,
                OutboxRow.chat_id == patient.chat_id,
                order_by=OutboxRow.id,
            )
        ],
        "shown_to_staff": [
            {**_plain(row, ("made_at",)), "text": json.loads(row.body).get("text", "")}
            for row in unit.many(
                OutboxRow, OutboxRow.patient_id == patient.id, OutboxRow.kind == "relay", order_by=OutboxRow.id
            )
        ],
        "photos": [
            {**_plain(row, ("received_at", "state", "why")), "jpeg_base64": base64.b64encode(small[row.id]).decode()
                if row.id in small else ""}
            for row in unit.many(PhotoRow, PhotoRow.patient_id == patient.id, order_by=PhotoRow.received_at)
        ],
        "alerts": [
            _plain(row, ("raised_at", "level", "rules", "state", "taken_at", "contacted_at", "outcome", "closed_at"))
            for row in unit.many(AlertRow, AlertRow.patient_id == patient.id, order_by=AlertRow.raised_at)
        ],
        "tasks": [
            _plain(row, ("made_at", "kind", "due_at", "done_at", "about", "result"))
            for row in unit.many(TaskRow, TaskRow.patient_id == patient.id, order_by=TaskRow.made_at)
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _plain(row: object, names: tuple[str, ...]) -> dict[str, object]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in values.items()
    }
