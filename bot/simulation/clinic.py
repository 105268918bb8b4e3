"""The simulated clinic: a world, a disk, an office that registers people, and the product that dies and starts again."""

import asyncio
import contextvars
import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from bot.core.care.clock import is_quiet
from bot.core.post.message import Body, Courier, Message, Outcome, Priority
from bot.core.wording.noted import NONE_KNOWN
from bot.emulator.phones import Phone
from bot.emulator.world import World
from bot.settings import Settings
from bot.simulation.chances import BEGINS, Ids, WallClock, stream
from bot.simulation.disk import Disk
from bot.simulation.loop import LIFE, Life, SimulatedLoop
from bot.simulation.telegram import OUTBOX, SimulatedRequest, Wire
from bot.simulation.trace import Trace
from bot.store import migrate
from bot.store.moments import due_queries
from bot.store.unit import Unit
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient
from bot.usecases.people import require_staff
from bot.usecases.posting import post
from bot.usecases.publish import publish_scripts
from bot.usecases.roster import invite_staff, join_staff, relieve
from bot.wiring.app import App, build
from bot.wiring.flows import Flows
from bot.wiring.outside import Outside
from bot.wiring.running import live

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TOKEN = "7000000001:demo-token-of-the-emulator"  # noqa: S105
STAFF = (("Dr. Vega", "clinician", 1), ("Dr. Marin", "injector", 2), ("Lola Prat", "lead", 0))
LONG_POLL = 7200
LONGEST_REST = 3600.0
"""Ticks in which nothing is due are left out, but for one in so many seconds."""
LONGEST_BACK_OFF = 16.0

Plant = Callable[[App], None]
"""Changes a freshly built product: how the tests plant bugs."""


@functools.cache
def _due_sql() -> tuple[tuple[str, dict[str, Any]], ...]:
    made = [query.compile(dialect=sqlite.dialect(paramstyle="named")) for query in due_queries()]
    return tuple((str(each), dict(each.params)) for each in made)


def as_moment(text: str) -> datetime:
    """A moment as the database keeps it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def as_text(moment: datetime) -> str:
    """The other way."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


class TaggedCourier:
    """The product's courier; the wire learns which row of the outbox a call carries."""

    def __init__(self, inner: Courier) -> None:
        self.inner = inner

    async def send(self, message: Message) -> Outcome:
        """As the courier sends."""
        OUTBOX.set(message.id)
        return await self.inner.send(message)


class Pulse:
    """The metronome on the virtual clock. It leaves out ticks that would find nothing due."""

    def __init__(
        self, tick: Callable[[], Awaitable[None]], seconds: float, due: Callable[[], Awaitable[float | None]]
    ) -> None:
        self._tick = tick
        self._seconds = seconds
        self._due = due
        self._task: asyncio.Task[None] | None = None
        self.changed = asyncio.Event()

    def start(self) -> None:
        """The first tick comes at once."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        """No further ticks."""
        if self._task is not None:
            self._task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            raise RuntimeError("the pulse stopped") from task.exception()

    async def _run(self) -> None:
        back_off = self._seconds
        while True:
            self.changed.clear()
            await self._tick()
            back_off = self._seconds if self.changed.is_set() else min(back_off * 2, LONGEST_BACK_OFF)
            await asyncio.sleep(self._seconds)
            while True:
                self.changed.clear()
                left = await self._due()
                rest = LONGEST_REST if left is None else min(LONGEST_REST, max(left, back_off - self._seconds))
                try:
                    async with asyncio.timeout(rest):
                        await self.changed.wait()
                except TimeoutError:
                    break
                back_off = self._seconds
                await asyncio.sleep(self._seconds)


@dataclass(frozen=True)
class Template:
    """A migrated database with published scripts and a staff, to be copied for each run."""

    folder: Path
    file: Path
    flows: Flows


def _settings(url: str, group_id: int) -> Settings:
    return Settings(
        _env_file=None,
        telegram_token=TOKEN,
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
        staff_group_id=group_id,
        database_url=url,
        telegram_api_url="http://telegram.invalid",
        heartbeat_url="http://watcher.invalid/beat",
    )


def scratch() -> Path | None:
    """A folder in memory, where there is one."""
    fast = Path("/dev/shm")
    return fast if fast.is_dir() else None


def make_template(flows: Flows) -> Template:
    """Made once a process; ``folder`` is the caller's to delete."""
    folder = Path(tempfile.mkdtemp(prefix="aftercare-simulation-", dir=scratch()))
    file = folder / "template.sqlite3"
    migrate.upgrade(f"sqlite:///{file}")
    ids = Ids(stream(0, "template"))
    app = build(
        _settings(f"sqlite:///{file}", -4_000_001),
        clock=lambda: BEGINS,
        flows=flows,
        outside=Outside(new_id=ids.new_id, new_token=ids.new_token),
    )

    def found(unit: Unit) -> None:
        publish_scripts(unit, BEGINS, flows.scripts, flows.floor_hash, "simulation")
        for place, (name, role, rank) in enumerate(STAFF):
            _, token = invite_staff(unit, app.clinic, BEGINS, "setup", name, role, "+34600000001", "en")
            staff = join_staff(unit, BEGINS, 1_000_001 + place, token)
            if rank:
                relieve(unit, app.clinic, BEGINS - timedelta(days=1), staff, rank)

    async def fill() -> None:
        await app.store.run(found)
        await app.store.close()

    asyncio.run(fill())
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Template(folder, file, flows)


class SimulatedClinic:
    """One run's clinic. ``plant`` changes each newly started product; the tests give it."""

    def __init__(self, seed: int, loop: SimulatedLoop, template: Template, file: Path, plant: Plant | None) -> None:
        self.seed = seed
        self.loop = loop
        self.flows = template.flows
        self.file = Path(shutil.copy(template.file, file))
        self.trace = Trace(loop.time)
        self.clock = WallClock(loop.time)
        self.world = World(TOKEN, lambda: BEGINS.timestamp() + loop.time(), keep_calls=10)
        self.staff = [self.world.user(first_name=name, started=True) for name, _, _ in STAFF]
        self.group = self.world.group("Clinic Sol staff", members=self.staff)
        self.world.updates.clear()
        self.outside = contextvars.copy_context()
        self.wire = Wire(self.world, stream(seed, "wire"), self.outside)
        self.disk = Disk()
        self.disk.kill = self.kill
        self.ids = Ids(stream(seed, "ids"))
        self.settings = _settings(f"sqlite:///{self.file}", self.group.id)
        self.plant = plant
        self.life: Life | None = None
        self.stop: asyncio.Event | None = None
        self._crowd: list[Phone] = []
        self.lives = 0
        self.ended = asyncio.Event()
        """Whether what ran last runs no more."""
        self.pulse: Pulse | None = None
        self.crashed: list[str] = []
        self.beat_at: float | None = None
        self.on_beat: Callable[[], None] = lambda: None
        self.main: asyncio.Task[None] | None = None
        self.office = self._build()
        self.office.delivery._stopping = True  # the office writes rows and looks at them; it sends nothing
        self.eye = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)

    def _build(self) -> App:
        return build(
            self.settings,
            clock=self.clock,
            wait=self._wait,
            flows=self.flows,
            outside=Outside(
                new_id=self.ids.new_id,
                new_token=self.ids.new_token,
                request=functools.partial(SimulatedRequest, self.wire),
                courier=TaggedCourier,
                open_file=self.disk.open_file,
                heartbeat=lambda url: self._beat,
                long_poll=LONG_POLL,
            ),
        )

    async def _beat(self) -> None:
        """The outside watcher hears from the product."""
        self.beat_at = self.loop.time()
        self.on_beat()

    def was_confirmed(self, update_id: int) -> bool:
        """Whether Telegram was told that we have this update."""
        return update_id in self.wire.forgotten

    def is_night(self, local: datetime) -> bool:
        """Whether a patient's clock stands in the quiet hours of the script."""
        plan = self.flows.scripts["face"].plan
        return is_quiet(local, plan.quiet_from, plan.quiet_to, str(local.tzinfo))

    async def _wait(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.clock()).total_seconds()))

    @property
    def is_up(self) -> bool:
        """Whether the product runs now."""
        return self.life is not None and self.life.alive

    def start(self) -> Life:
        """Start the product on what is on the disk."""
        self.lives += 1
        life = self.life = Life(self.lives)
        context = self.outside.copy()
        context.run(LIFE.set, life)
        self.trace.note("start", life.number)
        self.ended.clear()
        self.main = self.loop.create_task(self._main(life), context=context)
        return life

    async def _main(self, life: Life) -> None:
        try:
            app = self._build()
            if self.plant is not None:
                self.plant(app)
            stop = asyncio.Event()
            life.on_signal = stop.set

            async def due() -> float | None:
                return self.next_due()

            def beat(tick: Callable[[], Awaitable[None]], seconds: float) -> Pulse:
                self.pulse = Pulse(tick, seconds, due)
                return self.pulse

            await live(app, web=False, worker=True, stop=stop, beat=beat)
        except Exception as error:
            self.crashed.append(f"{type(error).__name__}: {error}")
        life.alive = False
        self.disk.cut(life)
        self.ended.set()
        self.trace.note("ended", life.number)

    def kill(self, life: Life, why: str) -> None:
        """Nothing of this process runs any more, and what it had not committed never was."""
        if not life.alive:
            return
        self.trace.note("kill", life.number, why)
        life.alive = False
        self.ended.set()
        self.disk.cut(life)

    def terminate(self) -> None:
        """SIGTERM: the product drains and ends."""
        if self.life is not None and self.life.alive:
            self.trace.note("term", self.life.number)
            self.life.on_signal()

    async def register(self, name: str, sites: tuple[str, ...], modifiers: tuple[str, ...]) -> tuple[Phone, str, str]:
        """The office registers somebody who was just treated: her phone, her link, and her id."""
        phone = self.world.user(first_name=name.split()[0])
        now = self.clock()

        def work(unit: Unit) -> tuple[str, str]:
            staff = require_staff(unit, self.staff[0].id)
            new = NewPatient(
                name=name,
                birth_date=date(1985, 4, 23),
                phone="+34600123456",
                zone="Europe/Madrid",
                language="en",
                allergies=NONE_KNOWN,
                emergency_contact="Luis, +34600654321",
            )
            patient, token = enrol_patient(unit, self.office.clinic, now, staff, new)
            session = NewSession("face", now, sites, modifiers, "HA 20 mg", staff.id)
            add_session(unit, self.office.clinic, now, staff, patient, session)
            return token, patient.id

        token, patient_id = await self.office.store.run(work)
        return phone, token, patient_id

    async def crowd(self, size: int = 70) -> None:
        """A mass dispatch: so many digests, to as many chats, are due at once."""
        while len(self._crowd) < size:
            self._crowd.append(self.world.user(first_name=f"Reader {len(self._crowd)}", started=True))
        now = self.clock()

        def work(unit: Unit) -> None:
            for phone in self._crowd:
                post(unit, now, phone.id, Body(text="The week in numbers."), Priority.DIGEST, kind="digest")

        await self.office.store.run(work)

    def next_due(self) -> float | None:
        """Seconds until something falls due, by the store's own queries."""
        now = self.clock()
        found = [
            row[0]
            for sql, values in _due_sql()
            for row in self.eye.execute(sql, {**values, "now": as_text(now)})
            if row[0] is not None
        ]
        return (as_moment(min(found)) - now).total_seconds() if found else None

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Read the database past everything."""
        return self.eye.execute(sql, values).fetchall()
