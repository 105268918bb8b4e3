"""Is every promise kept right now? What the heartbeat, the metrics and ``/readyz`` stand on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.store.tables import AlertRow, CheckInRow, InboxRow, OutboxRow, PhotoRow, RunRow, TaskRow
from bot.store.tables_shifts import CoverWatchRow
from bot.store.unit import Unit
from bot.usecases.raise_task import untold_since

LATE = timedelta(seconds=60)
"""Advice, alerts and answers that are older than this and not sent are a broken promise."""
BULK_LATE = timedelta(minutes=15)
"""Ten thousand check-ins at nine o'clock take minutes to send; a quarter of an hour is too long."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: how many rows break it now, and the age in seconds of the oldest."""

    name: str
    broken: int
    oldest_s: float = 0.0


def promises(unit: Unit, now: datetime) -> tuple[Promise, ...]:
    """Every promise with what breaks it; all are kept when every ``broken`` is 0."""
    late, bulk = now - LATE, now - BULK_LATE
    return (
        Promise("updates_handled", unit.count(InboxRow, InboxRow.state == "pending", InboxRow.received_at < late)),
        Promise(
            "urgent_messages_sent",
            unit.count(
                OutboxRow,
                col(OutboxRow.state).in_(("pending", "sending")),
                OutboxRow.priority <= 3,
                OutboxRow.made_at < late,
                # One that is tried again and again is always due a little later, and late all the same.
                (col(OutboxRow.due_at) < late) | (col(OutboxRow.tries) > 0),
            ),
        ),
        Promise(
            "check_ins_sent",
            unit.count(OutboxRow, OutboxRow.state == "pending", OutboxRow.priority > 3, col(OutboxRow.due_at) < bulk),
        ),
        Promise("check_ins_opened", unit.count(CheckInRow, CheckInRow.state == "planned", CheckInRow.due_at < bulk)),
        Promise("waits_ended", unit.count(RunRow, col(RunRow.wake_at) < late)),
        Promise(
            "alerts_have_next_step",
            unit.count(
                AlertRow, AlertRow.state != "closed", col(AlertRow.next_at).is_(None) | (col(AlertRow.next_at) < late)
            ),
        ),
        Promise(
            "tasks_told",
            unit.count(TaskRow, col(TaskRow.done_at).is_(None), TaskRow.due_at < late, untold_since(now, LATE)),
        ),
        Promise("cover_watched", unit.count(CoverWatchRow, CoverWatchRow.next_at < bulk)),
        Promise("photos_fetched", unit.count(PhotoRow, PhotoRow.state == "waiting", col(PhotoRow.next_at) < bulk)),
    )


def all_kept(found: tuple[Promise, ...]) -> bool:
    """Is nothing broken?"""
    return all(promise.broken == 0 for promise in found)
