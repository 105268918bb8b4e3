"""A clinic that has been at work: patients in all states, answers over weeks, open alerts, photos, messages."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlmodel import SQLModel

from bot.core.wording.alert_card import AlertFacts
from bot.store.tables import (
    AlertRow,
    AnswerRow,
    CheckInRow,
    OutboxRow,
    PatientRow,
    PhotoRow,
    PictureRow,
    PolicyRow,
    RunRow,
    SessionRow,
    TaskRow,
)
from bot.store.unit import Unit
from tests.support.clinic import Clinic

NAMES = (
    "Ana Ruiz",
    "Marta Gil",
    "Inés Soler",
    "Carmen Vidal",
    "Olga Petrova",
    "Lucía Ramos",
    "Eva Stone",
    "Nuria Costa",
)
SITES = ("cheek", "lips", "cheek lips", "chin")
STEPS = (("c1", 0), ("c2", 0), ("c3", 1), ("c4", 2), ("c5", 3), ("c6", 5), ("c7", 7), ("c8", 10), ("c9", 14))
PAIN = ((5, 4, 4, 3, 2, 1, 0, 0, 0), (3, 3, 2, 2, 1, 0, 0, 0, 0), (2, 4, 6, 7, 7, 4, 2, 1, 0))
SWELLING = ("big", "big", "big", "mild", "mild", "mild", "none", "none", "none")
ALERTS = (
    ("D2", "sent", -4, "White, grey, blue or lace-like skin", "go to the emergency room"),
    ("D1", "taken", -8, "Sight dark, blurred, double or lost", "call the emergency number now"),
    ("D3", "sent", -18, "Fever of 38 or more", "we will call you within 1 hour"),
    ("D4", "sent", -300, "A lump that stays the same", "a team member will contact you"),
    ("D3", "contacted", -95, "Red skin that spreads", "we will call you within 1 hour"),
)


def picture(shade: int) -> bytes:
    """A photo of nothing."""
    image = Image.new("RGB", (640, 480), (200, 150 - shade % 60, 130 - shade % 60))
    kept = io.BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


def rows_of(clinic: Clinic, first: int, count: int, staff_id: str) -> Iterator[SQLModel]:
    """Everything about the patients from ``first`` up to ``count``; the first ones of all have the open alerts."""
    now, script = clinic.now, clinic.script
    for number in range(first, count):
        key = f"{number:05d}"
        patient, session, t0 = f"p{key}", f"s{key}", now - timedelta(days=number % 15, hours=3 + number % 5)
        alerted = number < len(ALERTS)
        stage = "active" if alerted or number % 9 else ("paused", "stopped", "in_hospital")[number % 3]
        yield PatientRow(
            id=patient, case_code=f"K{number:04d}", name=NAMES[number % len(NAMES)], birth_date="1985-04-23",
            phone="+34600123456", zone="Europe/Madrid", stage=stage, chat_id=10_000_000 + number,
            emergency_contact="Luis, +34600654321", allergies="penicillin", consented_at=t0, made_at=t0, made_by=staff_id,
        )  # fmt: skip
        if number % 4 == 0:
            earlier = t0 - timedelta(days=42)
            yield _session(f"e{key}", patient, earlier, 1, script.revision, staff_id, number)
            yield from _check_ins(f"e{key}", patient, f"e{key}", earlier, script.revision, now, PAIN[1], silent="c6")
        yield _session(session, patient, t0, 2 if number % 4 == 0 else 1, script.revision, staff_id, number)
        yield from _check_ins(session, patient, session, t0, script.revision, now, PAIN[number % 3], silent="c4")
        yield _message(patient, 10_000_000 + number, t0, "question", "How bad is the pain now?", "sent")
        if number % 7 == 0:
            yield _message(patient, 10_000_000 + number, now, "from_staff", "<b>Dr. Vega</b>:\nHow are you?", "refused")
        if number % 5 == 0:
            yield TaskRow(id=f"t{key}", patient_id=patient, kind="phone_call", due_at=now, made_at=now, cause=f"c{key}")
        if number % 10 == 0:
            for place, days in enumerate((0, 1, 3)):
                yield PhotoRow(id=f"f{key}{place}", patient_id=patient, session_id=session, checkin_id=f"{session}c3",
                               file_id="", received_at=min(now, t0 + timedelta(days=days)), state="kept")  # fmt: skip
                yield PictureRow(photo_id=f"f{key}{place}", image=picture(place * 25), thumbnail=picture(place * 25))
        if alerted:
            yield _alert(number, patient, session, now, staff_id, clinic)


def _session(name: str, patient: str, t0: datetime, number: int, revision: str, staff: str, turn: int) -> SessionRow:
    return SessionRow(
        id=name, patient_id=patient, course_id=f"c{patient}", number=number, procedure="face", t0=t0,
        sites=SITES[turn % len(SITES)], products="HA 20 mg/ml, lot 24-117", injector_id=staff, revision=revision,
        made_at=t0, state="open",
    )  # fmt: skip


def _check_ins(
    key: str,
    patient: str,
    session: str,
    t0: datetime,
    revision: str,
    now: datetime,
    pain: tuple[int, ...],
    *,
    silent: str,
) -> Iterator[SQLModel]:
    for place, (step, day) in enumerate(STEPS):
        due = t0 + timedelta(days=day, hours=2 + 4 * place if day == 0 else 0)
        past = due < now
        state = "planned" if not past else "no_answer" if step == silent else "done"
        answered = state == "done"
        yield CheckInRow(
            id=f"{key}{step}", patient_id=patient, session_id=session, step=step, sets="A V R", due_at=due,
            local_due=due.isoformat(timespec="minutes"), zone="Europe/Madrid", state=state,
            opened_at=due if past else None, ended_at=due + timedelta(minutes=20) if past else None,
        )  # fmt: skip
        if not answered:
            continue
        run = f"r{key}{step}"[-16:]
        yield RunRow(
            id=run, patient_id=patient, session_id=session, checkin_id=f"{key}{step}", revision=revision, body="{}",
            level="D4" if pain[place] >= 6 else "D5", state="ended", ended_as="done", opened_at=due,
            ended_at=due + timedelta(minutes=20),
        )  # fmt: skip
        at = due + timedelta(minutes=20)
        given: tuple[tuple[str, str, int | None], ...] = (
            ("A", "none", None), ("V", "none", None), ("PA", str(pain[place]), pain[place]),
            ("SW", SWELLING[place], None), ("FET", "t37" if place % 2 else "t36", None),
        )  # fmt: skip
        for question, codes, value in given:
            yield AnswerRow(run_id=run, patient_id=patient, question=question, codes=codes, number=value, at=at)


def _message(patient: str, chat: int, at: datetime, kind: str, text: str, state: str) -> OutboxRow:
    return OutboxRow(
        chat_id=chat, priority=3, body=f'{{"text": "{text}", "html": true}}'.replace("\n", "\\n"), state=state,
        due_at=at, made_at=at, sent_at=at if state == "sent" else None, patient_id=patient, kind=kind,
    )  # fmt: skip


def _alert(number: int, patient: str, session: str, now: datetime, staff: str, clinic: Clinic) -> AlertRow:
    level, state, ago, rule, advice = ALERTS[number]
    name = NAMES[number % len(NAMES)]
    facts = AlertFacts(
        case_code=f"K{number:04d}", initials="".join(part[0] + "." for part in name.split()), phone="+34600123456",
        procedure="Face", sites="cheek", day=2, hour=47, rules=(rule,), rule_ids=("BL-1",), advice=advice,
        answers=(("How bad is the pain now?", "7 of 10"),),
    )  # fmt: skip
    at = now + timedelta(minutes=ago)
    held: dict[str, Any] = {}
    if state in ("taken", "contacted"):
        held = {"taken_by": staff, "taken_at": at + timedelta(minutes=3)}
    if state == "contacted":
        held |= {"contacted_by": staff, "contacted_at": at + timedelta(minutes=20), "outcome": "fine"}
    return AlertRow(
        id=f"a{number:05d}", patient_id=patient, session_id=session, level=level, rules="BL-1", state=state,
        policy=clinic.app.clinic.policy.revision, raised_at=at, level_at=at, next_at=now + timedelta(hours=1),
        card=facts.model_dump_json(), **held,
    )  # fmt: skip


async def fill(clinic: Clinic, count: int = 24, *, first: int = 0) -> None:
    """Put them into the clinic's database."""
    staff_id = await clinic.staff_id("Dr. Vega")
    made = list(rows_of(clinic, first, count, staff_id))
    policy = clinic.app.clinic.policy

    def insert(unit: Unit) -> None:
        unit.insert_new(PolicyRow(id=policy.revision, policy=policy.model_dump_json(), published_at=clinic.now))
        order = (
            PatientRow,
            SessionRow,
            CheckInRow,
            RunRow,
            AnswerRow,
            OutboxRow,
            TaskRow,
            PhotoRow,
            PictureRow,
            AlertRow,
        )
        for kind in order:
            unit.insert_all([row for row in made if type(row) is kind])

    await clinic.app.store.run(insert)
