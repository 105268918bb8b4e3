"""Webhooks: what setWebhook registers, and how updates are delivered to it until they are taken."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.emulator.updates import Pending
from bot.emulator.wire import Wire, to_bytes

if TYPE_CHECKING:
    from bot.emulator.world import World

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0
ANSWER_TIMEOUT = 60.0


@dataclass(slots=True, eq=False)
class Webhook:
    """One registration; a new setWebhook replaces it."""

    url: str
    secret_token: str | None
    max_connections: int
    ip_address: str | None
    last_error_at: int | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that was not taken, and when the receiver asked to be tried again."""

    reason: str
    retry_after: float | None = None


class WebhookSender:
    """Deliver updates: in order and one at a time within a lane, the lanes beside each other."""

    def __init__(self, world: "World", sleep: Callable[[float], Awaitable[None]]) -> None:
        self._world = world
        self._sleep = sleep
        self._lanes: dict[Hashable, deque[Pending]] = {}
        self._workers: dict[Hashable, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver to whatever webhook is set, until the world closes."""
        while not self._world.closed:
            hook = self._world.webhook
            if hook is None:
                await self._world.updates.arrived.wait()
            else:
                await self._serve(hook)

    async def _serve(self, hook: Webhook) -> None:
        queue = self._world.updates
        connector = aiohttp.TCPConnector(limit=hook.max_connections)
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            seen = 0
            try:
                while self._world.webhook is hook and not self._world.closed:
                    for update in queue.since(seen):
                        self._enlist(session, hook, update)
                    seen = queue.next_number
                    await queue.arrived.wait()
            finally:
                workers = list(self._workers.values())
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
                self._workers.clear()
                self._lanes.clear()

    def _enlist(self, session: aiohttp.ClientSession, hook: Webhook, update: Pending) -> None:
        self._lanes.setdefault(update.lane, deque()).append(update)
        if update.lane not in self._workers:
            self._workers[update.lane] = asyncio.create_task(self._work(session, hook, update.lane))

    async def _work(self, session: aiohttp.ClientSession, hook: Webhook, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._deliver(session, hook, waiting[0])
            waiting.popleft()
        del self._lanes[lane], self._workers[lane]

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, update: Pending) -> None:
        queue = self._world.updates
        delay = FIRST_DELAY
        while queue.is_waiting(update):
            failure = await self._post(session, hook, update.wire)
            if failure is None:
                queue.confirm(update)
                self._world.tell()
                return
            hook.last_error_at = int(self._world.now())
            hook.last_error = failure.reason
            self._world.tell()
            await self._sleep(delay if failure.retry_after is None else failure.retry_after)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Wire) -> Failure | None:
        if self._world.faults.for_connection() is not None:
            return Failure("Connection timed out")
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        try:
            async with session.post(hook.url, data=to_bytes(update), headers=headers, allow_redirects=False) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Failure(f"Connection failed: {type(error).__name__}")
        if 200 <= answer.status < 300:
            return None
        asked = answer.headers.get("Retry-After", "")
        retry_after = min(float(asked), LONGEST_RETRY_AFTER) if asked.isdigit() else None
        return Failure(f"Wrong response from the webhook: {answer.status} {answer.reason}", retry_after)
