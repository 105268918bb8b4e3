"""One update: parse it, find out who sent it, and hand it to the patient's or the staff's side."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from telegram import ChatMember, Message, MessageReactionUpdated, ReactionTypeEmoji, Update
from telegram.constants import ChatType

from bot.chat.content import says_nothing, words_inside
from bot.chat.patient import COMMANDS, PatientSide, readable
from bot.chat.staff import wizard
from bot.chat.staff.side import COMMANDS as STAFF_COMMANDS
from bot.chat.staff.side import RELAYED, StaffSide
from bot.core.errors import Gone, NotReady, Refused
from bot.core.post.message import Body, Priority
from bot.cycle.take_inbox import Unreadable
from bot.store.tables import InboxRow, OutboxRow, PatientRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.join import open_link
from bot.usecases.people import staff_by_chat
from bot.usecases.posting import post
from bot.usecases.roster import STAFF_PREFIX, join_staff
from bot.usecases.topics import group_seen, topics_again
from bot.usecases.undelivered import blocked, kept_update, unblocked


def _at_work(unit: Unit, now: datetime, staff: StaffRow, message: Message) -> bool:
    """A colleague who is a patient too: does what she writes in her private chat belong to her work?

    Commands that both sides have are the patient's; words are, unless she answers a card or fills in a form.
    """
    text = message.text or ""
    if text.startswith("/"):
        name = text.split()[0].removeprefix("/").partition("@")[0].lower()
        return name in STAFF_COMMANDS and name not in (*COMMANDS, "start")
    if message.reply_to_message is not None:
        answered = unit.first(
            OutboxRow,
            OutboxRow.chat_id == message.chat_id,
            OutboxRow.message_id == message.reply_to_message.message_id,
        )
        return answered is not None and answered.kind in RELAYED
    return bool(text) and wizard.is_open(unit, now, staff)


def _hears_us(unit: Unit, now: datetime, person: PatientRow | StaffRow, chat_id: int) -> None:
    """Whoever writes or presses in a private chat can be reached there, whatever a single refusal said before."""
    if not person.reachable and person.chat_id == chat_id:
        person.reachable = True
        unblocked(unit, now, chat_id)


PATIENTS_OWN = ("a|", "b|", "j|", "p|")
"""How the buttons of patients begin; all others are for staff only."""


class Toasts(Protocol):
    """Answers a button press at once (after the commit, beside the messages); losing one loses nothing."""

    def answer(self, query_id: str, text: str) -> None:
        """Start answering; never waits and never raises."""


class Dispatch:
    """Handles one inbox row inside its transaction."""

    def __init__(self, clinic: Clinic, clock: Callable[[], datetime], toasts: Toasts) -> None:
        self._clinic = clinic
        self._clock = clock
        self._toasts = toasts
        self._patients = PatientSide(clinic)
        self._staff = StaffSide(clinic)

    def handle(self, unit: Unit, row: InboxRow) -> None:
        """Parse and act. Errors: Unreadable for what is no update; the inbox keeps it and staff are told."""
        now, raw = self._clock(), json.loads(row.raw)
        if self._read_press(unit, now, raw, row):
            return
        try:
            update = Update.de_json(raw, None)
        except Exception as error:
            if not self._read_all_the_same(unit, now, raw, row):
                raise Unreadable(type(error).__name__) from None
            return
        if update.my_chat_member is not None:
            status = update.my_chat_member.new_chat_member.status
            topics_again(unit, row.chat_id)
            if status in (ChatMember.BANNED, ChatMember.LEFT):
                blocked(unit, self._clinic, now, row.chat_id)
            else:
                unblocked(unit, now, row.chat_id)
        elif update.message_reaction is not None:
            self._reacted(unit, now, update.message_reaction, row)
        elif update.effective_message is not None:
            self._wrote(unit, now, update.effective_message, row, edited=update.edited_message is not None)
        elif (patient := unit.find(PatientRow, chat_id=row.chat_id)) is not None:
            # A kind of update that nobody asked Telegram for, or that came after this was written.
            self._patients.wrote_something(unit, now, patient, "", 0, row.update_id)

    def dead(self, unit: Unit, row: InboxRow) -> None:
        """The update is given up: staff hear that something came which the bot could not read."""
        kept_update(unit, self._clinic, self._clock(), row.update_id, row.chat_id)

    def _read_press(self, unit: Unit, now: datetime, raw: Any, row: InboxRow) -> bool:
        """A press is four values; the library would read the whole message around them, and fail for a part of it."""
        match raw:
            case {"callback_query": {"id": str(query_id), "from": {"id": int(user_id)}, **query}}:
                match query.get("message"):
                    case {"message_id": int(message_id)}:
                        pass
                    case _:
                        message_id = 0
                data = query.get("data")
                self._pressed(unit, now, query_id, user_id, data if isinstance(data, str) else "", message_id, row)
                return True
            case _:
                return False

    def _read_all_the_same(self, unit: Unit, now: datetime, raw: Any, row: InboxRow) -> bool:
        """A message that the library does not know how to read: a patient's words are found all the same."""
        match raw:
            case {"message": {"message_id": int(message_id), "chat": {"type": "private"}, **message}}:
                edited = False
            case {"edited_message": {"message_id": int(message_id), "chat": {"type": "private"}, **message}}:
                edited = True
            case _:
                return False
        patient = unit.find(PatientRow, chat_id=row.chat_id)
        if patient is None:
            return False
        if says_nothing(message):
            return True
        written = next((each for each in map(message.get, ("text", "caption")) if isinstance(each, str)), "")
        text = written or words_inside(message)
        self._patients.wrote_something(unit, now, patient, text, message_id, row.update_id, edited=edited)
        return True

    def _reacted(self, unit: Unit, now: datetime, reaction: MessageReactionUpdated, row: InboxRow) -> None:
        """A patient put a reaction on a message in her chat; that one was taken away again says nothing."""
        patient = unit.find(PatientRow, chat_id=row.chat_id)
        if patient is None or not reaction.new_reaction:
            return
        _hears_us(unit, now, patient, row.chat_id)
        emoji = " ".join(each.emoji if isinstance(each, ReactionTypeEmoji) else "▫️" for each in reaction.new_reaction)
        self._patients.reacted(unit, now, patient, emoji)

    def _pressed(
        self, unit: Unit, now: datetime, query_id: str, user_id: int, data: str, message_id: int, row: InboxRow
    ) -> None:
        data = readable(data)
        language = self._clinic.facts.language
        values: dict[str, str] = {}
        try:
            if data.startswith(PATIENTS_OWN):
                patient = unit.find(PatientRow, chat_id=user_id)
                if patient is None:
                    key = "toast.nobody"
                else:
                    language = patient.language
                    _hears_us(unit, now, patient, row.chat_id)
                    key = self._patients.press(unit, now, patient, data, message_id)
            elif (staff := staff_by_chat(unit, user_id)) is not None:
                language = staff.language
                _hears_us(unit, now, staff, row.chat_id)
                key, values = self._staff.press(unit, now, staff, data, row.chat_id, message_id)
            else:
                key = "toast.nobody"
        except Refused as refused:
            key, values = refused.text, refused.values
        except Gone:
            key = "toast.old"
        text = self._clinic.ui(language).plain(key, **values)
        unit.after_commit.append(lambda: self._toasts.answer(query_id, text))

    def _wrote(self, unit: Unit, now: datetime, message: Message, row: InboxRow, *, edited: bool) -> None:
        user = message.from_user
        if message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            group_seen(unit, message.chat_id, is_forum=bool(message.chat.is_forum))
        if user is None or user.is_bot:
            if message.sender_chat is not None and message.sender_chat.id == message.chat_id:
                self._staff.wrote_as_the_group(unit, now, message)
            if message.migrate_to_chat_id is not None:
                self._staff.group_moved(unit, now, message.chat_id, message.migrate_to_chat_id)
            return
        text = message.text or ""
        try:
            if message.migrate_to_chat_id is not None:
                self._staff.group_moved(unit, now, message.chat_id, message.migrate_to_chat_id)
                return
            if text.startswith("/start ") and message.chat.type == "private":
                self._start(unit, now, message, text.removeprefix("/start ").strip(), user.language_code or "")
                return
            staff = staff_by_chat(unit, user.id)
            patient = unit.find(PatientRow, chat_id=message.chat_id)
            if staff is not None and (
                patient is None or message.chat.type != "private" or _at_work(unit, now, staff, message)
            ):
                _hears_us(unit, now, staff, message.chat_id)
                self._staff.wrote(unit, now, staff, message)
            elif patient is not None:
                _hears_us(unit, now, patient, message.chat_id)
                self._patients.wrote(unit, now, patient, message, row.update_id, edited=edited)
            elif message.chat.type == "private":
                self._stranger(unit, now, message.chat_id, self._clinic.spoken(user.language_code or ""))
            elif text.startswith("/"):
                self._reply(unit, now, message.chat_id, self._clinic.facts.language, "staff.unknown")
        except Refused as refused:
            known = staff_by_chat(unit, user.id)
            language = known.language if known else self._clinic.spoken(user.language_code or "")
            self._reply(unit, now, message.chat_id, language, refused.text, **refused.values)
        except NotReady:
            self._reply(unit, now, message.chat_id, self._clinic.facts.language, "staff.not_ready")

    def _start(self, unit: Unit, now: datetime, message: Message, token: str, language: str) -> None:
        if token.startswith(STAFF_PREFIX):
            staff = join_staff(unit, now, message.chat_id, token)
            self._reply(unit, now, message.chat_id, staff.language, "staff.welcome", name=staff.name)
            return
        open_link(unit, self._clinic, now, message.chat_id, token, language)

    def _stranger(self, unit: Unit, now: datetime, chat_id: int, language: str) -> None:
        """Somebody the clinic does not know: a polite no, with the emergency number, and nothing is kept."""
        self._reply(unit, now, chat_id, language, "stranger")

    def _reply(self, unit: Unit, now: datetime, chat_id: int, language: str, key: str, **values: str) -> None:
        text = self._clinic.ui(language).say(key, **values)
        post(unit, now, chat_id, Body(text=text, html=True), Priority.ANSWER, kind="reply")
