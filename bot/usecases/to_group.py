"""What a patient sent, shown in the staff group; a reply to it goes back to her."""

from datetime import datetime

from bot.core.post.message import Body, Method, Priority
from bot.store.tables import PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.people import group_chat
from bot.usecases.posting import initials, post
from bot.usecases.topics import topic_of

RELAY = "relay"
"""The kind of a message that shows staff what a patient sent."""


def to_group(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
    """Say a text about her in the group; nothing happens where the clinic has no group.

    ``kind``, where the text names one, is a kind of content by Telegram's own word.
    """
    group = group_chat(unit, clinic)
    if group is None:
        return
    ui = clinic.ui(group.language)
    if "kind" in values:
        own = f"chat.kind.{values['kind']}"
        values["kind"] = ui.plain(own if ui.has(own) else f"relay.kind.{values['kind']}")
    text = ui.say(key, code=patient.case_code, initials=initials(patient), **values)
    body = Body(text=text, html=True, topic=topic_of(unit, clinic, now, patient, group.chat_id))
    post(unit, now, group.chat_id, body, Priority.ANSWER, kind=RELAY, patient_id=patient.id)


def copy_to_group(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int) -> None:
    """Copy a message of hers into the group."""
    group = group_chat(unit, clinic)
    if group is None or patient.chat_id is None:
        return
    topic = topic_of(unit, clinic, now, patient, group.chat_id)
    body = Body(text="", copies_chat=patient.chat_id, copies=message_id, topic=topic)
    post(unit, now, group.chat_id, body, Priority.ANSWER, kind=RELAY, patient_id=patient.id, method=Method.COPY)
