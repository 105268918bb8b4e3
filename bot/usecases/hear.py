"""Whatever a patient sends that is not a button: words, photos, voices, stickers. Nothing is ignored."""

import re
from datetime import datetime, timedelta
from html import unescape

from sqlmodel import col

from bot.core.engine.events import Opened, SentPhoto, Tapped, Typed
from bot.core.engine.run import RunKind
from bot.core.flow.model import QuestionKind
from bot.core.flow.together_names import plain
from bot.core.post.message import Body
from bot.core.wording.question_card import code_meant
from bot.store.tables import OutboxRow, PatientRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic, Heard
from bot.usecases.hold import is_held, talk_until
from bot.usecases.open_check_in import open_on_demand
from bot.usecases.people import group_chat
from bot.usecases.photos import SentFile, note_photo
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import raise_task
from bot.usecases.show_privately import PRIVATE_KINDS, names, show_privately, treatment
from bot.usecases.step import step
from bot.usecases.talk import Talk, open_talk
from bot.usecases.task_words import OwnWords, own_words
from bot.usecases.timetable import next_checkin_words
from bot.usecases.to_group import copy_to_group, to_group

LONGEST_SHOWN = 1000
CALL_WITHOUT_CHECK = timedelta(minutes=10)
HELP_WORDS = frozenset({"help", "ayuda", "помощь", "помогите"})
NOT_COPIED = frozenset({"other_update", "payment", "giveaway", "gift", "shared", "web_app"})
"""What Telegram copies for nobody: it is no message of hers, or says what the app did."""
_NUMBER = re.compile(r"\s*(10|[0-9])\s*(?:/\s*10)?\s*")


def hear_words(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str, *, update_id: int, edited: bool = False
) -> None:
    """The patient typed something: a label or number answers the open question; everything is screened and shown to staff."""
    talk = open_talk(unit, clinic, patient)
    until = talk_until(unit, clinic, now, patient)
    # While a person talks with her, "no" may answer that person: only a button answers the bot then.
    code = None if edited or talk is None or until else _as_answer(clinic, talk, text)
    if talk is not None and code is not None and talk.run.asking is not None:
        step(unit, clinic, now, talk, Tapped(question=talk.run.asking, code=code))
        return
    heard = clinic.screening(text, plain(talk.run.asking) if talk and talk.run.asking else None)
    free = talk is None or talk.run.asking is None or is_held(unit, clinic, now, patient, talk)
    topic = _topic(heard) if free else ""
    relay(unit, clinic, now, patient, text, edited=edited, topic=topic)
    if heard.signals:
        if talk is None:
            # HELP stands in the advice: it begins the whole check, other words only what they are about.
            kind = RunKind.ON_DEMAND if _is_help(text) else RunKind.FREE_TEXT
            talk = open_on_demand(unit, clinic, now, patient, kind=kind, ask=False)
        if talk is not None:
            step(unit, clinic, now, talk, Typed(signals=heard.signals), words=text[:LONGEST_SHOWN])
            return
        _say(unit, clinic, now, patient, "worse.no_session")
        words_without_check(unit, clinic, now, patient, text)
        return
    if free or talk is None or talk.run.asking is None:
        _small_talk(unit, clinic, now, patient, text, heard, update_id)
    elif talk.script.questions[talk.run.asking].kind is QuestionKind.TEXT and not edited:
        step(unit, clinic, now, talk, Typed(), words=text[:LONGEST_SHOWN])
        if heard.kind not in ("thanks", "greeting"):
            _ask_a_person(unit, clinic, now, patient, text, update_id, quietly=True)
    else:
        _not_an_answer(unit, clinic, now, talk, text, update_id)


def _not_an_answer(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, text: str, update_id: int) -> None:
    """Words that do not answer the open question: it is asked again; the second time a person answers them."""
    patient, kind = talk.patient, f"reply:{talk.run.id}:{talk.run.asking}"
    again = unit.count(OutboxRow, OutboxRow.patient_id == patient.id, OutboxRow.kind == kind)
    words = clinic.ui(patient.language).say("hear.passed_on_open")
    to_patient(unit, now, patient, Body(text=words, html=True), kind=kind)
    step(unit, clinic, now, talk, Opened())
    _ask_a_person(unit, clinic, now, patient, text, update_id, quietly=not again)


def _is_help(text: str) -> bool:
    return text.strip().casefold().strip("¡!. ") in HELP_WORDS


def _as_answer(clinic: Clinic, talk: Talk, text: str) -> str | None:
    """The code that the words stand for when they are exactly a button's label, or a number on a scale."""
    if talk.run.asking is None:
        return None
    question = talk.script.questions[talk.run.asking]
    if question.kind is QuestionKind.SCALE:
        number = _NUMBER.fullmatch(text)
        return number.group(1) if number else None
    texts, ui = clinic.texts(talk.script, talk.patient.language), clinic.ui(talk.patient.language)
    return code_meant(question, texts, ui, text)


def _small_talk(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str, heard: Heard, update_id: int
) -> None:
    if heard.kind in ("thanks", "greeting"):
        when = next_checkin_words(unit, patient, now) or clinic.ui(patient.language).plain("next.none")
        _say(unit, clinic, now, patient, f"hear.{heard.kind}", next_checkin=when)
        return
    if topic := _topic(heard):
        # Staff saw her question with this answer (relay); nobody needs to do anything.
        answer = Body(text=clinic.answer(patient.language, topic), html=True)
        to_patient(unit, now, patient, answer, kind="answer")
        audit(unit, now, "bot", "answer_question", f"patient:{patient.id}", topic)
        return
    _say(unit, clinic, now, patient, "hear.passed_on")
    _ask_a_person(unit, clinic, now, patient, text, update_id)


def _ask_a_person(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    about: str | OwnWords,
    update_id: int,
    *,
    quietly: bool = False,
) -> None:
    """Somebody answers what she sent within the clinic's time, else staff are told until it is done.

    ``quietly``: they have seen it, and hear of it again only when the time is over. While a person talks with her
    anyway, that is enough too.
    """
    quietly = quietly or talk_until(unit, clinic, now, patient) is not None
    if quietly and unit.count(
        TaskRow, TaskRow.patient_id == patient.id, TaskRow.kind == "unread", col(TaskRow.done_at).is_(None)
    ):
        return
    raise_task(
        unit,
        clinic,
        now,
        "unread",
        now + clinic.chat.answer_within,
        patient,
        cause=f"unread:{patient.id}:{update_id}",
        about=about[:LONGEST_SHOWN] if isinstance(about, str) else about,
        quietly=quietly,
    )


def hear_photo(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    message_id: int,
    sent: SentFile,
    update_id: int,
    *,
    album: str = "",
) -> None:
    """A photo is kept, and goes to whoever looks at photos now; it is never judged and answers nothing.

    The group reads who has it, without the picture. An album is answered once.
    """
    talk = open_talk(unit, clinic, patient)
    photo = note_photo(unit, clinic, now, patient, sent, talk)
    to = show_privately(unit, clinic, now, patient, message_id, "photo")
    kind = f"reply:{album[:40]}" if album else "reply"
    if album and unit.count(OutboxRow, OutboxRow.patient_id == patient.id, OutboxRow.kind == kind):
        return
    group = group_chat(unit, clinic)
    if group is not None:
        which = treatment(unit, clinic, now, patient, group.language)
        whom = names(clinic, group.language, to)
        to_group(unit, clinic, now, patient, "relay.photo", treatment=which, names=whom)
    key = "hear.photo" if photo.state == "waiting" else "hear.photo_too_large"
    text = clinic.ui(patient.language).say(key)
    to_patient(unit, now, patient, Body(text=text, html=True), kind=kind)
    _ask_a_person(unit, clinic, now, patient, own_words("chat.task_photo"), update_id, quietly=True)
    if talk is not None and not is_held(unit, clinic, now, patient, talk):
        step(unit, clinic, now, talk, SentPhoto())


def hear_other(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, kind: str, message_id: int, update_id: int
) -> None:
    """A voice, video, sticker, file or something unknown: say what to do; staff see it; twice in a row a person calls."""
    forward(unit, clinic, now, patient, message_id, kind)
    _say(unit, clinic, now, patient, "hear.unreadable")
    times = patient.unreadable_in_a_row + 1
    unit.change_one(PatientRow, patient.id, unreadable_in_a_row=times)
    if times >= 2:
        cause = f"unreadable:{patient.id}:{update_id}"
        raise_task(unit, clinic, now, "unreadable", now + timedelta(minutes=30), patient, cause=cause)
    else:
        _ask_a_person(unit, clinic, now, patient, own_words("chat.task_look"), update_id, quietly=True)
    talk = open_talk(unit, clinic, patient)
    if talk is not None and not is_held(unit, clinic, now, patient, talk):
        step(unit, clinic, now, talk, Opened())


def hear_reaction(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, emoji: str) -> None:
    """A reaction: staff see it. It answers no question, so an open one is asked again; else nothing is to be said."""
    to_group(unit, clinic, now, patient, "chat.reaction", emoji=emoji)
    talk = open_talk(unit, clinic, patient)
    if talk is not None and talk.run.asking is not None and not is_held(unit, clinic, now, patient, talk):
        _say(unit, clinic, now, patient, "chat.reaction_open")
        step(unit, clinic, now, talk, Opened())


def _topic(heard: Heard) -> str:
    """Which of the clinic's own answers the bot gives, "" for none."""
    return "what_if" if heard.what_if else heard.topic


def relay(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    text: str,
    *,
    edited: bool = False,
    topic: str = "",
) -> None:
    """Show the patient's own words to the staff group; a reply to this message goes back to her.

    ``topic`` names the clinic's own answer that the bot gives to them: staff see which one.
    """
    if patient.unreadable_in_a_row:
        unit.change_one(PatientRow, patient.id, unreadable_in_a_row=0)
    words = text[:LONGEST_SHOWN] or "—"
    if topic:
        group = group_chat(unit, clinic)
        said = clinic.answer(group.language if group else patient.language, topic)
        to_group(unit, clinic, now, patient, "relay.answered", words=words, answer=unescape(said))
        return
    to_group(unit, clinic, now, patient, "relay.edited" if edited else "relay.words", words=words)


def words_without_check(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str) -> None:
    """Danger words from somebody whom the bot cannot or may not ask about her health: a person calls her now."""
    cause = f"no_check:{patient.id}:{now.date()}"
    due = now + CALL_WITHOUT_CHECK
    raise_task(unit, clinic, now, "phone_now", due, patient, cause=cause, about=text[:LONGEST_SHOWN])


def forward(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int, kind: str) -> None:
    """Tell the group that something came which the bot cannot read, and copy it there; pictures only in private."""
    if kind in PRIVATE_KINDS:
        to = show_privately(unit, clinic, now, patient, message_id, kind)
        group = group_chat(unit, clinic)
        whom = names(clinic, group.language, to) if group else ""
        to_group(unit, clinic, now, patient, "relay.other_private", kind=kind, names=whom)
        return
    to_group(unit, clinic, now, patient, "relay.other", kind=kind)
    if kind not in NOT_COPIED:
        copy_to_group(unit, clinic, now, patient, message_id)


def _say(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
    text = clinic.ui(patient.language).say(key, **values)
    to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")
