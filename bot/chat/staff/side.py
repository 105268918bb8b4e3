"""Routes what a member of staff sends: commands, buttons, wizards, and replies that go back to a patient."""

from collections.abc import Callable
from datetime import datetime

from telegram import Message

from bot.chat.staff import alerts, console, helping, new, oncall, patient, patients, session, tasks, today, wizard
from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.store.tables import OutboxRow, PatientRow, PlaceRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.people import GROUP
from bot.usecases.posting import audit
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
}
"""Every staff command: the closed set that the menu, the help text and the tests loop over."""
RELAYED = ("relay", "alert_card", "task", "photo")


class StaffSide:
    """Routes what known staff send."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def press(
        self, unit: Unit, now: datetime, staff: StaffRow, data: str, chat_id: int, message_id: int
    ) -> tuple[str, dict[str, str]]:
        """A button; returns the toast's key and values. Errors: Refused and Gone say why nothing happened."""
        asked = Asked(unit, self._clinic, now, staff, chat_id, private=chat_id == staff.chat_id)
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
            case _:
                return "toast.old", {}

    def wrote(self, unit: Unit, now: datetime, staff: StaffRow, message: Message) -> None:
        """A message of a member of staff: a command, a wizard's answer, or a reply to a patient's words."""
        text = (message.text or "").strip()
        private = message.chat.type == "private"
        asked = Asked(unit, self._clinic, now, staff, message.chat_id, private)
        if text.startswith("/"):
            name, _, rest = text[1:].partition(" ")
            command = COMMANDS.get(name.partition("@")[0].lower())
            if command is None:
                asked.say("staff.unknown_command")
            else:
                command(asked, rest.strip())
            return
        if message.reply_to_message is not None and self._reply(asked, message, text):
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
        patient_row = asked.unit.get(PatientRow, row.patient_id)
        try:
            write_to_patient(asked.unit, self._clinic, asked.now, asked.staff, patient_row, text)
        except Refused as refused:
            asked.show(asked.ui.say(refused.text, **refused.values))
            return True
        asked.say("staff.sent", code=patient_row.case_code)
        return True

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
