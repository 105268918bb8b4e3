"""Counts for the metrics page: what waits, what is open, and the age of the oldest. No patient is in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bot.store.tables import AlertRow, CheckInRow, InboxRow, OutboxRow, PatientRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.synthetic import real


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by kind; ages in seconds."""

    inbox: Mapping[str, float]
    outbox: Mapping[str, float]
    alerts: Mapping[str, float]
    tasks: Mapping[str, float]
    check_ins_overdue: float
    oldest_s: Mapping[str, float]
    patients: Mapping[str, float]

    def rows(self) -> Iterator[tuple[str, str, Mapping[str, float]]]:
        """Name, meaning and values of each figure."""
        yield "inbox_rows", "Updates by state (pending, dead).", self.inbox
        yield "outbox_rows", "Messages that wait or are under way, by priority.", self.outbox
        yield "alerts_open", "Open alerts by level.", self.alerts
        yield "tasks_open", "Open tasks by kind.", self.tasks
        yield "check_ins_overdue", "Check-ins whose time is over.", {"planned": self.check_ins_overdue}
        yield "oldest_seconds", "Age of the oldest row that waits.", self.oldest_s
        yield "patients", "Patients by stage.", self.patients


def figures(unit: Unit, now: datetime) -> Figures:
    """Count now."""
    oldest_update = unit.first(InboxRow, InboxRow.state == "pending", order_by=InboxRow.received_at)
    oldest_alert = unit.first(
        AlertRow, col(AlertRow.state).in_(("sent", "seen")), real(AlertRow.patient_id), order_by=AlertRow.level_at
    )
    return Figures(
        inbox=_grouped(
            unit, select(col(InboxRow.state), func.count()).where(col(InboxRow.state) != "done"), InboxRow.state
        ),
        outbox=_grouped(
            unit,
            select(col(OutboxRow.priority), func.count()).where(col(OutboxRow.state).in_(("pending", "sending"))),
            OutboxRow.priority,
        ),
        alerts=_grouped(
            unit,
            select(col(AlertRow.level), func.count()).where(col(AlertRow.state) != "closed", real(AlertRow.patient_id)),
            AlertRow.level,
        ),
        tasks=_grouped(
            unit, select(col(TaskRow.kind), func.count()).where(col(TaskRow.done_at).is_(None)), TaskRow.kind
        ),
        check_ins_overdue=unit.count(CheckInRow, CheckInRow.state == "planned", CheckInRow.due_at < now),
        oldest_s={
            "inbox": _age(oldest_update.received_at if oldest_update else None, now),
            "untaken_alert": _age(oldest_alert.level_at if oldest_alert else None, now),
        },
        patients=_grouped(
            unit, select(col(PatientRow.stage), func.count()).where(real(PatientRow.id)), PatientRow.stage
        ),
    )


def _grouped(unit: Unit, query: object, by: object) -> dict[str, float]:
    found = unit.connection.execute(query.group_by(by))  # type: ignore[attr-defined]
    return {str(kind): float(count) for kind, count in found}


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0.0
