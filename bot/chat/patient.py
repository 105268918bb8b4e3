"""The patient's side of the chat: commands, buttons, and everything else she sends."""

import base64
from datetime import datetime

from telegram import Message

from bot.chat.content import is_service, kind_of, words_of
from bot.core.post.message import Body, Button, Method
from bot.store.tables import PatientRow
from bot.store.unit import Unit
from bot.usecases.answer import go_back, press
from bot.usecases.clinic import Clinic
from bot.usecases.hear import forward, hear_other, hear_photo, hear_reaction, hear_words, relay, words_without_check
from bot.usecases.join import ask_again, decline, join_press, join_words, not_understood, show_step
from bot.usecases.leave import forget, resume, stop
from bot.usecases.mydata import my_data
from bot.usecases.open_check_in import open_on_demand
from bot.usecases.people import is_unproved
from bot.usecases.photos import SentFile
from bot.usecases.posting import to_patient
from bot.usecases.timetable import next_checkin_words

COMMANDS = ("help", "worse", "next", "language", "hour", "clock", "stop", "about", "privacy", "mydata", "forget")
"""The patient's commands, in the order of Telegram's menu."""


class PatientSide:
    """Routes what a known patient sends."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def press(self, unit: Unit, now: datetime, patient: PatientRow, data: str, message_id: int) -> str:
        """A button; returns the key of the toast. Anything that does not fit is an old button."""
        kind, _, rest = data.partition("|")
        parts = rest.split("|")
        if is_unproved(patient) and kind != "j":
            return "toast.old"
        match kind:
            case "a" if len(parts) == 3:
                return press(unit, self._clinic, now, patient, parts[0], parts[1], parts[2], message_id).text
            case "b":
                return go_back(unit, self._clinic, now, patient, rest).text
            case "j":
                return join_press(unit, self._clinic, now, patient, rest)
            case "p":
                return self._personal(unit, now, patient, rest)
            case _:
                return "toast.old"

    def _personal(self, unit: Unit, now: datetime, patient: PatientRow, act: str) -> str:
        match act:
            case "worse":
                return self._worse(unit, now, patient)
            case "stop.really" if patient.stage in ("active", "paused"):
                stop(unit, self._clinic, now, patient)
            case "resume" if patient.stage == "stopped":
                resume(unit, self._clinic, now, patient, f"patient:{patient.id}")
                self._next(unit, now, patient)
            case "forget.really":
                forget(unit, self._clinic, now, patient, f"patient:{patient.id}")
            case "keep":
                self._say(unit, now, patient, "stop.kept")
            case _:
                return "toast.old"
        return "toast.noted"

    def wrote(
        self, unit: Unit, now: datetime, patient: PatientRow, message: Message, update_id: int, *, edited: bool
    ) -> None:
        """A message: a command, words, or something else. Words are read whatever else is going on."""
        if is_service(message):
            return
        text = readable(words_of(message))
        if edited and message.location is not None and not text:
            return  # a place that moves is sent by the app again and again; staff have seen that she shares it
        if message.text and text.startswith("/") and self._command(unit, now, patient, text):
            return
        if patient.enrolling and message.text and join_words(unit, self._clinic, now, patient, text):
            return
        if patient.stage in ("invited", "consenting") or is_unproved(patient):
            self._before_consent(unit, now, patient, text)
        elif (photo := photo_in(message)) is not None:
            album = message.media_group_id or ""
            hear_photo(unit, self._clinic, now, patient, message.message_id, photo, update_id, album=album)
            if text:
                hear_words(unit, self._clinic, now, patient, text, update_id=update_id)
        elif text:
            if not message.text:
                forward(unit, self._clinic, now, patient, message.message_id, kind_of(message))
            hear_words(unit, self._clinic, now, patient, text, update_id=update_id, edited=edited)
        else:
            kind = kind_of(message)
            hear_other(unit, self._clinic, now, patient, kind, message.message_id, update_id)

    def wrote_something(
        self,
        unit: Unit,
        now: datetime,
        patient: PatientRow,
        text: str,
        message_id: int,
        update_id: int,
        *,
        edited: bool = False,
    ) -> None:
        """A message that the library cannot read; its words, if there are any, are read as always.

        ``message_id`` is 0 for an update that is no message.
        """
        text = readable(text)
        if patient.stage in ("invited", "consenting") or is_unproved(patient):
            self._before_consent(unit, now, patient, text)
        elif text:
            hear_words(unit, self._clinic, now, patient, text, update_id=update_id, edited=edited)
        else:
            kind = "unknown" if message_id else "other_update"
            hear_other(unit, self._clinic, now, patient, kind, message_id, update_id)

    def reacted(self, unit: Unit, now: datetime, patient: PatientRow, emoji: str) -> None:
        """A reaction under a message: before consent, and for a chat that is not proved, it says nothing."""
        if patient.stage not in ("invited", "consenting") and not is_unproved(patient):
            hear_reaction(unit, self._clinic, now, patient, emoji)

    def _before_consent(self, unit: Unit, now: datetime, patient: PatientRow, text: str) -> None:
        """Before she has agreed nothing is asked about her health; danger words still get the emergency number."""
        heard = self._clinic.screening(text, None) if text else None
        if heard is not None and any(signal.level.is_red for signal in heard.signals):
            self._emergency(unit, now, patient, text)
            show_step(unit, self._clinic, now, patient)
            return
        not_understood(unit, self._clinic, now, patient, words=bool(text))

    def _emergency(self, unit: Unit, now: datetime, patient: PatientRow, text: str) -> None:
        self._say(unit, now, patient, "join.emergency")
        relay(unit, self._clinic, now, patient, text)
        words_without_check(unit, self._clinic, now, patient, text)

    def _command_before_consent(self, unit: Unit, now: datetime, patient: PatientRow, name: str) -> bool:
        """A command during the enrolment; False for what is handled as always, and for words that are no command."""
        match name:
            case "privacy" | "about":
                return False
            case "forget" if not is_unproved(patient):
                return False
            case "stop":
                decline(unit, self._clinic, now, patient)
                return True
            case "worse":
                self._emergency(unit, now, patient, "/worse")
            case "help":
                self._say(unit, now, patient, "join.help")
            case "start" | "next" | "language" | "hour" | "clock" | "mydata" | "forget":
                pass
            case _:
                return False
        show_step(unit, self._clinic, now, patient)
        return True

    def _command(self, unit: Unit, now: datetime, patient: PatientRow, text: str) -> bool:
        """A command; False for one that the bot does not have, which is then read as words."""
        name = text.split()[0].removeprefix("/").partition("@")[0].lower()
        enrolling = patient.stage in ("invited", "consenting") or is_unproved(patient)
        if enrolling and self._command_before_consent(unit, now, patient, name):
            return True
        if enrolling and name not in ("privacy", "about", "forget"):
            return False
        match name:
            case "start" | "help":
                self._help(unit, now, patient)
            case "worse":
                self._worse(unit, now, patient)
            case "next":
                self._next(unit, now, patient)
            case "language" | "hour":
                ask_again(unit, self._clinic, now, patient, name)
            case "clock":
                ask_again(unit, self._clinic, now, patient, "zone")
            case "stop":
                self._ask_stop(unit, now, patient)
            case "about" | "privacy":
                self._say(unit, now, patient, f"{name}.text", approval=self._clinic.approval(patient.language))
            case "mydata":
                self._my_data(unit, now, patient)
            case "forget":
                self._ask_forget(unit, now, patient)
            case _:
                return False
        return True

    def _worse(self, unit: Unit, now: datetime, patient: PatientRow) -> str:
        if open_on_demand(unit, self._clinic, now, patient) is None:
            self._say(unit, now, patient, "worse.no_session")
        return "toast.noted"

    def _help(self, unit: Unit, now: datetime, patient: PatientRow) -> None:
        ui = self._clinic.ui(patient.language)
        buttons = ((Button(label=ui.plain("help.button.worse"), data="p|worse"),),)
        to_patient(unit, now, patient, Body(text=ui.say("help.text"), html=True, buttons=buttons), kind="reply")

    def _next(self, unit: Unit, now: datetime, patient: PatientRow) -> None:
        words = next_checkin_words(unit, patient, now)
        if words:
            self._say(unit, now, patient, "next.text", next_checkin=words)
        else:
            self._say(unit, now, patient, "next.over")

    def _ask_stop(self, unit: Unit, now: datetime, patient: PatientRow) -> None:
        ui = self._clinic.ui(patient.language)
        if patient.stage == "stopped":
            again = ((Button(label=ui.plain("stop.button.resume"), data="p|resume"),),)
            to_patient(unit, now, patient, Body(text=ui.say("stop.already"), html=True, buttons=again), kind="reply")
            return
        rows = (
            (Button(label=ui.plain("stop.button.really"), data="p|stop.really"),),
            (Button(label=ui.plain("stop.button.keep"), data="p|keep"),),
        )
        to_patient(unit, now, patient, Body(text=ui.say("stop.ask"), html=True, buttons=rows), kind="reply")

    def _ask_forget(self, unit: Unit, now: datetime, patient: PatientRow) -> None:
        ui = self._clinic.ui(patient.language)
        rows = (
            (Button(label=ui.plain("forget.button.really"), data="p|forget.really"),),
            (Button(label=ui.plain("stop.button.keep"), data="p|keep"),),
        )
        to_patient(unit, now, patient, Body(text=ui.say("forget.ask"), html=True, buttons=rows), kind="reply")

    def _my_data(self, unit: Unit, now: datetime, patient: PatientRow) -> None:
        document = base64.b64encode(my_data(unit, now, patient)).decode()
        body = Body(
            text=self._clinic.ui(patient.language).say("mydata.text"),
            html=True,
            file=document,
            file_name="aftercare-mydata.json",
            protect=True,
        )
        to_patient(unit, now, patient, body, kind="export", method=Method.DOCUMENT)

    def _say(self, unit: Unit, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
        text = self._clinic.ui(patient.language).say(key, **values)
        to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")


def readable(text: str) -> str:
    """The text without what no database and no other message can carry: zero bytes and halves of characters."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff")


def photo_in(message: Message) -> SentFile | None:
    """The largest size of the photo in a message, or the picture that was sent as a file."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return SentFile(largest.file_id, largest.file_size or 0)
    document = None if message.animation else message.document
    if document is None:
        return None
    named = (document.file_name or "").lower().endswith(PICTURE_NAMES)
    if named or (document.mime_type or "").startswith("image/"):
        return SentFile(document.file_id, document.file_size or 0)
    return None
