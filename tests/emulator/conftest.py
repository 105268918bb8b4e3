"""A running emulator with a clock that stands still, and the ways to call it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
import telegram

from bot.emulator import Clock, EmulatorServer, Phone, World

NOON = 1_800_000_000.0

Call = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


@pytest.fixture
def clock() -> Clock:
    """A clock that moves only when it is told to."""
    return Clock(lambda: NOON)


@pytest.fixture
def world(clock: Clock) -> World:
    """An empty world."""
    return World(now=clock)


@pytest.fixture
async def emulator(world: World) -> AsyncIterator[EmulatorServer]:
    """The world, served on a free port."""
    async with EmulatorServer(world) as running:
        yield running


@pytest.fixture
async def bot(emulator: EmulatorServer) -> AsyncIterator[telegram.Bot]:
    """The real library's bot, pointed at the emulator."""
    bot = telegram.Bot(emulator.world.token, base_url=emulator.base_url, base_file_url=emulator.base_file_url)
    async with bot:
        yield bot


@pytest.fixture
def ana(world: World) -> Phone:
    """A person who lets the bot write."""
    return world.user(first_name="Ana", started=True)


@pytest.fixture
async def http(emulator: EmulatorServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client, for everything that the library would not send or not show."""
    async with aiohttp.ClientSession(emulator.url) as session:
        yield session


@pytest.fixture
def call(http: aiohttp.ClientSession, world: World) -> Call:
    """`await call(method, **params)` gives the HTTP status and the answer."""

    async def do(method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        async with http.post(f"/bot{world.token}/{method}", json=params) as answer:
            return answer.status, await answer.json()

    return do
