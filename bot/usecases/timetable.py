"""The planned check-ins of a patient: plan a session, find the next one, and end the course."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.care.plan import Planned, merge, timetable
from bot.core.flow.conditions import Facts
from bot.store.tables import AlertRow, CheckInRow, PatientRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import day_and_clock
from bot.usecases.gate import plan_gate

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

    Check-ins of older sessions that fall together with one of these are merged into it; and these into those of a
    session that ended later (this one was entered late).
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
    others = unit.many(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        CheckInRow.state == "planned",
        CheckInRow.kind == "planned",
        CheckInRow.session_id != session.id,
    )
    # A check-in that was cancelled before it was asked and is planned anew makes room for the new one.
    unit.remove(
        CheckInRow,
        CheckInRow.session_id == session.id,
        CheckInRow.kind == "planned",
        CheckInRow.state == "cancelled",
        col(CheckInRow.opened_at).is_(None),
        col(CheckInRow.step).in_([row.step for row in rows]),
    )
    unit.insert_all(rows)
    if others:
        _merge(unit, clinic, session, rows, others)


def _merge(
    unit: Unit, clinic: Clinic, session: SessionRow, rows: Sequence[CheckInRow], others: Sequence[CheckInRow]
) -> None:
    """Older check-ins into newer ones, where older and newer are said by the end of the session, not by its entry."""
    ids = {row.session_id for row in others}
    sessions = {each.id: each for each in unit.many(SessionRow, col(SessionRow.id).in_(ids))} | {session.id: session}
    later = {each.id for each in sessions.values() if (each.t0, each.made_at) > (session.t0, session.made_at)}

    guests = _guests(unit, session.patient_id)

    def as_planned(row: CheckInRow) -> Planned:
        whose = sessions.setdefault(row.session_id, unit.get(SessionRow, row.session_id))
        entry = clinic.script(unit, whose.revision).plan.check_in(row.step)
        return Planned(
            id=row.id,
            due_at=row.due_at,
            sets=tuple(sets.get(row.id, row.sets).split()),
            by_the_hour=entry is not None and entry.after_h is not None,
            guests=tuple(as_planned(guest) for guest in guests.get(row.id, ())),
        )

    by_id = {row.id: row for row in (*rows, *others)}
    sets: dict[str, str] = {}
    older = [row for row in others if row.session_id not in later]
    newer = [row for row in others if row.session_id in later]
    for old, new in ((older, rows), (rows, newer)):
        plans = [clinic.script(unit, sessions[row.session_id].revision).plan for row in new]
        within = timedelta(hours=max((plan.merge_within_h for plan in plans), default=0))
        for merged in merge([as_planned(row) for row in old], [as_planned(row) for row in new], within):
            sets[merged.newer] = " ".join(merged.sets)
            guests.setdefault(merged.newer, []).append(by_id[merged.older])
            unit.change_one(CheckInRow, merged.older, state="merged", merged_into=merged.newer)
            unit.change_one(CheckInRow, merged.newer, sets=sets[merged.newer])


def _guests(unit: Unit, patient_id: str) -> dict[str, list[CheckInRow]]:
    """What was merged into each check-in so far."""
    found: dict[str, list[CheckInRow]] = {}
    for row in unit.many(CheckInRow, CheckInRow.patient_id == patient_id, CheckInRow.state == "merged"):
        if row.merged_into:
            found.setdefault(row.merged_into, []).append(row)
    return found


def planned(rows: Sequence[CheckInRow]) -> list[Planned]:
    """Check-ins as the timetable merges them."""
    return [Planned(id=row.id, due_at=row.due_at, sets=tuple(row.sets.split())) for row in rows]


def replan(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """Plan anew what is still to come: a new hour or time zone, a new start, or the end of a pause.

    What was asked, or is due already, stays as it is, also the older check-in that was asked together with it.
    """
    known = unit.find_all(CheckInRow, patient_id=patient.id, kind="planned")
    by_id = {row.id: row for row in known}
    stays = {row.id for row in known if _stays(row, by_id, now)}
    sessions = unit.many(
        SessionRow, SessionRow.patient_id == patient.id, SessionRow.state == "open", order_by=SessionRow.t0
    )
    ids = [session.id for session in sessions]
    gone = [
        row.id for row in known if row.session_id in ids and row.id not in stays and row.state in ("planned", "merged")
    ]
    unit.remove(CheckInRow, col(CheckInRow.id).in_(gone))
    for session in sessions:
        done = frozenset(row.step for row in known if row.session_id == session.id and row.id in stays)
        plan_session(unit, clinic, now, patient, session, done=done)
    plan_gate(unit, clinic, now, patient)


def _stays(row: CheckInRow, by_id: dict[str, CheckInRow], now: datetime) -> bool:
    match row.state:
        case "planned":
            return row.due_at <= now
        case "cancelled":
            return row.opened_at is not None
        case "merged":
            partner = by_id.get(row.merged_into or "")
            return partner is None or _stays(partner, by_id, now)
        case _:
            return True


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
