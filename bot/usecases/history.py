"""What happened with a patient, in order: sessions, check-ins, alerts and what was done about them, tasks, staff's acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from bot.core.engine.run import Run
from bot.core.flow.conditions import Given
from bot.store.tables import (
    AlertLogRow,
    AlertRow,
    AnswerRow,
    AuditRow,
    CheckInRow,
    PatientRow,
    RunRow,
    SessionRow,
    TaskRow,
)
from bot.store.unit import Unit, table_of
from bot.usecases.alert_cards import staff_name

STAFF_ACTS = (
    "mark_paused",
    "mark_in_hospital",
    "mark_deceased",
    "resume",
    "stop",
    "write_to_patient",
    "hand_out_link",
    "change_hour",
    "change_session",
    "confirm_session",
    "plan_next_session",
    "cancel_next_session",
    "look_at_photos",
    "handover",
)
"""The acts of the audit trail that a patient's timeline shows; each has its words (``nurse.act.*``)."""
QUIET_LOG = ("patient_denied", "advice_pending")
"""Lines of an alert's log that say nothing to a reader of the whole."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, which kind (``nurse.time.*``), and its values: codes and names, not yet in words."""

    at: datetime
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)


def timeline(unit: Unit, patient: PatientRow) -> list[Happening]:
    """Everything that is known, newest last."""
    found = [*_sessions(unit, patient), *_check_ins(unit, patient), *_alerts(unit, patient), *_tasks(unit, patient)]
    found.extend(_acts(unit, patient))
    return sorted(found, key=lambda each: each.at)


def _sessions(unit: Unit, patient: PatientRow) -> Iterator[Happening]:
    for row in unit.find_all(SessionRow, patient_id=patient.id):
        yield Happening(row.t0, "session", {"session": row.id, "number": str(row.number)})


def _check_ins(unit: Unit, patient: PatientRow) -> Iterator[Happening]:
    for row in unit.many(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        col(CheckInRow.state).not_in(("planned", "merged", "cancelled")),
    ):
        run = unit.find(RunRow, checkin_id=row.id)
        level = run.level if run is not None and row.state == "done" else ""
        yield Happening(
            row.ended_at or row.opened_at or row.due_at, "checkin", {"id": row.id, "state": row.state, "level": level}
        )


def _alerts(unit: Unit, patient: PatientRow) -> Iterator[Happening]:
    for alert in unit.find_all(AlertRow, patient_id=patient.id):
        for line in unit.find_all(AlertLogRow, alert_id=alert.id, by="id"):
            if line.what in QUIET_LOG:
                continue
            values = {"level": alert.level, "who": staff_name(unit, line.who) or line.who, "detail": line.detail}
            yield Happening(line.at, f"alert.{line.what}", values)


def _tasks(unit: Unit, patient: PatientRow) -> Iterator[Happening]:
    for task in unit.find_all(TaskRow, patient_id=patient.id):
        yield Happening(task.made_at, "task", {"kind": task.kind})
        if task.done_at is not None:
            yield Happening(task.done_at, "task_done", {"kind": task.kind, "who": staff_name(unit, task.done_by)})


def _acts(unit: Unit, patient: PatientRow) -> Iterator[Happening]:
    for row in unit.many(AuditRow, AuditRow.subject == f"patient:{patient.id}", col(AuditRow.verb).in_(STAFF_ACTS)):
        yield Happening(row.at, "act", {"verb": row.verb, "who": staff_name(unit, row.actor)})


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of one check-in, each question with what was given last; ``assumed`` are those that silence gave."""

    checkin: CheckInRow
    run: RunRow
    answers: Mapping[str, Given]
    assumed: frozenset[str]
    words: Mapping[str, str]


def check_ins_with_answers(unit: Unit, patient: PatientRow, skip: int, count: int) -> tuple[list[Answered], bool]:
    """The check-ins that were opened, newest first, from ``skip`` on; and whether there are older ones.

    One that nobody answered is among them, with no answers: silence is shown as silence.
    """
    rows = unit.many(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        col(CheckInRow.opened_at).is_not(None),
        order_by=(col(CheckInRow.opened_at).desc(), col(CheckInRow.id)),
        limit=skip + count + 1,
    )
    found = []
    for row in rows[skip : skip + count]:
        run = unit.find(RunRow, checkin_id=row.id)
        if run is not None:
            found.append(_answered(unit, row, run))
    return found, len(rows) > skip + count


def _answered(unit: Unit, checkin: CheckInRow, run_row: RunRow) -> Answered:
    run = Run.model_validate_json(run_row.body) if run_row.body != "{}" else None
    given: dict[str, Given] = {}
    assumed: dict[str, bool] = {}
    words: dict[str, str] = {}
    for answer in unit.find_all(AnswerRow, run_id=run_row.id, by="id"):
        given.pop(answer.question, None)  # what was changed stands where it was given last
        given[answer.question] = Given(codes=tuple(answer.codes.split()), number=answer.number)
        assumed[answer.question] = answer.assumed
        words[answer.question] = answer.words
    if run is not None:  # what was taken back is no answer any more
        given = {question: each for question, each in given.items() if question in run.answers}
    silent = frozenset(question for question in given if assumed[question])
    return Answered(checkin, run_row, given, silent, {key: said for key, said in words.items() if said})


def coming(unit: Unit, patient: PatientRow, now: datetime, most: int) -> list[tuple[str, str, datetime]]:
    """The next check-ins: kind, step and time, the soonest first."""
    table = table_of(CheckInRow)
    query = (
        select(table.c.kind, table.c.step, table.c.due_at)
        .where(table.c.patient_id == patient.id, table.c.state == "planned", table.c.due_at > now)
        .order_by(table.c.due_at)
        .limit(most)
    )
    return [(row.kind, row.step, row.due_at) for row in unit.connection.execute(query)]
