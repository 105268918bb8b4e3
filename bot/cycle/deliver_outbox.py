"""Sends what is due: urgent messages at once and in parallel, bulk paced, every row settled once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.core.post.message import (
    Courier,
    MayHaveArrived,
    Message,
    NeverSent,
    Outcome,
    Settled,
    Wait,
)
from bot.core.post.pace import Pacer
from bot.cycle.alarms import Alarms
from bot.cycle.claims import Claims
from bot.cycle.lanes import Lanes
from bot.cycle.settling import React, Settling
from bot.cycle.traces import trace_of
from bot.store.engine import Store
from bot.store.unit import Unit

log = logging.getLogger(__name__)

T = TypeVar("T")

LEASE_S = 45.0
"""How long a row may be under way. Longer than any send, or it would be sent twice while it is being sent."""
CLAIM_TIME_S = 1.0
ALL = 0
BULK_PAUSE_WITHOUT_LINE = timedelta(seconds=5)
BULK_PAUSE_WITHOUT_TOKEN = timedelta(seconds=60)


class Delivery:
    """Everything that goes out goes through here. At most ``urgent_at_once`` and ``bulk_at_once`` calls are under way.

    A row is committed as ``sending``, under a lease of ``worker``, before its call begins: what a killed process had
    under way is found by ``recover``. Which row of a chat may go next is decided by the database, for all processes;
    ``shared_pace`` names the row by which several processes share one pace, "" when there is only this one.

    ``clock`` is the only way to know a moment, ``wait_until`` the only way to wait for one.
    """

    def __init__(
        self,
        store: Store,
        courier: Courier,
        clock: Callable[[], datetime],
        worker: str,
        *,
        react: React,
        pacer: Pacer,
        wait_until: Callable[[datetime], Awaitable[None]],
        on_token_refused: Callable[[], None],
        shared_pace: str = "",
        urgent_at_once: int = 64,
        bulk_at_once: int = 8,
        lease_s: float = LEASE_S,
    ) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._worker = worker
        self._pacer = pacer
        self._wait_until = wait_until
        self._on_token_refused = on_token_refused
        self._urgent_at_once = urgent_at_once
        self._bulk_at_once = bulk_at_once
        self._lease_s = lease_s
        self._settling = Settling(store, clock, react, wait_until)
        self._urgent = Lanes("urgent messages", self._send_urgent, 1)
        self._bulk = Lanes("bulk messages", self._send_bulk, 1)
        self._alarms = Alarms(wait_until, self.nudge)
        self._bulk_alarms = Alarms(wait_until, lambda: self._bulk.nudge([ALL]))
        self._claims = Claims(pacer, clock, worker, lease_s, self._alarms.at, shared_pace)
        self._urgent_flights: set[asyncio.Task[None]] = set()
        self._bulk_flights: set[asyncio.Task[None]] = set()
        self._under_way: set[int] = set()
        self._attempts = 0
        self._stopping = False

    def nudge(self, chat_ids: Iterable[int] = ()) -> None:
        """Something was committed, for these chats or any, or time has passed: send what is due. Returns at once."""
        self._urgent.nudge([ALL])
        self._bulk.nudge([ALL])

    def claim_at_birth(self, unit: Unit) -> None:
        """Claim, in the transaction that wrote them, the first urgent message of every nudged chat.

        It saves a claim its own commit: the calls begin as soon as this transaction is committed. To be called last
        in the transaction.
        """
        room = 0 if self._stopping else self._urgent_at_once - len(self._urgent_flights)
        chats = sorted(unit.nudged)[: max(room, 0)]
        claimed = [message for chat_id in chats for message in self._claims.of_chat(unit, chat_id)]
        if claimed:
            # Chats are locked in one order everywhere; their messages go in the order of urgency: advice first.
            claimed.sort(key=lambda message: (message.priority, message.id))
            unit.nudged.difference_update(message.chat_id for message in claimed)
            unit.after_commit.append(lambda: self._launch(claimed))

    async def deliver_due(self) -> None:
        """Send everything that is due, and return when nothing more can go at this moment."""
        before = -1
        while before != self._attempts:
            before = self._attempts
            self.nudge()
            while not self._is_quiet():
                await self._urgent.idle()
                await self._bulk.idle()
                if flights := self._urgent_flights | self._bulk_flights:
                    await asyncio.wait(flights)

    def _is_quiet(self) -> bool:
        """Whether nothing is being claimed or sent."""
        return self._urgent.is_idle and self._bulk.is_idle and not self._urgent_flights and not self._bulk_flights

    async def recover(self, *, mine: bool = False) -> int:
        """Settle the rows whose lease ran out; with ``mine``, at the start, also all that this worker left behind."""

        count = await self._settling.settle_left_behind(
            self._lease_s, still_under_way=self._under_way, worker=self._worker if mine else None
        )
        if count:
            log.warning("%d messages were under way when their process ended", count)
            self.nudge()
        return count

    async def stop(self, within: float = 10) -> None:
        """Begin no more sends, wait so many seconds for those under way, then leave them to ``recover``.

        To be called when nothing calls ``claim_at_birth`` any more.
        """
        self._stopping = True
        await asyncio.gather(self._urgent.stop(CLAIM_TIME_S), self._bulk.stop(CLAIM_TIME_S))
        flights = self._urgent_flights | self._bulk_flights
        if flights:
            _, late = await asyncio.wait(flights, timeout=within)
            for flight in late:
                flight.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(self._alarms.stop(), self._bulk_alarms.stop())

    # Urgent: as many at once as there is room for

    async def _send_urgent(self, _: int) -> None:
        while (room := self._urgent_at_once - len(self._urgent_flights)) > 0 and not self._stopping:
            claimed = await self._store.run(partial(self._claims.urgent, room=room))
            self._launch(claimed)
            if len(claimed) < room:
                return

    def _launch(self, messages: list[Message]) -> None:
        for message in messages:
            flight = asyncio.create_task(self._fly(message), name=f"message {message.id}")
            self._urgent_flights.add(flight)
            flight.add_done_callback(self._landed)

    def _landed(self, flight: asyncio.Task[None]) -> None:
        was_full = len(self._urgent_flights) >= self._urgent_at_once
        self._urgent_flights.discard(flight)
        if was_full:
            self._urgent.nudge([ALL])

    async def _fly(self, message: Message) -> None:
        """Send one urgent message and then, each claimed by what settles the one before, the next of its chat."""
        due = [message]
        while due:
            due = await self._attempt(due[0], lambda unit: self._next_of(unit, message.chat_id))

    def _next_of(self, unit: Unit, chat_id: int) -> list[Message]:
        return [] if self._stopping else self._claims.of_chat(unit, chat_id)

    # Bulk: a few at once, evenly spaced

    async def _send_bulk(self, _: int) -> None:
        while (room := self._bulk_at_once - len(self._bulk_flights)) > 0 and not self._stopping:
            now = self._clock()
            if (when := self._pacer.when_bulk(now)) > now:
                self._bulk_alarms.at(when)
                return
            if not await self._launch_bulk(self._pacer.bulk_fits(now, room)):
                return

    async def _launch_bulk(self, room: int) -> int:
        """Claim and start up to ``room`` bulk messages; returns how many were started."""
        started = await self._store.run(partial(self._claims.bulk, room=room))
        for message, moment in started:
            flight = asyncio.create_task(self._fly_bulk(message, moment), name=f"bulk message {message.id}")
            self._bulk_flights.add(flight)
            flight.add_done_callback(self._bulk_landed)
        return len(started)

    def _bulk_landed(self, flight: asyncio.Task[None]) -> None:
        self._bulk_flights.discard(flight)
        self._bulk.nudge([ALL])

    async def _fly_bulk(self, message: Message, moment: datetime) -> None:
        if moment > self._clock():
            await self._wait_until(moment)
        await self._attempt(message, lambda unit: None)

    # One message

    async def _attempt(self, message: Message, then: Callable[[Unit], T]) -> T:
        """Call, settle, and do ``then`` in the transaction that settles."""
        self._attempts += 1
        self._under_way.add(message.id)
        try:
            outcome = await self._call(message)
            settled, result = await self._settling.finish(message, outcome, then)
        finally:
            self._under_way.discard(message.id)
        self._heed(message, outcome, settled)
        return result

    async def _call(self, message: Message) -> Outcome:
        """The courier keeps to its own time limit and does not raise; nothing may hang on whether that is so."""
        try:
            async with asyncio.timeout(self._lease_s):
                outcome = await self._courier.send(message)
        except Exception as error:
            log.error("the courier failed with message %d\n%s", message.id, trace_of(error))
            return MayHaveArrived(reason=type(error).__name__)
        return outcome

    def _heed(self, message: Message, outcome: Outcome, settled: Settled) -> None:
        """What an outcome means for all that comes after."""
        now = self._clock()
        if isinstance(outcome, Wait):
            until = now + timedelta(seconds=outcome.seconds)
            self._pacer.pause_chat(message.chat_id, until)
            self._pacer.pause_bulk(until)
        elif isinstance(outcome, NeverSent):
            self._pacer.pause_bulk(
                now + (BULK_PAUSE_WITHOUT_TOKEN if outcome.needs_operator else BULK_PAUSE_WITHOUT_LINE)
            )
            if outcome.needs_operator:
                self._on_token_refused()
        if settled.due_at is not None and not message.priority.is_bulk and not self._stopping:
            self._alarms.at(settled.due_at)
