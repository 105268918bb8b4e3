"""Retention: what is no longer needed is deleted, a little each time, so that no tick takes long."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.store.tables import AlertRow, InboxRow, OutboxRow, PatientRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.leave import EMPTY, RETENTION, forget
from bot.usecases.synthetic import real

RAW_UPDATES = timedelta(days=30)
"""Raw updates are kept this long, to answer what came in; the answers themselves are kept with the case."""
MESSAGES = timedelta(days=400)
A_FEW = 20


def retain(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Delete old raw updates and messages, and forget patients whose last session is past the clinic's period."""
    gone = unit.remove(InboxRow, InboxRow.state != "pending", InboxRow.received_at < now - RAW_UPDATES)
    gone += unit.change(
        OutboxRow,
        col(OutboxRow.state).in_(("sent", "refused", "dropped", "unknown")),
        OutboxRow.made_at < now - MESSAGES,
        OutboxRow.kind != "gone",
        body=EMPTY,
        kind="gone",
    )
    limit = now - timedelta(days=30 * clinic.facts.keep_months)
    recent = select(SessionRow.id).where(SessionRow.patient_id == PatientRow.id, SessionRow.t0 >= limit)
    watched = select(AlertRow.id).where(AlertRow.patient_id == PatientRow.id, AlertRow.state != "closed")
    for patient in unit.many(
        PatientRow,
        PatientRow.made_at < limit,
        PatientRow.stage != "forgotten",
        ~recent.exists(),
        ~watched.exists(),
        real(PatientRow.id),
        limit=A_FEW,
    ):
        forget(unit, clinic, now, patient, RETENTION)
        gone += 1
    return gone
