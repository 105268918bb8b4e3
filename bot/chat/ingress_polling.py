"""Updates by long polling: raw JSON is committed to the inbox, and only then confirmed to Telegram."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.raw_update import ALLOWED_UPDATES, keepable
from bot.chat.request import BadAnswerError
from bot.chat.turns import let_answers_leave
from bot.cycle.take_inbox import AtBirth, nothing_at_birth
from bot.cycle.traces import trace_of
from bot.store import inbox, leases
from bot.store.engine import Store
from bot.store.unit import Unit

log = logging.getLogger(__name__)

T = TypeVar("T")

LEASE = "polling"
LEASE_TIME = timedelta(seconds=60)
"""Longer than one getUpdates with all its time limits, so that two processes do not poll at once."""
RENEW_AFTER = timedelta(seconds=5)
PAUSE_WITHOUT_LEASE = 5.0
LONGEST_PAUSE = 30.0
ANSWER_TIME = 10.0
MOST_UPDATES = 100


class PollingIngress:
    """Asks Telegram for updates until it is stopped; no error ends it.

    ``at_birth`` may handle some of the updates in the transaction that keeps them, and returns the chats in which
    something is left; those are nudged. ``base_url`` holds the token. ``on_token_refused`` is called each time that
    Telegram does not know the token.
    """

    def __init__(
        self,
        request: BaseRequest,
        base_url: str,
        store: Store,
        clock: Callable[[], datetime],
        nudge: Callable[[Iterable[int]], None],
        *,
        holder: str,
        on_token_refused: Callable[[], None],
        at_birth: AtBirth = nothing_at_birth,
        long_poll: int = 25,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._store = store
        self._clock = clock
        self._nudge = nudge
        self._at_birth = at_birth
        self._holder = holder
        self._on_token_refused = on_token_refused
        self._long_poll = long_poll
        self._pause = pause
        self._offset = 0
        self._lease_until: datetime | None = None
        self._stopping = asyncio.Event()
        self._given_up_at_stop: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        """Poll until ``stop``; wait while another process holds the lease."""
        failures = 0
        while not self._stopping.is_set():
            try:
                if await self._hold_lease():
                    await self.poll_once(self._long_poll)
                else:
                    await self._unless_stopped(_wait(self._pause, PAUSE_WITHOUT_LEASE))
                failures = 0
            except Exception as error:
                failures += 1
                self._report(error)
                await self._unless_stopped(_wait(self._pause, min(2.0 ** (failures - 1), LONGEST_PAUSE)))
        await self._let_go()

    def stop(self) -> None:
        """Let ``run`` end: a getUpdates under way is given up, a commit under way is finished."""
        self._stopping.set()
        if self._given_up_at_stop is not None:
            self._given_up_at_stop.cancel()

    async def poll_once(self, timeout: int = 0) -> int:
        """One getUpdates, committed; returns how many updates came. Raises what went wrong."""
        updates = await self._unless_stopped(self._fetch(timeout))
        if not updates:
            # What was confirmed is confirmed. After a quiet week Telegram starts its numbers anew, perhaps lower,
            # and an old offset would throw those updates away.
            self._offset = 0
            return 0
        now = self._clock()
        kept = [known for update in updates if (known := keepable(update)) is not None]
        if not kept:
            raise BadAnswerError(200)

        def keep(unit: Unit) -> set[int]:
            new = inbox.put(unit, kept, now)
            again = {chat_id for _, chat_id, _ in kept} - {row.chat_id for row in new}
            return self._at_birth(unit, new) | again

        left = await self._store.run(keep)
        self._offset = max(number for number, _, _ in kept) + 1
        self._nudge(left)
        await let_answers_leave()
        return len(kept)

    async def _fetch(self, timeout: int) -> list[Any]:
        given = {
            "offset": self._offset or None,
            "limit": MOST_UPDATES,
            "timeout": timeout,
            "allowed_updates": ALLOWED_UPDATES,
        }
        parameters = [RequestParameter.from_input(name, value) for name, value in given.items() if value is not None]
        answer = await self._request.post(self._url, RequestData(parameters), read_timeout=timeout + ANSWER_TIME)
        if not isinstance(answer, list):
            raise BadAnswerError(200)
        return answer

    async def _hold_lease(self) -> bool:
        now = self._clock()
        if self._lease_until is not None and now < self._lease_until - LEASE_TIME + RENEW_AFTER:
            return True
        held = await self._store.run(
            lambda unit: leases.take(unit, LEASE, self._holder, now, LEASE_TIME.total_seconds())
        )
        self._lease_until = now + LEASE_TIME if held else None
        return held

    async def _let_go(self) -> None:
        if self._lease_until is None:
            return
        self._lease_until = None
        try:
            await self._store.run(lambda unit: leases.release(unit, LEASE, self._holder))
        except Exception as error:
            log.error("the polling lease could not be given back; it ends by itself\n%s", trace_of(error))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of ``work``, or None when ``stop`` came first; then ``work`` was cancelled."""
        if self._stopping.is_set():
            work.close()
            return None
        task: asyncio.Task[T] = asyncio.ensure_future(work)
        self._given_up_at_stop = task
        try:
            return await task
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if not self._stopping.is_set() or (me is not None and me.cancelling()):
                raise
            return None
        finally:
            self._given_up_at_stop = None

    def _report(self, error: Exception) -> None:
        if isinstance(error, InvalidToken):
            log.error("Telegram does not know the bot token; no updates come in until it is put right")
            self._on_token_refused()
        elif isinstance(error, Conflict):
            log.warning("another program takes this bot's updates (%s)", error)
        else:
            words = f": {error}" if isinstance(error, TelegramError) else ""
            log.warning("getUpdates failed and is repeated: %s%s", type(error).__name__, words)


async def _wait(pause: Callable[[float], Awaitable[None]], seconds: float) -> None:
    await pause(seconds)
