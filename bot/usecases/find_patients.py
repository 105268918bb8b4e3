"""Find patients: by code or name, or those being followed by procedure, day and state; a page at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlmodel import col

from bot.core.care.clock import day_of
from bot.core.level import Level
from bot.store.tables import AlertRow, CheckInRow, PatientRow, SessionRow, TaskRow
from bot.store.unit import Unit, fixed, table_of

PAGE = 50
NAMES_READ = 2000
"""Names are sealed: a search by name reads the newest patients one by one, up to this many."""
STAGES = ("invited", "consenting", "active", "paused", "stopped", "in_hospital", "deceased")
DAYS: dict[str, tuple[int, int]] = {"0": (0, 0), "1-3": (1, 3), "4-7": (4, 7), "8-14": (8, 14), "15-42": (15, 42),
                                    "43-130": (43, 130)}  # fmt: skip
"""The days since the newest session that a list can be narrowed to."""
SPECIAL = ("alert", "calls", "unreachable")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``state`` is a stage, or alert, calls, unreachable; everything empty: all being followed."""

    words: str = ""
    procedure: str = ""
    days: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """One line of the list. ``day`` counts from the newest open session by her calendar; None without one."""

    patient: PatientRow
    session: SessionRow | None
    day: int | None
    alert: Level | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of the list, and whether there are more."""

    patients: tuple[FoundPatient, ...]
    more: bool


def find_patients(unit: Unit, now: datetime, wanted: Wanted) -> FoundPage:
    """The patients, the newest session first; five queries however many there are."""
    if wanted.words:
        rows = by_words(unit, wanted.words)
        return FoundPage(_with_facts(unit, now, rows[:PAGE]), len(rows) > PAGE)
    query = _narrowed(now, wanted).offset((max(wanted.page, 1) - 1) * PAGE).limit(PAGE + 1)
    ids: list[str] = list(unit.connection.scalars(query))
    known = {row.id: row for row in unit.many(PatientRow, col(PatientRow.id).in_(ids))} if ids else {}
    rows = [known[each] for each in ids if each in known]
    return FoundPage(_with_facts(unit, now, rows[:PAGE]), len(rows) > PAGE)


def by_words(unit: Unit, words: str) -> list[PatientRow]:
    """By case code, else by the beginning of a part of the name among the newest patients."""
    code = unit.find(PatientRow, case_code=words.upper())
    if code is not None and code.stage != "forgotten":
        return [code]
    table, wanted = table_of(PatientRow), words.casefold()
    query = select(table.c.id, table.c.name).where(table.c.stage != "forgotten")
    newest = unit.connection.execute(query.order_by(table.c.made_at.desc()).limit(NAMES_READ))
    ids = [key for key, name in newest if _fits(name.casefold(), wanted)][: PAGE + 1]
    if not ids:
        return []
    return unit.many(PatientRow, col(PatientRow.id).in_(ids), order_by=col(PatientRow.made_at).desc())


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted) or any(part.startswith(wanted) for part in name.split())


def _narrowed(now: datetime, wanted: Wanted) -> Select[tuple[str]]:
    """The ids. Sessions alone are walked, from the newest on, so that a page costs what it shows."""
    patient, session = table_of(PatientRow), table_of(SessionRow).alias("s")
    newer = table_of(SessionRow).alias("newer")
    is_newest = ~exists().where(
        newer.c.patient_id == session.c.patient_id,
        newer.c.state == "open",
        or_(newer.c.t0 > session.c.t0, and_(newer.c.t0 == session.c.t0, newer.c.id > session.c.id)),
    )
    conditions: list[ColumnElement[bool]] = [session.c.state == "open", is_newest]
    if wanted.procedure:
        conditions.append(session.c.procedure == wanted.procedure)
    if wanted.days in DAYS:
        first, last = DAYS[wanted.days]
        conditions += [session.c.t0 > now - timedelta(days=last + 1), session.c.t0 <= now - timedelta(days=first)]
    conditions += _state(wanted.state, session.c.patient_id)
    is_there = exists().where(patient.c.id == session.c.patient_id, patient.c.stage != "forgotten")
    query = select(session.c.patient_id).where(*conditions, is_there)
    return query.order_by(session.c.t0.desc(), session.c.id.desc())


def _state(state: str, patient_id: ColumnElement[str]) -> list[ColumnElement[bool]]:
    patient, alert, task = table_of(PatientRow), table_of(AlertRow), table_of(TaskRow)
    match state:
        case "":
            return []
        case "alert":
            return [patient_id.in_(select(alert.c.patient_id).where(alert.c.state != fixed("closed")))]
        case "calls":
            return [patient_id.in_(select(task.c.patient_id).where(task.c.done_at.is_(None)))]
        case "unreachable":
            return [patient_id.in_(select(patient.c.id).where(patient.c.reachable.is_(False)))]
        case "active":  # nearly all of them: looked up one by one on the way
            return [exists().where(patient.c.id == patient_id, patient.c.stage == "active")]
        case known if known in STAGES:
            return [patient_id.in_(select(patient.c.id).where(patient.c.stage == known))]
        case _:
            return [false()]


def _with_facts(unit: Unit, now: datetime, rows: list[PatientRow]) -> tuple[FoundPatient, ...]:
    ids = [row.id for row in rows]
    if not ids:
        return ()
    followed = unit.many(
        SessionRow, col(SessionRow.patient_id).in_(ids), SessionRow.state == "open", order_by=SessionRow.t0
    )
    sessions: dict[str, SessionRow] = {each.patient_id: each for each in followed}  # the newest of each comes last
    alerts = unit.many(AlertRow, col(AlertRow.patient_id).in_(ids), col(AlertRow.state) != fixed("closed"))
    levels = {alert.patient_id: Level(alert.level) for alert in alerts}
    check_in = table_of(CheckInRow)
    coming = (
        select(check_in.c.patient_id, func.min(check_in.c.due_at))
        .where(check_in.c.patient_id.in_(ids), check_in.c.state == "planned")
        .group_by(check_in.c.patient_id)
    )
    due: dict[str, datetime] = {row[0]: row[1] for row in unit.connection.execute(coming)}
    return tuple(
        FoundPatient(
            patient=row,
            session=sessions.get(row.id),
            day=day_of(sessions[row.id].t0, now, row.zone) if row.id in sessions else None,
            alert=levels.get(row.id),
            next_at=due.get(row.id),
        )
        for row in rows
    )
