"""One patient as a whole: sessions, check-ins with their answers, alerts, messages, photos, tasks. A look is audited."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.care.clock import day_of, hours_since
from bot.core.care.expected import Band, expected_band
from bot.core.errors import Gone
from bot.core.flow.conditions import Given
from bot.core.flow.model import Question, Script
from bot.core.flow.together_names import plain
from bot.core.wording.catalog import Catalog
from bot.core.wording.question_card import answer_words
from bot.store.tables import (
    AlertRow,
    AnswerRow,
    CheckInRow,
    OutboxRow,
    PatientRow,
    PhotoRow,
    RunRow,
    SessionRow,
    StaffRow,
    TaskRow,
)
from bot.store.unit import Unit
from bot.usecases.board import names_of
from bot.usecases.clinic import Clinic
from bot.usecases.gate import Gate, gate_of
from bot.usecases.posting import audit

CURVES = ("PA", "SW", "FET")
"""Pain, swelling and temperature: the questions whose answers have an order worth drawing."""
DRAWN_AS = {"FET": ("low", "t36", "t37", "t38", "t39")}
"""The thermometer from cold to hot: the script orders its answers by what they mean, and one says "not measured"."""
MOST_MESSAGES, MOST_ANSWERS, MOST_PHOTOS, MOST_ALERTS = 60, 3000, 200, 50
SILENT = ("no_answer", "broken_off")


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer in words. ``said`` are the patient's own words."""

    question: str
    answer: str
    said: str
    assumed: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class PastCheckIn:
    """A check-in with the level that came of it (None: nothing was answered) and its answers in order."""

    row: CheckInRow
    level: str | None
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A place of a curve: hours since the session, and the answer's place in its order."""

    hour: float
    day: int
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One session's course of one question. ``silences`` are (from, to) in hours: nobody knows what was then."""

    session: SessionRow
    points: tuple[Point, ...]
    silences: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A question over the sessions of the newest procedure, the newest session last, with what the script expects."""

    question: str
    name: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    band: Band


@dataclass(frozen=True, slots=True)
class PatientPage:
    """All that the page of a patient shows."""

    patient: PatientRow
    sessions: tuple[SessionRow, ...]
    names: Mapping[str, str]
    past: tuple[PastCheckIn, ...]
    coming: tuple[CheckInRow, ...]
    curves: tuple[Curve, ...]
    open_alert: AlertRow | None
    alerts: tuple[AlertRow, ...]
    messages: tuple[tuple[OutboxRow, str], ...]
    photos: tuple[PhotoRow, ...]
    tasks: tuple[TaskRow, ...]
    gate: Gate | None


def look_at_patient(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient_id: str) -> PatientPage:
    """Everything about a patient, and a line in the audit trail. A fixed number of queries. Errors: Gone."""
    patient = unit.find(PatientRow, id=patient_id)
    if patient is None or patient.stage == "forgotten":
        raise Gone(f"patient {patient_id}")
    audit(unit, now, staff.id, "look", f"patient:{patient.id}")
    mine = patient.id
    sessions = unit.many(SessionRow, SessionRow.patient_id == mine, order_by=col(SessionRow.t0).desc())
    check_ins = unit.many(CheckInRow, CheckInRow.patient_id == mine, order_by=CheckInRow.due_at)
    runs = {row.checkin_id: row for row in unit.many(RunRow, RunRow.patient_id == mine, order_by=RunRow.opened_at)}
    newest = unit.many(AnswerRow, AnswerRow.patient_id == mine, order_by=col(AnswerRow.id).desc(), limit=MOST_ANSWERS)
    answers: dict[str, list[AnswerRow]] = {}
    for answer in reversed(newest):
        answers.setdefault(answer.run_id, []).append(answer)
    alerts = unit.many(
        AlertRow, AlertRow.patient_id == mine, order_by=col(AlertRow.raised_at).desc(), limit=MOST_ALERTS
    )
    messages = unit.many(
        OutboxRow,
        OutboxRow.patient_id == mine,
        OutboxRow.chat_id == (patient.chat_id or 0),
        col(OutboxRow.method) != "edit",
        order_by=col(OutboxRow.id).desc(),
        limit=MOST_MESSAGES,
    )
    photos = unit.many(
        PhotoRow,
        PhotoRow.patient_id == mine,
        PhotoRow.state == "kept",
        order_by=col(PhotoRow.received_at).desc(),
        limit=MOST_PHOTOS,
    )
    tasks = unit.many(TaskRow, TaskRow.patient_id == mine, col(TaskRow.done_at).is_(None), order_by=TaskRow.due_at)
    scripts = {each.id: clinic.script(unit, each.revision) for each in sessions}
    reading = _Reading(clinic, staff.language, scripts)
    people = (each for alert in alerts for each in (alert.taken_by, alert.contacted_by, alert.closed_by))
    return PatientPage(
        patient=patient,
        sessions=tuple(sessions),
        names=names_of(unit, (*people, *(each.injector_id for each in sessions))),
        past=tuple(_past(reading, row, runs.get(row.id), answers) for row in reversed(check_ins) if row.opened_at),
        coming=tuple(row for row in check_ins if row.state == "planned"),
        curves=_curves(reading, now, patient, sessions, check_ins, runs, answers),
        open_alert=next((alert for alert in alerts if alert.state != "closed"), None),
        alerts=tuple(alerts),
        messages=tuple((row, str(json.loads(row.body).get("text", ""))) for row in messages),
        photos=tuple(photos),
        tasks=tuple(tasks),
        gate=gate_of(unit, now, patient),
    )


class _Reading:
    """Questions and answers in the words of a reader, by the script of their session."""

    def __init__(self, clinic: Clinic, language: str, scripts: Mapping[str, Script]) -> None:
        self._clinic = clinic
        self.ui = clinic.ui(language)
        self._language = language
        self._scripts = scripts
        self._everywhere = {
            name: (script, q) for script in clinic.scripts.values() for name, q in script.questions.items()
        }

    def script(self, session_id: str) -> Script:
        return self._scripts[session_id]

    def texts(self, script: Script) -> Catalog:
        return self._clinic.texts(script, self._language)

    def question(self, session_id: str, name: str) -> tuple[Script, Question] | None:
        """A question by its name, also where two scripts were combined."""
        bare, script = plain(name), self._scripts[session_id]
        if bare in script.questions:
            return script, script.questions[bare]
        return self._everywhere.get(bare)

    def words(self, session_id: str, row: AnswerRow) -> Answered:
        known = self.question(session_id, row.question)
        name, answer = row.question, row.codes
        if known is not None:
            script, question = known
            texts = self.texts(script)
            name = texts.raw(f"question.{question.id}.short")
            try:
                answer = answer_words(
                    question, texts, self.ui, Given(codes=tuple(row.codes.split()), number=row.number)
                )
            except KeyError:
                answer = row.codes  # an older revision had an answer that this one has not
        return Answered(name, answer, row.words, row.assumed, row.changed)


def _past(
    reading: _Reading, row: CheckInRow, run: RunRow | None, answers: Mapping[str, list[AnswerRow]]
) -> PastCheckIn:
    given = answers.get(run.id, []) if run else []
    return PastCheckIn(
        row=row,
        level=run.level if run is not None and given else None,
        answers=tuple(reading.words(row.session_id, each) for each in given),
    )


def _curves(
    reading: _Reading,
    now: datetime,
    patient: PatientRow,
    sessions: list[SessionRow],
    check_ins: list[CheckInRow],
    runs: Mapping[str, RunRow],
    answers: Mapping[str, list[AnswerRow]],
) -> tuple[Curve, ...]:
    """The sessions of the newest one's procedure, laid over each other by hours since each."""
    if not sessions:
        return ()
    newest = sessions[0]
    same = [each for each in sessions if each.procedure == newest.procedure][:4]
    script = reading.script(newest.id)
    texts = reading.texts(script)
    found = []
    for name in CURVES:
        question = script.questions.get(name)
        if question is None:
            continue
        lines = tuple(
            _line(
                reading,
                now,
                patient,
                each,
                question,
                [row for row in check_ins if row.session_id == each.id],
                runs,
                answers,
            )
            for each in reversed(same)
        )
        last = max((point.hour for line in lines for point in line.points), default=0.0)
        grid = _hours(newest.t0, max(last, hours_since(newest.t0, now), 72.0), patient.zone)
        sites, modifiers = frozenset(newest.sites.split()), frozenset(newest.modifiers.split())
        found.append(
            Curve(
                question=name,
                name=texts.raw(f"question.{name}.short"),
                labels=tuple(_label(texts, question, code) for code in drawn_codes(question)),
                lines=lines,
                band=expected_band(script, question, grid, sites, modifiers),
            )
        )
    return tuple(found)


def drawn_codes(question: Question) -> tuple[str, ...]:
    """The answers from the bottom of the curve to its top; those that are not here are no place on it."""
    return DRAWN_AS.get(question.id, question.codes)


def _label(texts: Catalog, question: Question, code: str) -> str:
    key = f"answer.{question.id}.{code}"
    return texts.raw(key).partition(" / ")[0] if texts.has(key) else code  # one unit is enough on an axis


def _hours(t0: datetime, until: float, zone: str) -> list[tuple[float, int]]:
    """Every three hours of the first four days, then twice a day, with the day by the patient's calendar."""
    hours = [float(hour) for hour in range(0, 97, 3)] + [float(hour) for hour in range(108, int(until) + 13, 12)]
    return [(hour, day_of(t0, t0 + timedelta(hours=hour), zone)) for hour in hours if hour <= until]


def _line(
    reading: _Reading,
    now: datetime,
    patient: PatientRow,
    session: SessionRow,
    question: Question,
    check_ins: list[CheckInRow],
    runs: Mapping[str, RunRow],
    answers: Mapping[str, list[AnswerRow]],
) -> Line:
    codes = drawn_codes(question)
    points: list[Point] = []
    silences: list[tuple[float, float]] = []
    silent_since: float | None = None
    for row in check_ins:
        hour = hours_since(session.t0, row.opened_at or row.due_at)
        if row.state in SILENT:
            silent_since = silent_since if silent_since is not None else hour
            continue
        run = runs.get(row.id)
        given = [each for each in answers.get(run.id, []) if not each.assumed] if run else []
        if silent_since is not None and given:
            silences.append((silent_since, hour))
            silent_since = None
        for each in given:
            code = each.codes.split()[0] if each.codes else ""
            if plain(each.question) == question.id and code in codes:
                at = hours_since(session.t0, each.at)
                words = reading.words(session.id, each).answer
                points = [point for point in points if point.hour != at]
                points.append(Point(at, day_of(session.t0, each.at, patient.zone), codes.index(code), words))
    if silent_since is not None:
        ends = hours_since(session.t0, now)
        coming = [row.due_at for row in check_ins if row.state == "planned"]
        silences.append(
            (silent_since, min([ends, *(hours_since(session.t0, each) for each in coming)] if coming else [ends]))
        )
    return Line(session, tuple(points), tuple(each for each in silences if each[1] > each[0]))
