"""The emulator as the other end of the line, and connections to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot

from bot.chat.request import AiohttpRequest
from bot.emulator import Clock, EmulatorServer, Fault, FaultKind, Phone, World


@dataclass(frozen=True)
class Line:
    """A running emulator, one person, and a bot that is connected to it."""

    emulator: EmulatorServer
    ana: Phone
    request: AiohttpRequest
    bot: Bot

    @property
    def world(self) -> World:
        return self.emulator.world

    def fail(self, kind: FaultKind, **more: object) -> Fault:
        """Let something go wrong."""
        return self.world.faults.add(Fault(kind, **more))  # type: ignore[arg-type]


@asynccontextmanager
async def line(*, read_timeout: float = 10, now: Callable[[], float] | None = None) -> AsyncIterator[Line]:
    """An emulator with Ana in it, and a bot."""
    world = World(now=now or Clock(lambda: 1_800_000_000.0))
    async with EmulatorServer(world) as emulator:
        request = AiohttpRequest(read_timeout=read_timeout)
        async with request:
            files = f"{emulator.url}/file/bot"
            bot = Bot(world.token, base_url=emulator.base_url, base_file_url=files, request=request)
            yield Line(emulator, world.user(started=True), request, bot)
