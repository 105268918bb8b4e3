"""The journey harness: the whole product against the emulator, with a clock that is moved and never waited for.

A journey reads like a shift: ``await clinic.pass_time(hours=2)``, ``clinic.ana.taps("None of these")``,
``nurse.expects("EMERGENCY")``. Each message that the product sends must be expected by somebody: a journey that
ends with an unread message fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.flow.model import Script
from bot.emulator import EmulatorServer, GroupPhone, MessageView, Phone, World
from bot.settings import Settings
from bot.store import migrate
from bot.store.moments import next_moment
from bot.store.tables import AlertRow, CheckInRow, PatientRow, RunRow, TaskRow
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient
from bot.usecases.publish import publish_scripts
from bot.usecases.roster import invite_staff, relieve
from bot.usecases.people import staff_by_chat
from bot.wiring.app import App, build, drain
from bot.wiring.flows import Flows, load_flows
from bot.wiring.sources import MovableClock

FLOWS = Path(__file__).parents[2] / "flows"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Madrid."""
PROCEDURE = "face"
LONGEST_STEPS = 5000


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
            for row in message.buttons if message else ():
                for each in row:
                    if label.casefold() in each.casefold():
                        return each
        seen = [message.buttons for message in self._messages()[-3:]]
        raise AssertionError(f"{self.name} has no button with {label!r}; the last messages have {seen}")

    async def writes(self, text: str) -> None:
        """Types a message."""
        self.phone.type(text, self.chat)
        await self.clinic.settle()

    async def does(self, act: Callable[[], Any]) -> None:
        """Does something else with the phone."""
        act()
        await self.clinic.settle()


def _whole(message: MessageView) -> str:
    return message.text + "\n" + "\n".join(" | ".join(row) for row in message.buttons)


@dataclass(slots=True)
class Clinic:
    """A clinic with its people, its product and its clock."""

    app: App
    emulator: EmulatorServer
    clock: MovableClock
    rebuild: Callable[[], Awaitable[App]]
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

    async def settle(self) -> None:
        """Let everything happen that is due at this moment."""
        for _ in range(100):
            came = await self.app.polling.poll_once(0)
            await self.app.cycle.tick()
            await drain(self.app)
            if not came and not len(self.world.updates):
                return
        raise AssertionError("the product does not come to rest")

    async def pass_time(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass; everything that falls due on the way happens at its own moment."""
        await self.pass_until(self.now + timedelta(minutes=minutes, hours=hours, days=days))

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass until ``moment``."""
        await self.settle()
        for _ in range(LONGEST_STEPS):
            now = self.now
            due = await self.app.store.look(lambda unit: next_moment(unit, now))
            if due is None or due > moment:
                self.clock.move_to(moment)
                await self.settle()
                return
            self.clock.move_to(max(due, now + timedelta(milliseconds=1)))
            await self.settle()
        raise AssertionError("too many things fall due")

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

    async def hire(self, name: str, role: str, *, rank: int = 0) -> Person:
        """A colleague joins by a one-time link; with a rank she is on call."""
        app, now = self.app, self.now
        staff, token = await app.store.run(
            lambda unit: invite_staff(unit, app.clinic, now, "setup", name, role, "+34600000001", "en")
        )
        phone = self.world.user(first_name=name)
        person = Person(self, phone, name)
        phone.start(token)
        await self.settle()
        person.expects("Welcome", name)
        if rank:
            row = await app.store.look(lambda unit: staff_by_chat(unit, phone.id))
            assert row is not None
            await app.store.run(lambda unit: relieve(unit, app.clinic, now, row, rank))
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
        enrolled: bool = True,
        hour: int = 10,
    ) -> Person:
        """A patient is treated and registered; she opens her link and answers the enrolment."""
        app, now = self.app, self.now
        doctor = next(iter(self.staff.values()))
        staff = await app.store.look(lambda unit: staff_by_chat(unit, doctor.phone.id))
        assert staff is not None
        new = NewPatient(name=name, birth_date=date(1985, 4, 23), phone="+34600123456", zone=zone, language="en")
        session = NewSession(PROCEDURE, now - ended_ago, sites, modifiers, "HA 20 mg, lot 7", staff.id)

        def register(unit: Any) -> str:
            patient, token = enrol_patient(unit, app.clinic, now, staff, new)
            add_session(unit, app.clinic, now, staff, patient, session)
            return token

        token = await app.store.run(register)
        phone = self.world.user(first_name=name.split()[0])
        person = Person(self, phone, name)
        self.patients.append(person)
        phone.start(token)
        await self.settle()
        if enrolled:
            await enrol(person, hour)
        return person

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


async def enrol(patient: Person, hour: int = 10) -> None:
    """Everything that a patient answers before her first check-in."""
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
    **settings: Any,
) -> AsyncIterator[Clinic]:
    """A clinic with a group, a doctor on call, a second person and a lead, on the (empty, migrated) database ``url``."""
    clock = MovableClock(begins, runs=False)
    world = World(now=lambda: clock().timestamp())
    async with EmulatorServer(world) as emulator:
        group = world.group("Clinic Sol staff")

        async def start() -> App:
            made = Settings(
                _env_file=None,  # type: ignore[call-arg]
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
                    "telegram_api_url": emulator.url,
                    "messages_per_second": 1e6,
                    "bulk_per_second": 1e6,
                    **settings,
                },
            )
            app = build(made, clock=clock, wait=_never_waits(clock), worker="journey", flows=flows or load_flows(FLOWS))
            await app.open()
            await app.introduce()
            now = clock()
            await app.store.run(
                lambda unit: publish_scripts(unit, now, app.flows.scripts, app.flows.floor_hash, "test")
            )
            return app

        await asyncio.to_thread(migrate.upgrade, url)
        clinic = Clinic(await start(), emulator, clock, start)
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


def _never_waits(clock: MovableClock) -> Callable[[datetime], Awaitable[None]]:
    """Waiting means moving the clock: a pause of the pace or of a retry passes in simulated time."""

    async def wait(moment: datetime) -> None:
        clock.move_to(moment)
        await asyncio.sleep(0)

    return wait
