"""The planned check-ins of a patient: plan a session, find the next one, and end the course."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.care.plan import Planned, merge, timetable
from bot.core.flow.conditions import Facts
from bot.store.tables import AlertRow, CheckInRow, PatientRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import day_and_clock

MISSED = timedelta(hours=3)
"""A check-in whose time passed longer ago than this when the session is planned is left out, except the last such one."""


def plan_session(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    session: SessionRow,
    *,
    done: frozenset[str] = frozenset(),
) -> None:
    """Write the session's check-ins by its script's plan, but for the steps in ``done``.

    Check-ins of older sessions that fall together with one of these are merged into it.
    """
    script = clinic.script(unit, session.revision)
    facts = Facts(
        answers={},
        hour=0,
        day=0,
        procedure=session.procedure,
        sites=frozenset(session.sites.split()),
        modifiers=frozenset(session.modifiers.split()),
    )
    dues = timetable(script.plan, session.t0, patient.zone, patient.checkin_hour, facts)
    missed = [due for due in dues if due.due_at < now - MISSED]
    rows = [
        CheckInRow(
            id=clinic.new_id(),
            patient_id=patient.id,
            session_id=session.id,
            step=due.step,
            sets=" ".join(due.sets),
            due_at=max(due.due_at, now),
            local_due=due.local,
            zone=patient.zone,
        )
        for due in dues
        if due.step not in done and due not in missed[:-1]
    ]
    older = unit.many(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        CheckInRow.state == "planned",
        CheckInRow.kind == "planned",
        CheckInRow.session_id != session.id,
    )
    unit.insert_all(rows)
    within = timedelta(hours=script.plan.merge_within_h)
    for merged in merge(_planned(older), _planned(rows), within):
        unit.change(CheckInRow, CheckInRow.id == merged.older, state="merged", merged_into=merged.newer)
        unit.change(CheckInRow, CheckInRow.id == merged.newer, sets=" ".join(merged.sets))


def _planned(rows: Sequence[CheckInRow]) -> list[Planned]:
    return [Planned(id=row.id, due_at=row.due_at, sets=tuple(row.sets.split())) for row in rows]


def replan(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """Plan anew what is still to come, after the patient changed her hour or her time zone."""
    for session in unit.many(
        SessionRow, SessionRow.patient_id == patient.id, SessionRow.state == "open", order_by=SessionRow.t0
    ):
        gone = unit.many(
            CheckInRow,
            CheckInRow.session_id == session.id,
            CheckInRow.kind == "planned",
            CheckInRow.state.in_(("planned", "merged")),  # type: ignore[attr-defined]
        )
        known = unit.many(CheckInRow, CheckInRow.session_id == session.id, CheckInRow.kind == "planned")
        done = frozenset(row.step for row in known) - frozenset(row.step for row in gone)
        for row in gone:
            unit.remove(CheckInRow, CheckInRow.id == row.id)
        plan_session(unit, clinic, now, patient, session, done=done)


def next_checkin(unit: Unit, patient: PatientRow, now: datetime) -> CheckInRow | None:
    """The next planned check-in of a patient, or None."""
    return unit.first(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        CheckInRow.state == "planned",
        CheckInRow.due_at > now,
        order_by=CheckInRow.due_at,
    )


def next_checkin_words(unit: Unit, patient: PatientRow, now: datetime) -> str:
    """When the next check-in comes, by the patient's clock and language; empty when there is none."""
    row = next_checkin(unit, patient, now)
    return day_and_clock(row.due_at, patient.zone, patient.language) if row else ""


def last_of_course(unit: Unit, patient: PatientRow, checkin_id: str) -> bool:
    """Is nothing planned any more after this check-in, and was it a planned one?"""
    row = unit.get(CheckInRow, checkin_id)
    waiting = unit.count(CheckInRow, CheckInRow.patient_id == patient.id, CheckInRow.state == "planned")
    return row.kind == "planned" and waiting == 0


def when_closed(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, *, last: bool) -> None:
    """After the last check-in with no open alert the sessions are closed (clinical brief, 4.4)."""
    if not last or unit.count(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed"):
        return
    unit.change(SessionRow, SessionRow.patient_id == patient.id, SessionRow.state == "open", state="closed")


def cancel_planned(unit: Unit, patient: PatientRow, now: datetime, reason: str) -> int:
    """Cancel everything that is still planned for a patient; how many there were."""
    return unit.change(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        CheckInRow.state == "planned",
        state="cancelled",
        ended_at=now,
        reason=reason,
    )
