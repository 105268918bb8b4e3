"""The clinic of the demo: the real product on a throw-away SQLite file, with people of its own and a clock that moves."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import col
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.console.cookie import put
from bot.console.routes import Console, build_console
from bot.console.views import PREFIX
from bot.cycle.metronome import Metronome
from bot.demo.page import DemoError, DemoNext, DemoPerson, DemoSession, DemoState, Role
from bot.emulator import GroupPhone, Phone, World
from bot.settings import Settings, read_settings
from bot.store import migrate
from bot.store.crypto import new_key
from bot.store.moments import next_moment
from bot.store.tables import CheckInRow, PatientRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.console_access import SESSION, Entered, enter_console, make_console_link
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient
from bot.usecases.people import require_staff
from bot.usecases.roster import invite_staff, join_staff, relieve
from bot.wiring.app import App, build, drain
from bot.wiring.running import prepare
from bot.wiring.sources import MovableClock

ZONE = "Europe/Madrid"
PATIENTS = (("Ana Ruiz", date(1985, 4, 23)), ("Marta Gil", date(1990, 9, 12)), ("Inés Soler", date(1978, 1, 30)))
STAFF = (
    ("Dr. Vega", "clinician", 1, Role.ON_CALL),
    ("Dr. Marín", "injector", 2, Role.SECOND),
    ("Lola Prat", "lead", 0, Role.LEAD),
)
PROCEDURE = "face"
SITES = ("cheek",)
TICK_S = 0.5
MOST_STEPS = 4000
SIX_WEEKS = timedelta(days=42)


def demo_settings(api_url: str, folder: Path, token: str, group_id: int, flows: Path) -> Settings:
    """Settings of a clinic that does not exist; its key is made now and gone with the demo."""
    return read_settings(
        _env_file=None,
        telegram_token=token,
        encryption_keys=new_key(),
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone=ZONE,
        clinic_language="en",
        staff_group_id=group_id,
        alert_urls="",  # the demo rings nobody, whatever stands in .env
        database_url=f"sqlite:///{folder / 'demo.sqlite3'}",
        telegram_api_url=api_url,
        flows_dir=flows,
        tick_seconds=TICK_S,
        public_url="",
        console_url=api_url,
        heartbeat_url="",
        webhook_secret="",
    )


class Demo:
    """Implements what the page asks for. Built once; ``open`` starts the product, ``reset`` starts it anew."""

    def __init__(self, world: World, clock: MovableClock, flows: Path) -> None:
        self._world = world
        self._clock = clock
        self._flows = flows
        self._api_url = ""
        self._folder: Path | None = None
        self._app: App | None = None
        self._console: Console | None = None
        self._polling: asyncio.Task[None] | None = None
        self._metronome: Metronome | None = None
        self._group: GroupPhone | None = None
        self._staff: list[tuple[Phone, str, Role]] = []
        self._patient: Phone | None = None
        self._patients = 0
        self._moving = False
        self._ready = False

    async def open(self, api_url: str) -> None:
        """Start the product against the emulator at ``api_url``: real long polling, real database, real cycle."""
        self._api_url = api_url
        self._folder = Path(tempfile.mkdtemp(prefix="aftercare-demo-"))
        self._group = self._world.group("Clinic Sol · team")
        settings = demo_settings(api_url, self._folder, self._world.token, self._group.id, self._flows)
        await asyncio.to_thread(migrate.upgrade, settings.database_url.get_secret_value())
        app = self._app = build(settings, clock=self._clock, wait=_waiting(self._clock))
        self._console = build_console(app)
        await prepare(app)
        await app.open()
        await app.introduce()
        self._polling = asyncio.get_running_loop().create_task(app.polling.run())
        self._metronome = Metronome(self._tick, TICK_S)
        await self._hire(app, self._group)
        self._metronome.start()
        self._ready = True

    async def close(self) -> None:
        """Stop the product; its database is deleted."""
        self._ready = False
        if self._console:
            self._console.close()
        if self._metronome:
            self._metronome.stop()
        if self._app and self._polling:
            self._app.polling.stop()
            with contextlib.suppress(asyncio.CancelledError):
                await self._polling
            await self._app.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._app = self._console = self._polling = self._metronome = self._folder = None

    @property
    def console_routes(self) -> list[BaseRoute]:
        """The console beside the demo's page, and one click that signs in as the lead: for a clinic that does not exist."""
        return [Route("/demo/console", self._open_console, methods=["GET"]), Mount(PREFIX, self._to_console)]

    async def _open_console(self, _: Request) -> Response:
        app = self._running()
        now, lead = self._clock(), next(phone for phone, _, role in self._staff if role is Role.LEAD)

        def work(unit: Unit) -> Entered:
            token = make_console_link(unit, app.clinic, now, require_staff(unit, lead.id), unlimited=True)
            return enter_console(unit, app.clinic, now, token, "Demo")

        entered = await app.store.run(work)
        response = RedirectResponse(f"{PREFIX}/", status_code=303, headers={"Cache-Control": "no-store"})
        put(app, response, entered.secret, int(SESSION.total_seconds()))
        return response

    async def _to_console(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each start of the demo has a console of its own."""
        if self._console is None:
            await Response("The demo is starting. Try again in a moment.", 503)(scope, receive, send)
        else:
            await self._console(scope, receive, send)

    async def _tick(self) -> None:
        """The metronome rests while the clock is being moved: then each moment is played in order."""
        if not self._moving and self._app:
            await self._app.cycle.tick()

    async def _hire(self, app: App, group: GroupPhone) -> None:
        self._staff = []
        for name, role, rank, shown_as in STAFF:
            phone = self._world.user(first_name=name, started=True)
            group.add(phone)

            def join(unit: Unit, phone: Phone = phone, name: str = name, role: str = role, rank: int = rank) -> None:
                now = self._clock()
                _, token = invite_staff(unit, app.clinic, now, "demo", name, role, "+34600000000", "en")
                staff = join_staff(unit, now, phone.id, token)
                if rank:
                    relieve(unit, app.clinic, now, staff, rank)

            await app.store.run(join)
            self._staff.append((phone, name, shown_as))

    def _running(self) -> App:
        if self._app is None or not self._ready:
            raise DemoError("The demo is starting. Try again in a moment.")
        return self._app

    async def state(self) -> DemoState:
        """What there is now."""
        app, now = self._running(), self._clock()
        row, session, coming = None, None, None
        if self._patient is not None:
            row, session, coming = await app.store.look(self._look)
        people: list[DemoPerson] = []
        on_call = self._staff[0][0] if self._staff else None
        if self._patient is not None:
            people.append(_person(self._patient, self._patient.user.first_name, Role.PATIENT))
        if self._group is not None and on_call is not None:
            people.append(
                DemoPerson(
                    user_id=on_call.id,
                    chat_id=self._group.id,
                    role=Role.GROUP,
                    name=self._group.title,
                    viewer=on_call.id,
                )
            )
        people.extend(_person(phone, name, role) for phone, name, role in self._staff)
        tips: tuple[str, ...] = ()
        if row is not None and row.stage == "consenting":
            tips = (f"When she is asked for her date of birth, type {self._birth_date:%-d.%-m.%Y}.",)
        return DemoState(
            now=now,
            zone=ZONE,
            people=tuple(people),
            session=self._session_of(app, session) if session else None,
            next=DemoNext(at=coming.due_at, what=f"check-in {coming.step}") if coming else None,
            busy=self._moving,
            tips=tips,
        )

    @property
    def _birth_date(self) -> date:
        return PATIENTS[(self._patients - 1) % len(PATIENTS)][1]

    def _look(self, unit: Unit) -> tuple[PatientRow | None, SessionRow | None, CheckInRow | None]:
        assert self._patient is not None
        row = unit.find(PatientRow, chat_id=self._patient.id)
        if row is None:
            return None, None, None
        session = unit.first(SessionRow, SessionRow.patient_id == row.id, order_by=col(SessionRow.t0).desc())
        coming = unit.first(
            CheckInRow, CheckInRow.patient_id == row.id, CheckInRow.state == "planned", order_by=CheckInRow.due_at
        )
        return row, session, coming

    def _session_of(self, app: App, session: SessionRow) -> DemoSession:
        script = app.clinic.current(session.procedure)
        texts = app.clinic.texts(script, "en")
        return DemoSession(
            t0=session.t0,
            procedure=texts.raw(f"procedure.{session.procedure}"),
            sites=tuple(texts.raw(f"site.{site}") for site in session.sites.split()),
        )

    async def register(self) -> DemoState:
        """Register a patient whose treatment has just ended, and let her open the link."""
        app = self._running()
        name, born = PATIENTS[self._patients % len(PATIENTS)]
        phone = self._world.user(first_name=name)
        doctor = self._staff[0][0]

        def enrol(unit: Unit) -> str:
            now = self._clock()
            staff: StaffRow = require_staff(unit, doctor.id)
            new = NewPatient(
                name=name,
                birth_date=born,
                phone="+34600123456",
                zone=ZONE,
                language="en",
                allergies="penicillin",
                emergency_contact="Luis Ruiz, +34600654321",
            )
            patient, token = enrol_patient(unit, app.clinic, now, staff, new)
            session = NewSession(PROCEDURE, now, SITES, (), "hyaluronic acid 20 mg/ml, lot 24-117", staff.id)
            add_session(unit, app.clinic, now, staff, patient, session)
            return token

        token = await app.store.run(enrol)
        self._patients += 1
        self._patient = phone
        phone.start(token)
        await self._world.until(lambda: phone.last is not None, timeout=10)
        return await self.state()

    async def advance(self, seconds: float) -> DemoState:
        """Let time pass: everything that falls due on the way happens at its own moment."""
        return await self._advance_to(self._clock() + timedelta(seconds=seconds))

    async def advance_to(self, goal: str) -> DemoState:
        """``next``: to the patient's next check-in; ``week6``: to six weeks after the session."""
        state = await self.state()
        if state.session is None:
            raise DemoError("Register a patient first.")
        if goal == "week6":
            moment = state.session.t0 + SIX_WEEKS
            if moment <= self._clock():
                raise DemoError("It is later than week 6 already.")
            return await self._advance_to(moment)
        if state.next is None:
            raise DemoError("No check-in is planned. Finish the first questions on the patient's phone.")
        return await self._advance_to(max(state.next.at, self._clock()))

    async def _advance_to(self, goal: datetime) -> DemoState:
        app = self._running()
        self._moving = True
        try:
            await self._settle(app)
            for _ in range(MOST_STEPS):
                now = self._clock()
                due = await app.store.look(lambda unit, now=now: next_moment(unit, now))  # type: ignore[misc]
                if due is None or due > goal:
                    break
                self._clock.move_to(max(due, now + timedelta(milliseconds=1)))
                await self._settle(app)
            self._clock.move_to(goal)
            await self._settle(app)
        finally:
            self._moving = False
        return await self.state()

    async def _settle(self, app: App) -> None:
        await app.cycle.tick()
        await drain(app)

    async def reset(self) -> DemoState:
        """A new clinic with new people and an empty database."""
        await self.close()
        self._patient = None
        await self.open(self._api_url)
        return await self.state()


def _person(phone: Phone, name: str, role: Role) -> DemoPerson:
    return DemoPerson(user_id=phone.id, chat_id=phone.id, role=role, name=name, viewer=phone.id)


def _waiting(clock: MovableClock) -> Callable[[datetime], Awaitable[None]]:
    """Wait until the demo's clock shows a moment, also when somebody moves it meanwhile."""

    async def wait(moment: datetime) -> None:
        while (left := (moment - clock()).total_seconds()) > 0:  # noqa: ASYNC110 - nobody tells when the clock was moved
            await asyncio.sleep(min(left, 0.2))

    return wait
