"""A patient leaves: /stop, staff marks, /forget. An open red alert always stays with staff."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from bot.core.engine.events import Withdrew
from bot.core.errors import Refused
from bot.core.post.message import Body, Priority
from bot.store.tables import (
    AlertRow,
    AnswerRow,
    InboxRow,
    InvitationRow,
    OutboxRow,
    PatientRow,
    RunRow,
    SessionRow,
    StaffRow,
    TaskRow,
)
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.gate import cancel_next
from bot.usecases.photos import forget_photos
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import raise_task
from bot.usecases.step import step
from bot.usecases.talk import open_talk
from bot.usecases.task_words import own_words
from bot.usecases.timetable import cancel_planned, replan
from bot.usecases.topics import delete_topics, outside_topics

CALL_WITHIN = timedelta(hours=4)
COPIES_WITHIN = timedelta(days=3)
RETENTION = "retention"
EMPTY = '{"text":""}'
STAGES = ("active", "paused", "in_hospital", "deceased")


def stop(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """The patient stops: no more check-ins, the emergency card once more, staff are told (clinical brief, 4.4)."""
    _end_run(unit, clinic, now, patient, "stopped")
    cancel_planned(unit, patient, now, "stopped by the patient")
    unit.change_one(PatientRow, patient.id, stage="stopped", enrolling="")
    audit(unit, now, f"patient:{patient.id}", "stop", f"patient:{patient.id}")
    text = clinic.ui(patient.language).say("stop.done")
    to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")
    cause = f"stopped:{patient.id}:{now.timestamp():.0f}"
    raise_task(unit, clinic, now, "stopped", now + CALL_WITHIN, patient, cause=cause)


def resume(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, by: str) -> None:
    """Take part again: what is still to come is planned anew."""
    unit.change_one(PatientRow, patient.id, stage="active")
    patient.stage = "active"
    replan(unit, clinic, now, patient)
    audit(unit, now, by, "resume", f"patient:{patient.id}")


def mark(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, stage: str) -> None:
    """Staff mark a patient paused, in hospital, deceased or active again; everything automatic stops at once.

    For a deceased patient, messages that are still waiting are dropped as well.
    """
    if stage not in STAGES:
        raise Refused("patient.unknown_stage")
    if stage == "active":
        resume(unit, clinic, now, patient, staff.id)
        return
    _end_run(unit, clinic, now, patient, stage)
    cancel_planned(unit, patient, now, stage)
    unit.change_one(PatientRow, patient.id, stage=stage, enrolling="")
    if stage == "deceased" and patient.chat_id is not None:
        unit.change(OutboxRow, OutboxRow.chat_id == patient.chat_id, OutboxRow.state == "pending", state="dropped")
    audit(unit, now, staff.id, f"mark_{stage}", f"patient:{patient.id}")


def forget(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, by: str) -> None:
    """Delete what identifies the patient and all her words; keep the case without a name.

    Her photos go whole, and so does her topic in the staff group. Kept: that a case with this code existed, its
    treatment and coded answers, its levels, times and who acted, because the clinic must be able to show how a red flag
    was handled. What was shown in other chats of the staff stays there until a person deletes it: Telegram lets a bot
    delete only what is younger than two days. Staff get a task for it. Refused while a red alert is open: somebody may
    have to reach her.
    """
    if unit.count(
        AlertRow,
        AlertRow.patient_id == patient.id,
        AlertRow.state != "closed",
        col(AlertRow.level).in_(("D1", "D2", "D3")),
    ):
        raise Refused("forget.open_alert")
    talk = open_talk(unit, clinic, patient)
    if talk is not None and talk.run.red_pending:
        raise Refused("forget.open_alert")
    _end_run(unit, clinic, now, patient, "forgotten")
    cancel_planned(unit, patient, now, "forgotten")
    text = clinic.ui(patient.language).say("forget.done")
    to_patient(unit, now, patient, Body(text=text, html=True), Priority.ANSWER, kind="farewell")
    chat_id = patient.chat_id
    shown = unit.many(
        OutboxRow, OutboxRow.patient_id == patient.id, OutboxRow.state == "sent", _shown_to_staff(chat_id)
    )
    if outside_topics(unit, patient, shown):
        about_copies = own_words("task.delete_copies", code=patient.case_code)
        cause = f"delete_copies:{patient.id}"
        raise_task(unit, clinic, now, "other", now + COPIES_WITHIN, None, cause=cause, about=about_copies)
    unit.remove(InvitationRow, InvitationRow.patient_id == patient.id)
    forget_photos(unit, patient)
    unit.change(AnswerRow, AnswerRow.patient_id == patient.id, words="")
    unit.change(RunRow, RunRow.patient_id == patient.id, body="{}")
    unit.change(SessionRow, SessionRow.patient_id == patient.id, products="", state="closed")
    cancel_next(unit, now, patient, "forgotten")
    unit.change(TaskRow, TaskRow.patient_id == patient.id, about="", result="")
    unit.change(
        AlertRow,
        AlertRow.patient_id == patient.id,
        AlertRow.state != "closed",
        state="closed",
        closed_by=by,
        closed_at=now,
        closed_reason="resolved",
        next_at=None,
    )
    unit.change(AlertRow, AlertRow.patient_id == patient.id, card="{}")
    about = OutboxRow.patient_id == patient.id
    unit.change(OutboxRow, about, OutboxRow.state == "pending", OutboxRow.kind != "farewell", state="dropped")
    unit.change(OutboxRow, about, OutboxRow.state != "pending", body=EMPTY)
    delete_topics(unit, now, patient)
    if chat_id is not None:
        # The press of the button that is being handled right now is the oldest that is still pending.
        current = unit.first(
            InboxRow,
            InboxRow.chat_id == chat_id,
            InboxRow.state == "pending",
            order_by=InboxRow.update_id,
            lock=True,
        )
        unit.change(InboxRow, InboxRow.chat_id == chat_id, InboxRow.state != "pending", raw="{}")
        if current is not None and by != RETENTION:
            unit.change(InboxRow, InboxRow.update_id == current.update_id, raw="{}")
    unit.change_one(
        PatientRow,
        patient.id,
        name="",
        birth_date="",
        phone="",
        emergency_contact="",
        allergies="",
        chat_id=None,
        stage="forgotten",
        enrolling="",
    )
    audit(unit, now, by, "forget", f"patient:{patient.id}")


def _shown_to_staff(chat_id: int | None) -> ColumnElement[bool]:
    """Messages about a patient that went to another chat than her own."""
    return true() if chat_id is None else col(OutboxRow.chat_id) != chat_id


def _end_run(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, why: str) -> None:
    talk = open_talk(unit, clinic, patient)
    if talk is not None:
        step(unit, clinic, now, talk, Withdrew(why=why))
