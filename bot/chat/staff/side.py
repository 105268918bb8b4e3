"""Routes what a member of staff sends: commands, buttons, wizards, and replies that go back to a patient."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col
from telegram import Message

from bot.chat.content import is_service
from bot.chat.staff import (
    alerts,
    console,
    cover,
    drill,
    helping,
    holiday,
    invite,
    lower,
    new,
    oncall,
    patient,
    patients,
    roster,
    session,
    shifts,
    swap,
    tasks,
    testalert,
    today,
    wizard,
)
from bot.chat.staff.permitted import COMMAND_ACTS, button_act
from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.core.post.message import Body, Priority
from bot.core.roles import Act
from bot.store.tables import OutboxRow, PatientRow, PlaceRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.people import GROUP
from bot.usecases.permissions import require
from bot.usecases.posting import audit, post
from bot.usecases.topics import patient_in
from bot.usecases.write_to_patient import write_to_patient

Command = Callable[[Asked, str], None]
COMMANDS: dict[str, Command] = {
    "new": new.run,
    "session": session.run,
    "patients": patients.run,
    "patient": patient.run,
    "alerts": alerts.run,
    "tasks": tasks.run,
    "today": today.run,
    "oncall": oncall.run,
    "console": console.run,
    "help": helping.run,
    "start": helping.run,
    "cancel": wizard.cancel,
    "here": helping.here,
    "shifts": shifts.run,
    "holiday": holiday.run,
    "cover": cover.run,
    "roster": roster.run,
    "invite": invite.run,
    "testalert": testalert.run,
    "lower": lower.run,
    "drill": drill.run,
}
"""Every staff command: the closed set that the menu, the help text and the tests loop over."""
RELAYED = ("relay", "alert_card", "topic_card", "task", "photo")
NOTE = "//"
"""Begins what staff write for each other in a patient's topic."""


class StaffSide:
    """Routes what known staff send."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def press(
        self, unit: Unit, now: datetime, staff: StaffRow, data: str, chat_id: int, message_id: int
    ) -> tuple[str, dict[str, str]]:
        """A button; returns the toast's key and values. Errors: Refused and Gone say why nothing happened."""
        asked = Asked(unit, self._clinic, now, staff, chat_id, private=chat_id == staff.chat_id)
        act = button_act(data)
        if act is None:
            return "toast.old", {}
        require(unit, staff, act)
        kind, _, rest = data.partition("|")
        match kind:
            case "s":
                return alerts.press(asked, rest, message_id)
            case "t":
                return tasks.press(asked, rest, message_id)
            case "w":
                return wizard.press(asked, rest, message_id)
            case "c":
                return patient.press(asked, rest)
            case "o":
                return oncall.press(asked, rest)
            case "sh":
                return shifts.press(asked, rest, message_id)
            case "sw":
                return swap.press(asked, rest, message_id)
            case "ho":
                return holiday.press(asked, rest, message_id)
            case "ro":
                return roster.press(asked, rest)
            case "in":
                return invite.press(asked, rest, message_id)
            case "te":
                return testalert.press(asked, rest, message_id)
            case _:
                return "toast.old", {}

    def wrote(self, unit: Unit, now: datetime, staff: StaffRow, message: Message) -> None:
        """A message of a member of staff: a command, a wizard's answer, or a reply to a patient's words."""
        text = (message.text or "").strip()
        private = message.chat.type == "private"
        thread = message.message_thread_id if message.is_topic_message else None
        asked = Asked(unit, self._clinic, now, staff, message.chat_id, private, thread)
        if text.startswith(NOTE) or is_service(message):
            return
        if text.startswith("/"):
            name, _, rest = text[1:].partition(" ")
            known = name.partition("@")[0].lower()
            if known not in COMMANDS or known not in COMMAND_ACTS:
                asked.say("staff.unknown_command")
            else:
                require(unit, staff, COMMAND_ACTS[known])
                COMMANDS[known](asked, rest.strip())
            return
        if message.reply_to_message is not None and self._reply(asked, message, text):
            return
        if (patient_row := patient_in(unit, message.chat_id, thread)) is not None:
            self._write(asked, patient_row, text)
            return
        if private and wizard.typed(asked, text):
            return
        if private:
            asked.say("staff.no_words")

    def _reply(self, asked: Asked, message: Message, text: str) -> bool:
        """A reply to a patient's words (or to a card about her) goes to the patient, with the name of who wrote."""
        assert message.reply_to_message is not None
        row = asked.unit.first(
            OutboxRow,
            OutboxRow.chat_id == message.chat_id,
            OutboxRow.message_id == message.reply_to_message.message_id,
        )
        if row is None or row.kind not in RELAYED or row.patient_id is None:
            return False
        self._write(asked, asked.unit.get(PatientRow, row.patient_id), text)
        return True

    def _write(self, asked: Asked, patient_row: PatientRow, text: str) -> None:
        require(asked.unit, asked.staff, Act.CALL)
        if not text:
            asked.say("staff.only_words")
            return
        try:
            write_to_patient(asked.unit, self._clinic, asked.now, asked.staff, patient_row, text)
        except Refused as refused:
            asked.show(asked.ui.say(refused.text, **refused.values))
            return
        if asked.thread is None:
            asked.say("staff.sent", code=patient_row.case_code)

    def wrote_as_the_group(self, unit: Unit, now: datetime, message: Message) -> None:
        """An anonymous administrator wrote: nobody knows who it is, so nothing goes to a patient, and that is said."""
        thread = message.message_thread_id if message.is_topic_message else None
        answered = message.reply_to_message and unit.first(
            OutboxRow,
            OutboxRow.chat_id == message.chat_id,
            OutboxRow.message_id == message.reply_to_message.message_id,
            col(OutboxRow.kind).in_(RELAYED),
        )
        for_patient = answered is not None or patient_in(unit, message.chat_id, thread) is not None
        if is_service(message) or (message.text or "").startswith(NOTE) or not for_patient:
            return
        text = self._clinic.ui(self._clinic.facts.language).say("chat.anonymous")
        body = Body(text=text, html=True, thread=thread)
        post(unit, now, message.chat_id, body, Priority.ANSWER, kind="staff_reply")

    def group_moved(self, unit: Unit, now: datetime, old: int, new_id: int) -> None:
        """The staff group became a supergroup and has a new id."""
        place = unit.find(PlaceRow, name=GROUP)
        known = place.chat_id if place else self._clinic.facts.staff_group
        if known != old:
            return
        if unit.change(PlaceRow, PlaceRow.name == GROUP, chat_id=new_id) == 0:
            unit.insert(PlaceRow(name=GROUP, chat_id=new_id))
        unit.change(OutboxRow, OutboxRow.chat_id == old, OutboxRow.state == "pending", chat_id=new_id)
        unit.nudge(new_id)
        audit(unit, now, "bot", "group_moved", "place:staff_group")
