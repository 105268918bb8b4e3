"""The journey harness: the whole product against the emulator, with a clock that is moved and never waited for.

A journey reads like a shift: ``await clinic.pass_time(hours=2)``, ``clinic.ana.taps("None of these")``,
``nurse.expects("EMERGENCY")``. Each message that the product sends must be expected by somebody: a journey that
ends with an unread message fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import col
from telegram.error import TelegramError

from bot.chat.courier import LONGEST_SEND
from bot.core.flow.model import Question, Script
from bot.core.flow.together_names import plain
from bot.core.wording.noted import NONE_KNOWN
from bot.cycle.ring_channels import LONGEST_CALL_S
from bot.emulator import EmulatorServer, Fault, FaultKind, GroupPhone, MessageView, Phone, World
from bot.settings import Settings
from bot.store import migrate
from bot.store.moments import next_moment
from bot.store.tables import AlertRow, CheckInRow, InboxRow, OutboxRow, PatientRow, RunRow, StaffRow, TaskRow
from bot.store.tables_shifts import CoverWatchRow, TestAlertRow
from bot.store.unit import Unit
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient, invite_patient
from bot.usecases.people import staff_by_chat
from bot.usecases.publish import publish_scripts
from bot.usecases.raise_task import AGAIN, URGENT, URGENT_AGAIN
from bot.usecases.roster import invite_staff, relieve, remove_staff
from bot.wiring.app import App, build, drain
from bot.wiring.flows import Flows, load_flows
from bot.wiring.sources import MovableClock

FLOWS = Path(__file__).parents[2] / "flows"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Madrid."""
PROCEDURE = "face"


@cache
def real_flows() -> Flows:
    """The real scripts, read once a process, whoever asks."""
    return load_flows(FLOWS)


def only_english() -> Flows:
    """The real scripts in a clinic whose bot speaks no other language."""
    return replace(real_flows(), messages={"en": real_flows().messages["en"]})


LONGEST_STEPS = 5000
MOST_ROUNDS = 200
YEARS = timedelta(days=2000)
"""A test alert that is passed so late counts for the whole journey, as if it were passed each month."""
SHORT_PAUSE = timedelta(seconds=4)
"""Pauses up to this long (the pace of a chat, a first retry) pass by themselves; longer ones need ``pass_time``."""
NUDGE = timedelta(seconds=1)
"""How far the clock goes when something stays overdue, because Telegram is away or asked to wait."""


class Pauses:
    """What the product waits for: a short pause moves the clock, a longer one ends when the clock gets there."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[datetime, asyncio.Future[None]]] = []

    async def __call__(self, moment: datetime) -> None:
        task = asyncio.current_task()
        in_flight = task is not None and "message" in task.get_name()  # nothing comes to rest before it has landed
        if in_flight or moment - self._clock() <= timedelta(seconds=1):
            self._clock.move_to(moment)
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((moment, future))
        await future

    def next_after(self, now: datetime) -> datetime | None:
        """When the next one ends."""
        return min((moment for moment, future in self._waiting if moment > now and not future.done()), default=None)

    def wake(self) -> None:
        """End those whose moment has come."""
        now = self._clock()
        for moment, future in self._waiting:
            if moment <= now and not future.done():
                future.set_result(None)
        self._waiting = [each for each in self._waiting if not each[1].done()]


@dataclass(slots=True)
class Person:
    """Somebody with a phone. ``expects`` reads the next unread message; ``taps`` presses a button."""

    clinic: Clinic
    phone: Phone
    name: str
    chat: GroupPhone | None = None
    _read: set[int] = field(default_factory=set)
    last: MessageView | None = None

    def _messages(self) -> list[MessageView]:
        return [message for message in self.phone.messages(self.chat) if message.from_bot]

    @property
    def unread(self) -> list[MessageView]:
        """The bot's messages that nobody has expected yet, oldest first."""
        return [message for message in self._messages() if message.id not in self._read]

    def expects(self, *words: str) -> MessageView:
        """The oldest unread message that has all these words; it counts as read then."""
        for message in self.unread:
            if all(word.casefold() in _whole(message).casefold() for word in words):
                self._read.add(message.id)
                self.last = message
                return message
        seen = "\n---\n".join(_whole(message) for message in self.unread) or "(nothing unread)"
        raise AssertionError(f"{self.name} expected {words}, but has:\n{seen}")

    def expects_nothing(self) -> None:
        """Nothing unread."""
        assert not self.unread, f"{self.name} did not expect:\n" + "\n---\n".join(_whole(each) for each in self.unread)

    def skims(self) -> None:
        """Reads everything without looking."""
        self._read.update(message.id for message in self._messages())

    async def taps(self, *labels: str, on: MessageView | None = None) -> str:
        """Presses the buttons whose labels contain these words, one after the other; returns the last toast."""
        toast = ""
        for label in labels:
            found = self._button(label, on)
            press = self.phone.press(found, on, chat=self.chat)
            await self.clinic.settle()
            toast = press.answer.text or "" if press.answer else ""
        return toast

    def _button(self, label: str, on: MessageView | None) -> str:
        for message in [on] if on else reversed(self._messages()):
            for row in message.buttons:
                for each in row:
                    if label.casefold() in each.casefold():
                        return each
        seen = [message.buttons for message in self._messages()[-3:]]
        raise AssertionError(f"{self.name} has no button with {label!r}; the last messages have {seen}")

    async def writes(self, text: str) -> None:
        """Types a message."""
        self.phone.type(text, self.chat)
        await self.clinic.settle()

    async def replies(self, to: MessageView, text: str) -> None:
        """Replies to a message, in its chat."""
        self.phone.reply(to, text)
        await self.clinic.settle()

    def sees(self, message: MessageView, *words: str) -> None:
        """A message that was read before shows these words now: it was edited."""
        shown = _whole(message).casefold()
        missing = [word for word in words if word.casefold() not in shown]
        assert not missing, f"{self.name} misses {missing} in:\n{_whole(message)}"

    @property
    def labels(self) -> list[str]:
        """The buttons of the last message read."""
        return [each for row in (self.last.buttons if self.last else ()) for each in row]

    async def does(self, act: Callable[[], Any]) -> None:
        """Does something else with the phone."""
        act()
        await self.clinic.settle()

    async def forges(self, data: str, on: MessageView | None = None) -> str:
        """Presses a button that no message has, as a forged client can; returns the toast."""
        press = self.phone.press_data(data, on, chat=self.chat)
        await self.clinic.settle()
        return press.answer.text or "" if press.answer else ""

    @property
    def open_question(self) -> MessageView:
        """The newest message with the buttons of a check-in's question."""
        for message in reversed(self._messages()):
            if any(data.startswith("a|") for data in message.button_data.values()):
                return message
        raise AssertionError(f"{self.name} is asked nothing")

    async def says(self, code: str, asked: str = "") -> MessageView:
        """Answers the open question with this code of the script; returns the message that asked it."""
        message = self.open_question
        self._read.add(message.id)
        for label, data in message.button_data.items():
            kind, _, rest = data.partition("|")
            if kind == "a" and rest.split("|")[2] == code and asked in ("", rest.split("|")[1]):
                self.phone.press(label, message)
                await self.clinic.settle()
                return message
        raise AssertionError(f"{self.name} cannot answer {asked} {code!r}: {message.button_data}")

    async def is_well(self, *, until: str = "") -> int:
        """Answers the open check-in to its end (or until the question ``until``), and all is well; the number of taps.

        Each answer must be confirmed in the question's own message.
        """
        for taps in range(40):
            open_questions = [
                message
                for message in self._messages()
                if any(data.startswith("a|") for data in message.button_data.values())
            ]
            if not open_questions:
                return taps
            message = open_questions[-1]
            question = next(data for data in message.button_data.values() if data.startswith("a|")).split("|")[2]
            if question == until:
                return taps
            known = self.clinic.question(question)
            await self.says(known.well or known.codes[0], question)
            assert message.text.startswith("✓"), f"not confirmed: {_whole(message)}"
            assert not message.buttons, f"still has buttons: {_whole(message)}"
        raise AssertionError(f"{self.name} is asked without end")


def _whole(message: MessageView) -> str:
    return message.text + "\n" + "\n".join(" | ".join(row) for row in message.buttons)


@dataclass(slots=True, repr=False)
class Clinic:
    """A clinic with its people, its product and its clock.

    No ``repr`` of all it holds: asyncio asks for one at the beginning and the end of each journey, for a tenth of a second.
    """

    app: App
    emulator: EmulatorServer
    clock: MovableClock
    rebuild: Callable[[], Awaitable[App]]
    pauses: Pauses
    staff: dict[str, Person] = field(default_factory=dict)
    patients: list[Person] = field(default_factory=list)
    group: Person | None = None

    @property
    def world(self) -> World:
        """The emulated Telegram."""
        return self.emulator.world

    @property
    def now(self) -> datetime:
        """The time of the clinic."""
        return self.clock()

    @property
    def script(self) -> Script:
        """The script of the journey's procedure."""
        return self.app.clinic.current(PROCEDURE)

    def question(self, name: str) -> Question:
        """A question by its name, of whichever procedure has it."""
        return next(
            script.questions[plain(name)]
            for script in (self.script, *self.app.clinic.scripts.values())
            if plain(name) in script.questions
        )

    async def settle(self) -> None:
        """Let everything happen that is due at this moment, and the short pauses on the way to it."""
        until = self.now + SHORT_PAUSE
        for _ in range(MOST_ROUNDS):
            self.pauses.wake()
            came = await self._poll()
            await self.app.cycle.tick()
            await drain(self.app)
            if came:
                continue
            soon = await self._soon(until)
            if soon is None:
                return
            self.clock.move_to(soon)
        raise AssertionError("the product does not come to rest")

    async def _poll(self) -> bool:
        """Take what waits at Telegram; False when there is nothing, or no answer."""
        try:
            return await self.app.polling.poll_once(0) > 0 or len(self.world.updates) > 0
        except TelegramError:
            return False

    async def _soon(self, until: datetime) -> datetime | None:
        """When something is due again before ``until``: a message, an update to try again, the end of a pause."""
        now = self.now

        def look(unit: Unit) -> list[datetime | None]:
            message = unit.first(
                OutboxRow, OutboxRow.state == "pending", col(OutboxRow.due_at) > now, order_by=OutboxRow.due_at
            )
            update = unit.first(
                InboxRow, InboxRow.state == "pending", col(InboxRow.retry_at) > now, order_by=InboxRow.retry_at
            )
            return [message.due_at if message else None, update.retry_at if update else None]

        moments = [*await self.app.store.look(look), self.pauses.next_after(now)]
        return min((moment for moment in moments if moment is not None and moment <= until), default=None)

    async def pass_time(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass; everything that falls due on the way happens at its own moment."""
        await self.pass_until(self.now + timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days))

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass until ``moment``."""
        await self.settle()
        for _ in range(LONGEST_STEPS):
            now = self.now
            if now >= moment:
                return
            due = await self._due(now)
            self.clock.move_to(min(due if due > now else now + NUDGE, moment))
            await self.settle()
        raise AssertionError("too many things fall due")

    async def _due(self, now: datetime) -> datetime:
        due = await self.app.store.look(lambda unit: next_moment(unit, now))
        told = await self.app.store.look(
            lambda unit: unit.many(TaskRow, col(TaskRow.done_at).is_(None), col(TaskRow.told_at).is_not(None))
        )
        again = [task.told_at + (URGENT_AGAIN if task.kind in URGENT else AGAIN) for task in told if task.told_at]
        found = [each for each in (due, *again, self.pauses.next_after(now)) if each is not None]
        return min(found, default=datetime.max.replace(tzinfo=UTC))

    async def to_check_in(self, step: str, patient: Person | None = None) -> None:
        """Let time pass until this check-in is due, and happen."""
        row = await self.check_in(step, patient)
        await self.pass_until(row.due_at)

    async def check_in(self, step: str, patient: Person | None = None) -> CheckInRow:
        """A check-in of the (first) patient by its id in the plan."""
        who = await self.row_of(patient or self.patients[0])
        found = await self.app.store.look(
            lambda unit: unit.first(CheckInRow, CheckInRow.patient_id == who.id, CheckInRow.step == step)
        )
        assert found is not None, f"no check-in {step}"
        return found

    async def row_of(self, person: Person) -> PatientRow:
        """The patient's row."""
        row = await self.app.store.look(lambda unit: unit.first(PatientRow, PatientRow.chat_id == person.phone.id))
        assert row is not None
        return row

    async def alerts(self) -> list[AlertRow]:
        """Every alert, oldest first."""
        return await self.app.store.look(lambda unit: unit.many(AlertRow, order_by=AlertRow.raised_at))

    async def tasks(self) -> list[TaskRow]:
        """Every task, oldest first."""
        return await self.app.store.look(lambda unit: unit.many(TaskRow, order_by=TaskRow.made_at))

    async def runs(self) -> list[RunRow]:
        """Every run, oldest first."""
        return await self.app.store.look(lambda unit: unit.many(RunRow, order_by=RunRow.opened_at))

    async def hire(self, name: str, role: str, *, rank: int = 0, tested: bool = True) -> Person:
        """A colleague joins by a one-time link; with a rank she is on call. ``tested``: she passes her test alerts."""
        app, now = self.app, self.now
        _, token = await app.store.run(
            lambda unit: invite_staff(unit, app.clinic, now, "setup", name, role, "+34600000001", "en")
        )
        phone = self.world.user(first_name=name)
        person = Person(self, phone, name)
        phone.start(token)
        await self.settle()
        person.expects("Welcome", name)
        if rank:
            row = await self.staff_row(person)
            await app.store.run(lambda unit: relieve(unit, app.clinic, now, row, rank))
        if tested:
            who = (await self.staff_row(person)).id
            passes = TestAlertRow(id=app.clinic.new_id(), staff_id=who, sent_by=who, sent_at=now, seen_at=now + YEARS)
            await app.store.run(lambda unit: unit.insert(passes))
        self.staff[name] = person
        if self.group is not None:
            assert self.group.chat is not None
            self.group.chat.add(phone)
        return person

    async def treat(
        self,
        name: str = "Ana Ruiz",
        *,
        sites: tuple[str, ...] = ("cheek",),
        modifiers: tuple[str, ...] = (),
        ended_ago: timedelta = timedelta(0),
        zone: str = "Europe/Madrid",
        injector: str = "",
        enrolled: bool = True,
        hour: int = 10,
    ) -> Person:
        """A patient is treated and registered; she opens her link and answers the enrolment."""
        token = await self.register(
            name, sites=sites, modifiers=modifiers, ended_ago=ended_ago, zone=zone, injector=injector
        )
        person = self.newcomer(name)
        person.phone.start(token)
        await self.settle()
        if enrolled:
            await enrol(person, hour)
        return person

    def newcomer(self, name: str) -> Person:
        """Somebody with a phone who has not written to the bot yet; her chat is watched as a patient's is."""
        person = Person(self, self.world.user(first_name=name.split()[0]), name)
        self.patients.append(person)
        return person

    async def register(
        self,
        name: str = "Ana Ruiz",
        *,
        sites: tuple[str, ...] = ("cheek",),
        modifiers: tuple[str, ...] = (),
        ended_ago: timedelta = timedelta(0),
        zone: str = "Europe/Madrid",
        injector: str = "",
        procedure: str = PROCEDURE,
    ) -> str:
        """Staff register a patient who was treated; returns the token of her link."""
        app, now = self.app, self.now
        staff = await self._first_staff()
        by = (await self.staff_row(self.staff[injector])).id if injector else staff.id
        new = NewPatient(
            name=name,
            birth_date=date(1985, 4, 23),
            phone="+34600123456",
            zone=zone,
            language="en",
            allergies=NONE_KNOWN,
            emergency_contact="Luis Ruiz, +34600654321",
        )
        session = NewSession(procedure, now - ended_ago, sites, modifiers, "HA 20 mg, lot 7", by)

        def register(unit: Unit) -> str:
            patient, token = enrol_patient(unit, app.clinic, now, staff, new)
            add_session(unit, app.clinic, now, staff, patient, session)
            return token

        return await app.store.run(register)

    async def treat_again(
        self,
        patient: Person,
        *,
        sites: tuple[str, ...] = ("cheek",),
        modifiers: tuple[str, ...] = ("repeat_session",),
        ended_ago: timedelta = timedelta(0),
        procedure: str = PROCEDURE,
    ) -> None:
        """A patient has a further session."""
        app, now = self.app, self.now
        staff, row = await self._first_staff(), await self.row_of(patient)
        session = NewSession(procedure, now - ended_ago, sites, modifiers, "HA 20 mg, lot 8", staff.id)
        await app.store.run(lambda unit: add_session(unit, app.clinic, now, staff, row, session))
        await self.settle()

    async def link_for(self, patient_id: str) -> str:
        """Staff make a fresh link for a patient; returns its token."""
        app, now, staff = self.app, self.now, await self._first_staff()

        def invite(unit: Unit) -> str:
            return invite_patient(unit, app.clinic, now, staff, unit.get(PatientRow, patient_id))

        return await app.store.run(invite)

    async def staff_row(self, person: Person) -> StaffRow:
        """The row of a member of staff."""
        row = await self.app.store.look(lambda unit: staff_by_chat(unit, person.phone.id))
        assert row is not None, f"{person.name} is no member of staff"
        return row

    async def staff_id(self, name: str) -> str:
        """Who this is in the database, also after leaving."""
        rows = await self.app.store.look(lambda unit: unit.many(StaffRow))
        return next(row.id for row in rows if row.name == name)

    async def remove(self, name: str) -> None:
        """A colleague leaves the clinic."""
        staff_id, now = await self.staff_id(name), self.now
        await self.app.store.run(lambda unit: remove_staff(unit, now, "setup", staff_id))
        await self.settle()

    def in_group(self, name: str) -> Person:
        """A member of staff who reads and presses in the group's chat, with the own phone."""
        assert self.group is not None
        return Person(self, self.staff[name].phone, f"{name} in the group", self.group.chat)

    def accepted(self, *methods: str) -> list[tuple[int, str]]:
        """What Telegram accepted, in order: chat and words of each message."""
        return [
            (int(call.params["chat_id"]), str(call.params.get("text") or call.params.get("caption") or ""))
            for call in self.world.calls
            if call.error is None and call.method in (methods or ("sendMessage",))
        ]

    def times(self, person: Person, words: str) -> list[float]:
        """When Telegram accepted messages with these words for somebody's private chat."""
        return [
            call.at
            for call in self.world.calls
            if call.method == "sendMessage"
            and call.error is None
            and int(call.params["chat_id"]) == person.phone.id
            and words in str(call.params.get("text"))
        ]

    def fault(self, kind: FaultKind, person: Person | None = None, **more: Any) -> Fault:
        """Something goes wrong with Telegram from now on: for one chat, or for all."""
        chat = None if person is None else person.chat.id if person.chat else person.phone.id
        return self.world.faults.add(Fault(kind, chat_id=chat, **more))

    async def _first_staff(self) -> StaffRow:
        doctor = next(iter(self.staff.values()))
        staff = await self.app.store.look(lambda unit: staff_by_chat(unit, doctor.phone.id))
        assert staff is not None
        return staff

    async def check_ins(self, patient: Person | None = None) -> list[CheckInRow]:
        """Every check-in of the (first) patient, by due time."""
        who = await self.row_of(patient or self.patients[0])
        return await self.app.store.look(
            lambda unit: unit.many(CheckInRow, CheckInRow.patient_id == who.id, order_by=CheckInRow.due_at)
        )

    async def open_tasks(self, *kinds: str) -> list[TaskRow]:
        """The tasks that nobody has done yet, of these kinds."""
        return [task for task in await self.tasks() if task.done_at is None and (not kinds or task.kind in kinds)]

    def staff_skim(self) -> None:
        """The staff's view is not the subject of this journey."""
        for person in (*self.staff.values(), *([self.group] if self.group else [])):
            person.skims()

    async def restart(self) -> None:
        """Stop the product (it drains) and start it anew on the same database."""
        await self.app.close()
        self.app = await self.rebuild()

    async def the_end(self) -> None:
        """Nothing was sent that nobody expected, Telegram was asked for nothing that it does not know."""
        people = [*self.patients, *self.staff.values(), *([self.group] if self.group else [])]
        for person in people:
            person.expects_nothing()
        assert not self.world.unknown_parameters, self.world.unknown_parameters


LANGUAGE_QUESTION = "Which language do you want?"


async def in_english(patient: Person) -> None:
    """Chooses English, when the clinic's bot speaks several languages and asks."""
    if any(LANGUAGE_QUESTION in message.text for message in patient.unread):
        patient.expects(LANGUAGE_QUESTION)
        await patient.taps("English")


async def enrol(patient: Person, hour: int = 10) -> None:
    """Everything that a patient answers before her first check-in, in English."""
    await in_english(patient)
    patient.expects("Welcome to the aftercare", "we do not watch this chat every minute", "112")
    await patient.taps("I agree")
    patient.expects("date of birth")
    await patient.writes("23.4.1985")
    patient.expects("Is your name")
    await patient.taps("Yes, that is me")
    patient.expects("for you now?")
    await patient.taps("Yes, that is right")
    patient.expects("At which hour")
    await patient.taps(f"{hour}:00")
    patient.expects("This is a test message")
    await patient.taps("It works")
    patient.expects("all is set")


@asynccontextmanager
async def open_clinic(
    url: str,
    *,
    begins: datetime = BEGINS,
    people: bool = True,
    flows: Flows | None = None,
    longest_send: float = LONGEST_SEND,
    longest_call: float = LONGEST_CALL_S,
    watch_cover: bool = False,
    **settings: Any,
) -> AsyncIterator[Clinic]:
    """A clinic with a group, a doctor on call, a second person and a lead, on the empty database ``url``.

    ``watch_cover``: gaps in the cover are told to the lead; journeys about other things put that off.
    """
    clock = MovableClock(begins, runs=False)
    pauses = Pauses(clock)
    world = World(now=lambda: clock().timestamp())
    async with EmulatorServer(world) as emulator:
        group = world.group("Clinic Sol staff")

        async def start() -> App:
            made = Settings(
                _env_file=None,
                **{
                    "telegram_token": world.token,
                    "encryption_keys": KEY,
                    "clinic_name": "Clinic Sol",
                    "clinic_phone": "+34 910 000 000",
                    "emergency_number": "112",
                    "crisis_line": "024",
                    "clinic_timezone": "Europe/Madrid",
                    "staff_group_id": group.id,
                    "database_url": url,
                    "alert_urls": "",
                    "telegram_api_url": emulator.url,
                    "messages_per_second": 1e6,
                    "bulk_per_second": 1e6,
                    **settings,
                },
            )
            app = build(
                made,
                clock=clock,
                wait=pauses,
                worker="journey",
                flows=flows or real_flows(),
                longest_send=longest_send,
                longest_call=longest_call,
            )
            await app.open()
            await app.introduce()
            now = clock()
            await app.store.run(
                lambda unit: publish_scripts(unit, now, app.flows.scripts, app.flows.floor_hash, "test")
            )
            return app

        await asyncio.to_thread(migrate.upgrade, url)
        clinic = Clinic(await start(), emulator, clock, start, pauses)
        if not watch_cover:
            put_off = CoverWatchRow(name="cover", next_at=clock() + YEARS)
            await clinic.app.store.run(lambda unit: unit.insert(put_off))
        try:
            if people:
                doctor = await clinic.hire("Dr. Vega", "clinician", rank=1)
                await clinic.hire("Dr. Marín", "injector", rank=2)
                await clinic.hire("Lola", "lead")
                for person in clinic.staff.values():
                    group.add(person.phone)
                clinic.group = Person(clinic, doctor.phone, "the group", group)
                await clinic.settle()
            yield clinic
        finally:
            await clinic.app.close()
