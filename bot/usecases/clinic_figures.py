"""Figures about the clinic's work in a span of days: response, alerts, times, and what each question costs and gives.

Nothing is told about a group of fewer than five patients.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from bot.core.flow.together_names import plain
from bot.core.level import Level
from bot.store.tables import AlertRow, AnswerRow, CheckInRow, PatientRow, RunRow, SessionRow
from bot.store.unit import Unit, table_of

FEWEST = 5
"""A group of fewer patients could tell who somebody is: it is counted nowhere and shown nowhere."""
MOST_ALERTS = 20_000


@dataclass(frozen=True, slots=True)
class Span:
    """From (included) until (not included), and the procedure; empty: all."""

    begins: datetime
    ends: datetime
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``whole`` were ``part``, among so many patients. None of it is known for a small group."""

    name: str
    language: str
    part: int
    whole: int
    patients: int

    @property
    def is_hidden(self) -> bool:
        """Is the group too small to be told?"""
        return self.patients < FEWEST

    @property
    def percent(self) -> float:
        """100 for all."""
        return 100 * self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes from the level to an act: the middle one, and the one that 95 of 100 stay below."""

    level: str
    act: str
    count: int
    patients: int
    median_min: float
    p95_min: float

    @property
    def is_hidden(self) -> bool:
        """Is the group too small to be told?"""
        return self.patients < FEWEST


@dataclass(frozen=True, slots=True)
class ClinicFigures:
    """All figures of a span. ``alerts_per_100`` are by level; None where the group is too small."""

    sessions: int
    patients: int
    response: tuple[Share, ...]
    alerts_per_100: tuple[tuple[str, int, float], ...] | None
    waits: tuple[Waits, ...]
    questions: tuple[Share, ...]


def clinic_figures(unit: Unit, span: Span) -> ClinicFigures:
    """Count a span; a fixed number of queries, none of which reads a name or a word."""
    session = table_of(SessionRow)
    treated = [session.c.t0 >= span.begins, session.c.t0 < span.ends, session.c.state != "cancelled"]
    if span.procedure:
        treated.append(session.c.procedure == span.procedure)
    counted = select(func.count(), func.count(session.c.patient_id.distinct())).select_from(session).where(*treated)
    sessions, patients = unit.connection.execute(counted).one()
    alerts = _alerts(unit, span)
    per_level = [(level, sum(row.level == level for row in alerts)) for level in ("D1", "D2", "D3", "D4")]
    known = patients >= FEWEST
    return ClinicFigures(
        sessions=sessions if known else 0,
        patients=patients if known else 0,
        response=_response(unit, span),
        alerts_per_100=tuple((level, count, 100 * count / sessions) for level, count in per_level) if known else None,
        waits=tuple(_waits(alerts)),
        questions=_questions(unit, span),
    )


def _narrow(query: Select[Any], session_id: ColumnElement[str], span: Span) -> Select[Any]:
    """Only what belongs to sessions of the span's procedure."""
    if not span.procedure:
        return query
    session = table_of(SessionRow)
    return query.where(session_id.in_(select(session.c.id).where(session.c.procedure == span.procedure)))


def _response(unit: Unit, span: Span) -> tuple[Share, ...]:
    """Of the check-ins that were sent: how many were answered to the end, by check-in and language."""
    check_in, patient = table_of(CheckInRow), table_of(PatientRow)
    query = (
        select(
            check_in.c.step,
            patient.c.language,
            func.sum(case((check_in.c.state == "done", 1), else_=0)),
            func.count(),
            func.count(check_in.c.patient_id.distinct()),
        )
        .select_from(check_in.join(patient, patient.c.id == check_in.c.patient_id))
        .where(
            check_in.c.kind == "planned",
            check_in.c.state.in_(("done", "no_answer", "broken_off")),
            check_in.c.due_at >= span.begins,
            check_in.c.due_at < span.ends,
        )
        .group_by(check_in.c.step, patient.c.language)
    )
    rows = unit.connection.execute(_narrow(query, check_in.c.session_id, span))
    found = [Share(*row) for row in rows]
    return tuple(sorted(found, key=lambda each: (int(each.name[1:]) if each.name[1:].isdigit() else 99, each.language)))


def _alerts(unit: Unit, span: Span) -> list[AlertRow]:
    """The alerts of the span, without their cards."""
    alert = table_of(AlertRow)
    columns = ("patient_id", "level", "level_at", "seen_at", "taken_at", "contacted_at")
    query = (
        select(*(alert.c[name] for name in columns))
        .where(alert.c.raised_at >= span.begins, alert.c.raised_at < span.ends)
        .order_by(alert.c.raised_at.desc())
        .limit(MOST_ALERTS)
    )
    return unit.rows(AlertRow, _narrow(query, alert.c.session_id, span))


def _waits(alerts: list[AlertRow]) -> Iterable[Waits]:
    for level in Level:
        mine = [row for row in alerts if row.level == level.value]
        for act in ("seen", "taken", "contacted"):
            done = [(row.patient_id, moment) for row in mine if (moment := getattr(row, f"{act}_at")) is not None]
            if not done:
                continue
            minutes = sorted(
                max(0.0, (getattr(row, f"{act}_at") - row.level_at).total_seconds() / 60)
                for row in mine
                if getattr(row, f"{act}_at") is not None
            )
            yield Waits(
                level=level.value,
                act=act,
                count=len(minutes),
                patients=len({patient for patient, _ in done}),
                median_min=quantile(minutes, 0.5),
                p95_min=quantile(minutes, 0.95),
            )


def quantile(ordered: list[float], share: float) -> float:
    """The value below which ``share`` of an ordered list lies, between neighbours in a straight line."""
    if not ordered:
        return 0.0
    place = (len(ordered) - 1) * share
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)


def _questions(unit: Unit, span: Span) -> tuple[Share, ...]:
    """Each question: how often it was answered, and how often in a conversation that ended at D1 to D4."""
    answer, run = table_of(AnswerRow), table_of(RunRow)
    query = (
        select(
            answer.c.question,
            func.sum(case((run.c.level != "D5", 1), else_=0)),
            func.count(),
            func.count(answer.c.patient_id.distinct()),
        )
        .select_from(answer.join(run, run.c.id == answer.c.run_id))
        .where(run.c.opened_at >= span.begins, run.c.opened_at < span.ends)
        .group_by(answer.c.question)
    )
    found: dict[str, Share] = {}
    for question, part, whole, patients in unit.connection.execute(_narrow(query, run.c.session_id, span)):
        name = plain(question)
        known = found.get(name)
        found[name] = (
            Share(name, "", part + known.part, whole + known.whole, max(patients, known.patients))
            if known
            else Share(name, "", part, whole, patients)
        )
    return tuple(sorted(found.values(), key=lambda each: -each.whole))
