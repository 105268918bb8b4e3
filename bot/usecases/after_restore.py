"""After a restore: what was in flight is put into the hands of staff, and nothing is sent again blindly.

A backup is older than the world. What it holds as waiting may have been sent since, what it holds as planned may have
been asked, and what patients answered since is lost. So a message that waits is never sent: a person phones. An alert
that is open climbs at once, because it may still be open. What is due is asked once more, as one conversation.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.post.message import Method, Priority
from bot.store.tables import AlertRow, ChannelCallRow, CheckInRow, LeaseRow, OutboxRow, PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.raise_task import raise_task
from bot.usecases.task_words import own_words

PHONE_WITHIN = timedelta(minutes=30)
REASON = "in flight when the backup was made"


@dataclass(frozen=True, slots=True)
class InFlight:
    """What was put into the hands of staff."""

    messages: int
    patients: int
    alerts: int


def hand_over(unit: Unit, clinic: Clinic, now: datetime, made_at: datetime) -> InFlight:
    """Settle everything that a backup of ``made_at`` holds as under way. Once, before the product starts."""
    flying = unit.many(OutboxRow, col(OutboxRow.state).in_(("pending", "sending")), order_by=col(OutboxRow.id))
    hours = max(1, round((now - made_at).total_seconds() / 3600))
    about = own_words("restored.database", at=f"{clinic.local(made_at):%d.%m.%Y %H:%M}", hours=hours)
    for row in flying:
        edits = row.method == Method.EDIT.value  # it only tidies up
        unit.change_one(OutboxRow, row.id, state="dropped" if edits else "unknown", error=REASON)
        if row.checkin_id is not None and row.priority >= Priority.CHECK_IN:
            unit.change_one(CheckInRow, row.checkin_id, reason=f"delivery unknown: {REASON}")
    unit.change(ChannelCallRow, col(ChannelCallRow.state).in_(("pending", "sending")), state="dropped", error=REASON)
    unit.remove(LeaseRow, LeaseRow.name != "")
    about_her = own_words("restored.patient")
    patients = sorted({row.patient_id for row in flying if row.patient_id is not None})
    alerts = unit.change(AlertRow, AlertRow.state != "closed", next_at=now)
    for patient_id in patients:
        patient = unit.get(PatientRow, patient_id)
        if patient.stage != "forgotten":
            cause = f"restored:{patient_id}:{made_at.timestamp():.0f}"
            raise_task(unit, clinic, now, "undelivered", now + PHONE_WITHIN, patient, cause=cause, about=about_her)
    cause = f"restored:{made_at.timestamp():.0f}:{now.timestamp():.0f}"
    tell = (Tell.GROUP, Tell.LEAD, Tell.ON_CALL)
    raise_task(unit, clinic, now, "other", now + PHONE_WITHIN, None, cause=cause, about=about, tell=tell)
    audit(unit, now, "command line", "restore", "database", f"made {made_at.isoformat()}")
    return InFlight(len(flying), len(patients), alerts)
