"""The wire to the simulated Telegram: the product's own request class on a session that leads into the emulator."""

import asyncio
import contextvars
import json
import random
from collections.abc import Callable
from typing import Any, Self

import aiohttp

from bot.chat.request import AiohttpRequest
from bot.emulator.calls import Answer, Ending, perform
from bot.emulator.faults import Fault
from bot.emulator.params import Params
from bot.emulator.world import World
from bot.simulation.loop import LIFE

OUTBOX: contextvars.ContextVar[int] = contextvars.ContextVar("outbox", default=0)
"""The outbox row that a call carries; 0 for calls that carry none."""
BEGAN: contextvars.ContextVar[tuple[float, int]] = contextvars.ContextVar("began", default=(0.0, 0))
"""When the call began, and in which life."""
REAL_LONG_POLL = 35.0
"""The silence after which the product gives up a getUpdates of 25 s; the simulation's longer one must not hide that."""


class Wire:
    """Every call of every process goes through here. What is on it arrives even when who sent it is gone.

    ``draw`` names the fault of a call to a method about a chat. ``outside`` is the context of the world.
    """

    def __init__(self, world: World, chance: random.Random, outside: contextvars.Context) -> None:
        self.world = world
        self._chance = chance
        self._outside = outside
        self.draw: Callable[[str, int | None], Fault | None] = lambda method, chat: None
        self.attempt: Callable[[int, str], None] = lambda row, method: None
        self.learned: Callable[[int, str, bool], None] = lambda row, method, well: None
        self.confirmed: Callable[[list[int]], None] = lambda update_ids: None
        self.forgotten: set[int] = set()
        """What Telegram was told that we have."""

    def call(self, method: str, given: dict[str, Any]) -> asyncio.Task[Answer]:
        """Put a call on the wire."""
        context = self._outside.copy()
        life = LIFE.get()
        context.run(OUTBOX.set, OUTBOX.get())
        context.run(BEGAN.set, (asyncio.get_running_loop().time(), life.number if life else 0))
        return asyncio.get_running_loop().create_task(self._travel(method, given), context=context)

    async def _travel(self, method: str, given: dict[str, Any]) -> Answer:
        params = Params(given)
        chat = params.integer("chat_id")
        await asyncio.sleep(self._chance.uniform(0.005, 0.2))
        if method == "getUpdates":
            await self._hold(params)
            given["timeout"] = 0
        fault = self.draw(method, chat)
        if fault is not None:
            self.world.faults.active.insert(0, fault)
        answer = await perform(self.world, self.world.token, method, params)
        await asyncio.sleep(self._chance.uniform(0.005, 0.2))
        return answer

    async def _hold(self, params: Params) -> None:
        """The long poll, held here: the emulator's ends after 50 s, and a quiet week has many of those."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (params.integer("timeout") or 0)
        queue = self.world.updates
        queue.allow(params.parsed("allowed_updates"))
        self._confirm(params.integer("offset") or 0)
        while not len(queue) and loop.time() < until:
            await queue.arrived.wait(until - loop.time())

    def _confirm(self, offset: int) -> None:
        """Forget what this poll confirms, and say so: from here on Telegram does not have it any more."""
        queue = self.world.updates
        waiting = [each.update_id for each in queue._pending.values() if not each.again and each.update_id < offset]
        if waiting:
            self.forgotten.update(waiting)
            self.confirmed(waiting)
        queue.take(offset, 0)


class Session:
    """As much of an ``aiohttp.ClientSession`` as the request class asks for."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def request(self, http_method: str, url: Any, *, timeout: aiohttp.ClientTimeout, **more: Any) -> "Exchange":
        """One call, begun when it is entered."""
        given = json.loads(more.get("data") or b"{}")
        return Exchange(self._wire, str(url).rpartition("/")[2], given, timeout.sock_read or 60)

    async def close(self) -> None:
        """Nothing is kept open."""


class Exchange:
    """One call and its answer, or the error that aiohttp would raise."""

    def __init__(self, wire: Wire, method: str, given: dict[str, Any], patience: float) -> None:
        self._wire = wire
        self._method = method
        self._given = given
        self._patience = patience
        self.status = 0
        self.headers: dict[str, str] = {}
        self._body = b""

    async def __aenter__(self) -> Self:
        self._wire.attempt(OUTBOX.get(), self._method)
        call = self._wire.call(self._method, self._given)
        done, _ = await asyncio.wait({call}, timeout=self._patience)
        if not done:
            raise aiohttp.SocketTimeoutError("Timeout on reading data from socket")
        answer = call.result()
        if answer.ending is Ending.HANGING:
            await asyncio.sleep(min(self._patience, REAL_LONG_POLL))
            raise aiohttp.SocketTimeoutError("Timeout on reading data from socket")
        if answer.ending is Ending.CUT:
            raise aiohttp.ServerDisconnectedError
        self.status, self._body = answer.status, answer.body
        self._wire.learned(OUTBOX.get(), self._method, answer.status == 200 and answer.body[:10] == b'{"ok":true')
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def read(self) -> bytes:
        """The body."""
        return self._body


class SimulatedRequest(AiohttpRequest):
    """The product's request class; only its pool of connections is another one."""

    def __init__(self, wire: Wire, **more: Any) -> None:
        super().__init__(**more)
        self._wire = wire

    async def initialize(self) -> None:
        """Open the pool; nothing happens when it is open."""
        if self._session is None:
            self._session = Session(self._wire)  # type: ignore[assignment]
