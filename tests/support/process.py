"""The product as real processes on an emulated Telegram: started, killed and stopped by the test that owns them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.emulator import EmulatorServer, GroupPhone, MessageView, Phone, World
from bot.emulator.world import Call
from bot.settings import Settings
from bot.store.tables import PatientRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient
from bot.usecases.people import staff_by_chat
from bot.usecases.publish import publish_scripts
from bot.usecases.roster import invite_staff, join_staff, relieve
from bot.wiring.app import App, build
from bot.wiring.flows import Flows
from tests.support.clinic import FLOWS, KEY

ROOT = Path(__file__).parents[2]
START_WITHIN = 20.0
STOP_WITHIN = 30.0
SECRET = "a-secret-of-the-tests"

Value = TypeVar("Value")


@dataclass(slots=True)
class Running:
    """A process of the product, and what it wrote."""

    process: Process
    output: Path

    async def kill(self) -> None:
        """SIGKILL: nothing more runs in it, not even ``finally``."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_WITHIN):
            return await self.process.wait()


@dataclass(slots=True)
class Town:
    """A clinic on a database, its emulated Telegram, and the processes that serve it."""

    emulator: EmulatorServer
    url: str
    folder: Path
    flows: Flows
    group: GroupPhone
    doctor: Phone
    office: App
    """The same product in this process; it only writes and reads rows, and runs nothing."""
    processes: list[Running] = field(default_factory=list)

    @property
    def world(self) -> World:
        """The emulated Telegram."""
        return self.emulator.world

    async def until(self, predicate: Callable[[], Value]) -> Value:
        """Wait until something is so at Telegram; what the processes wrote is told when it does not come."""
        try:
            return await self.world.until(predicate, START_WITHIN)
        except TimeoutError:
            wrote = "\n---\n".join(running.output.read_text() for running in self.processes)
            raise AssertionError(f"it did not come; the processes wrote:\n{wrote}") from None

    async def start(self, command: str = "serve", **settings: str) -> Running:
        """Start a process and wait until it has introduced itself to Telegram, with its address where it has one."""
        output = self.folder / f"process-{len(self.processes)}.log"
        met = self._introductions()
        has_address = "PUBLIC_URL" in settings
        env = {**os.environ, **self.settings(), **settings}
        with output.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", command, cwd=ROOT, env=env, stdout=log, stderr=log
            )
        running = Running(process, output)
        self.processes.append(running)
        ready = asyncio.create_task(
            self.until(lambda: self._introductions() > met and (self.world.webhook is not None or not has_address))
        )
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not ready.done():
            ready.cancel()
            raise AssertionError(f"it ended with {process.returncode}:\n{output.read_text()}")
        ready.result()
        return running

    def _introductions(self) -> int:
        # The commands for every other language come last.
        calls = [call for call in self.world.calls if call.method == "setMyCommands"]
        return sum("language_code" not in call.params for call in calls)

    def settings(self) -> dict[str, str]:
        """The environment of a process."""
        return {
            "TELEGRAM_TOKEN": self.world.token,
            "TELEGRAM_API_URL": self.emulator.url,
            "ENCRYPTION_KEYS": KEY,
            "CLINIC_NAME": "Clinic Sol",
            "CLINIC_PHONE": "+34 910 000 000",
            "EMERGENCY_NUMBER": "112",
            "CRISIS_LINE": "024",
            "CLINIC_TIMEZONE": "Europe/Madrid",
            "STAFF_GROUP_ID": str(self.group.id),
            "DATABASE_URL": self.url,
            "FLOWS_DIR": str(FLOWS),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "MESSAGES_PER_SECOND": "1000000",
            "BULK_PER_SECOND": "1000000",
        }

    async def patients(self, count: int) -> list[Phone]:
        """Patients who were treated three hours ago and take part."""
        phones = [self.world.user(first_name=f"Ana {number}", started=True) for number in range(count)]
        now, clinic = datetime.now(UTC), self.office.clinic

        def register(unit: Unit) -> None:
            staff = staff_by_chat(unit, self.doctor.id)
            assert staff is not None
            for phone in phones:
                new = NewPatient(phone.user.first_name, date(1985, 4, 23), "+34600123456", "Europe/Madrid", "en")
                patient, _ = enrol_patient(unit, clinic, now, staff, new)
                session = NewSession("face", now - timedelta(hours=3), ("cheek",), injector_id=staff.id)
                add_session(unit, clinic, now, staff, patient, session)
                unit.change(PatientRow, PatientRow.id == patient.id, stage="active", chat_id=phone.id)

        await self.office.store.run(register)
        return phones

    def texts(self, phone: Phone, *words: str) -> list[MessageView]:
        """What the bot wrote to somebody with one of these words (in text or buttons), oldest first."""
        return [
            message
            for message in phone.messages()
            if message.from_bot and (not words or any(word in f"{message.text}{message.buttons}" for word in words))
        ]

    def calls(self, method: str) -> list[Call]:
        """The calls of a method."""
        return [call for call in self.world.calls if call.method == method]


@asynccontextmanager
async def town(url: str, folder: Path, flows: Flows) -> AsyncIterator[Town]:
    """A clinic with one doctor on call, on a migrated database; its processes are ended in the end."""
    async with EmulatorServer(World()) as emulator:
        world = emulator.world
        doctor = world.user(first_name="Dr. Vega", started=True)
        group = world.group("Staff", members=[doctor])
        place = Town(emulator, url, folder, flows, group, doctor, _office(emulator, url, flows, group))
        now, app = datetime.now(UTC), place.office

        def found(unit: Unit) -> None:
            publish_scripts(unit, now, flows.scripts, flows.floor_hash, "test")
            _, token = invite_staff(unit, app.clinic, now, "setup", "Dr. Vega", "clinician", "+34600000001", "en")
            staff = join_staff(unit, now, doctor.id, token)
            relieve(unit, app.clinic, now - timedelta(days=1), staff, 1)

        await app.store.run(found)
        world.updates.clear()
        try:
            yield place
        finally:
            for running in place.processes:
                if running.process.returncode is None:
                    await running.kill()
            await app.store.close()


def _office(emulator: EmulatorServer, url: str, flows: Flows, group: GroupPhone) -> App:
    settings = Settings(
        _env_file=None,
        telegram_token=emulator.world.token,
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
        staff_group_id=group.id,
        database_url=url,
        telegram_api_url=emulator.url,
    )
    return build(settings, flows=flows, worker="office")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def staff_named(app: App, name: str) -> StaffRow | None:
    """A colleague by name."""
    rows = await app.store.look(lambda unit: unit.many(StaffRow))
    return next((row for row in rows if row.name == name), None)
