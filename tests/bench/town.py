"""One emulator with its people in this process, and bots as child processes: every latency is taken on this clock."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.emulator import EmulatorServer, GroupPhone, Phone, Press, World
from bot.emulator.world import Call
from tests.bench.seed import KEY

ROOT = Path(__file__).parents[2]
DELIVERED = frozenset({"sendMessage", "sendPhoto", "sendDocument", "copyMessage"})
START_WITHIN = 30.0
STOP_WITHIN = 15.0
NO_LIMIT = "1000000"


@dataclass(slots=True)
class Delivered:
    """A message that the emulator accepted, by the clock of this process."""

    at: float
    chat_id: int
    text: str


@dataclass(slots=True)
class Town:
    """The emulated Telegram with a record of what it accepted."""

    world: World
    url: str = ""
    delivered: list[Delivered] = field(default_factory=list)
    floods: int = 0
    under_way: int = 0
    _next: dict[int, asyncio.Future[float]] = field(default_factory=dict)

    def next_message(self, chat_id: int) -> asyncio.Future[float]:
        """When the next message to this chat is accepted."""
        return self._next.setdefault(chat_id, asyncio.get_running_loop().create_future())

    def heard(self, call: Call) -> None:
        """Note a finished call."""
        if call.error is not None:
            self.floods += "Too Many Requests" in call.error
        elif call.method in DELIVERED:
            now = time.perf_counter()
            chat_id = int(call.params["chat_id"])
            self.delivered.append(Delivered(now, chat_id, str(call.params.get("text", ""))))
            if (waiting := self._next.pop(chat_id, None)) is not None and not waiting.done():
                waiting.set_result(now)

    async def slowly(self, seconds: float) -> None:
        """The pause of a slow call: how many are in it is how many are under way."""
        self.under_way += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self.under_way -= 1

    def to(self, chat_id: int) -> list[Delivered]:
        """What a chat got."""
        return [each for each in self.delivered if each.chat_id == chat_id]


@dataclass(slots=True)
class Clinic:
    """Who is in the town of the product."""

    group: GroupPhone
    staff: Sequence[Phone]
    patients: Sequence[Phone]


@asynccontextmanager
async def town(token: str = "7000000001:token-of-the-bench") -> AsyncIterator[Town]:
    """An emulator on a free port of this process."""
    made = Town(World(token, time.time, keep_calls=1))
    made.world.on_call = made.heard
    async with EmulatorServer(made.world, sleep=made.slowly) as emulator:
        made.url = emulator.url
        yield made


def people(place: Town, patients: int) -> Clinic:
    """A group with two on call, and patients who have started the bot."""
    staff = [place.world.user(first_name=f"Dr. {number}", started=True) for number in (1, 2)]
    group = place.world.group("Staff", members=staff)
    return Clinic(group, staff, [place.world.user(started=True) for _ in range(patients)])


@dataclass(slots=True)
class Bot:
    """A bot's process."""

    process: Process
    to_first_poll: float

    def rss_mb(self) -> float:
        """Its memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def cpu_s(self) -> float:
        """The processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not end."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_WITHIN):
                    await self.process.wait()
            except TimeoutError:
                await self.kill()


async def start_product(place: Town, url: str, group: int, **settings: str) -> Bot:
    """`aftercare serve` on this town and database; returns at its first getUpdates."""
    given = {
        "TELEGRAM_TOKEN": place.world.token,
        "TELEGRAM_API_URL": place.url,
        "ENCRYPTION_KEYS": KEY,
        "CLINIC_NAME": "Clinic Sol",
        "CLINIC_PHONE": "+34 910 000 000",
        "EMERGENCY_NUMBER": "112",
        "CRISIS_LINE": "024",
        "CLINIC_TIMEZONE": "Europe/Madrid",
        "STAFF_GROUP_ID": str(group),
        "DATABASE_URL": url,
        "FLOWS_DIR": str(ROOT / "flows"),
        "PORT": "0",
        "LOG_LEVEL": "ERROR",
    }
    return await start(place, "bot", "serve", env=given | settings)


async def start_echo(place: Town, order: str = "message") -> Bot:
    """Start the peer."""
    return await start(place, "tests.bench.echo", place.url, place.world.token, order)


async def start(place: Town, module: str, *arguments: str, env: dict[str, str] | None = None) -> Bot:
    """Start a bot and wait until it polls."""
    turn, began = place.world.updates.poll_turn, time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env={**os.environ, **(env or {})}
    )
    bot = Bot(process, 0.0)
    polling = asyncio.create_task(place.world.until(lambda: place.world.updates.poll_turn > turn, START_WITHIN))
    ended = asyncio.create_task(process.wait())
    await asyncio.wait({polling, ended}, return_when=asyncio.FIRST_COMPLETED)
    if not polling.done() or polling.exception() is not None:
        polling.cancel()
        await bot.stop()
        raise RuntimeError(f"{module} did not poll within {START_WITHIN} s; it ended with {process.returncode}")
    ended.cancel()
    bot.to_first_poll = time.perf_counter() - began
    return bot


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[Bot]:
    """Stop it in the end."""
    try:
        yield bot
    finally:
        await bot.stop()


async def answered(place: Town, press: Press) -> None:
    """Wait until a press is answered."""
    await place.world.until(lambda: press.answer is not None, 30)
