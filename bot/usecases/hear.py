"""Whatever a patient sends that is not a button: words, photos, voices, stickers. Nothing is ignored."""

import re
from datetime import datetime, timedelta

from bot.core.engine.events import SentPhoto, Tapped, Typed
from bot.core.engine.run import RunKind
from bot.core.flow.model import QuestionKind
from bot.core.post.message import Body, Method, Priority
from bot.core.wording.question_card import label
from bot.store.tables import OutboxRow, PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic, Heard
from bot.usecases.open_check_in import open_on_demand
from bot.usecases.people import group_chat
from bot.usecases.posting import post, to_patient
from bot.usecases.raise_task import raise_task
from bot.usecases.step import step
from bot.usecases.talk import Talk, open_talk
from bot.usecases.timetable import next_checkin_words

LONGEST_SHOWN = 1000
CALL_BEFORE_CONSENT = timedelta(minutes=10)
ANSWER_WITHIN = timedelta(hours=2)
HELP_WORDS = frozenset({"help", "ayuda", "помощь", "помогите"})
_NUMBER = re.compile(r"\s*(10|[0-9])\s*(?:/\s*10)?\s*")


def hear_words(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str, *, update_id: int, edited: bool = False
) -> None:
    """The patient typed something: a label or number answers the open question; everything is screened and shown to staff."""
    talk = open_talk(unit, clinic, patient)
    code = None if edited or talk is None else _as_answer(clinic, talk, text)
    if talk is not None and code is not None and talk.run.asking is not None:
        step(unit, clinic, now, talk, Tapped(question=talk.run.asking, code=code))
        return
    heard = clinic.screening(text, talk.run.asking if talk else None)
    relay(unit, clinic, now, patient, text, edited=edited)
    if heard.signals:
        if talk is None:
            talk = open_on_demand(unit, clinic, now, patient, kind=RunKind.FREE_TEXT)
        if talk is not None:
            step(unit, clinic, now, talk, Typed(signals=heard.signals), words=text[:LONGEST_SHOWN])
            return
    if talk is not None and talk.run.asking is not None:
        own_words = talk.script.questions[talk.run.asking].kind is QuestionKind.TEXT
        if own_words:
            step(unit, clinic, now, talk, Typed(), words=text[:LONGEST_SHOWN])
        else:
            _say(unit, clinic, now, patient, "hear.passed_on_open")
            step(unit, clinic, now, talk, Typed(), words=text[:LONGEST_SHOWN])
        return
    _small_talk(unit, clinic, now, patient, text, heard, update_id)


def _as_answer(clinic: Clinic, talk: Talk, text: str) -> str | None:
    """The code that the words stand for when they are exactly a button's label, or a number on a scale."""
    if talk.run.asking is None:
        return None
    question = talk.script.questions[talk.run.asking]
    if question.kind is QuestionKind.SCALE:
        number = _NUMBER.fullmatch(text)
        return number.group(1) if number else None
    if question.kind is QuestionKind.SCREEN:
        return None
    texts, ui = clinic.texts(talk.script, talk.patient.language), clinic.ui(talk.patient.language)
    wanted = text.strip().casefold()
    return next((code for code in question.answers if label(question, texts, ui, code).casefold() == wanted), None)


def _small_talk(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str, heard: Heard, update_id: int
) -> None:
    if text.strip().casefold().strip("!. ") in HELP_WORDS:
        open_on_demand(unit, clinic, now, patient)
        return
    if heard.kind in ("thanks", "greeting"):
        when = next_checkin_words(unit, patient, now) or clinic.ui(patient.language).plain("next.none")
        _say(unit, clinic, now, patient, f"hear.{heard.kind}", next_checkin=when)
        return
    _say(unit, clinic, now, patient, "hear.passed_on")
    raise_task(
        unit,
        clinic,
        now,
        "unread",
        now + ANSWER_WITHIN,
        patient,
        cause=f"unread:{patient.id}:{update_id}",
        about=text[:LONGEST_SHOWN],
    )


def hear_photo(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int, *, album: str = ""
) -> None:
    """A photo goes to staff with the case; it is never judged and answers nothing. An album is answered once."""
    kind = f"reply:{album[:40]}" if album else "reply"
    if album and unit.count(OutboxRow, OutboxRow.patient_id == patient.id, OutboxRow.kind == kind):
        _copy_to_group(unit, clinic, now, patient, message_id)
        return
    forward(unit, clinic, now, patient, message_id, "relay.photo")
    text = clinic.ui(patient.language).say("hear.photo")
    to_patient(unit, now, patient, Body(text=text, html=True), kind=kind)
    talk = open_talk(unit, clinic, patient)
    if talk is not None:
        step(unit, clinic, now, talk, SentPhoto())


def hear_other(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, kind: str, message_id: int, update_id: int
) -> None:
    """A voice, video, sticker, file or something unknown: say what to do; staff see it; twice in a row a person calls."""
    forward(unit, clinic, now, patient, message_id, "relay.other", kind=kind)
    _say(unit, clinic, now, patient, "hear.unreadable")
    times = patient.unreadable_in_a_row + 1
    unit.change(PatientRow, PatientRow.id == patient.id, unreadable_in_a_row=times)
    if times >= 2:
        cause = f"unreadable:{patient.id}:{update_id}"
        raise_task(unit, clinic, now, "unreadable", now + timedelta(minutes=30), patient, cause=cause)
    talk = open_talk(unit, clinic, patient)
    if talk is not None:
        step(unit, clinic, now, talk, Typed())


def relay(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str, *, edited: bool = False) -> None:
    """Show the patient's own words to the staff group; a reply to this message goes back to her."""
    if patient.unreadable_in_a_row:
        unit.change(PatientRow, PatientRow.id == patient.id, unreadable_in_a_row=0)
    _to_group(
        unit, clinic, now, patient, "relay.edited" if edited else "relay.words", words=text[:LONGEST_SHOWN] or "—"
    )


def words_before_consent(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str) -> None:
    """Danger words from somebody who may not be asked about her health yet: a person calls her now, once a link."""
    cause = f"before_consent:{patient.id}:{now.date()}"
    due = now + CALL_BEFORE_CONSENT
    raise_task(unit, clinic, now, "phone_now", due, patient, cause=cause, about=text[:LONGEST_SHOWN])


def forward(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int, key: str, **values: str
) -> None:
    """Tell the group that something came, and copy it there."""
    _to_group(unit, clinic, now, patient, key, **values)
    _copy_to_group(unit, clinic, now, patient, message_id)


def _copy_to_group(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int) -> None:
    group = group_chat(unit, clinic)
    if group is not None and patient.chat_id is not None:
        body = Body(text="", copies_chat=patient.chat_id, copies=message_id)
        post(
            unit,
            now,
            group.chat_id,
            body,
            Priority.ANSWER,
            kind="relay",
            patient_id=patient.id,
            method=Method.COPY,
        )


def _to_group(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
    group = group_chat(unit, clinic)
    if group is None:
        return
    ui = clinic.ui(group.language)
    initials = "".join(part[0].upper() + "." for part in patient.name.split()) or "?"
    text = ui.say(key, code=patient.case_code, initials=initials, **values)
    post(
        unit,
        now,
        group.chat_id,
        Body(text=text, html=True),
        Priority.ANSWER,
        kind="relay",
        patient_id=patient.id,
    )


def _say(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
    text = clinic.ui(patient.language).say(key, **values)
    to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")
