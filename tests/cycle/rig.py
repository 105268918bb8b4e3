"""A delivery over a real store with a clock that stands still and a courier that does what it is told."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.core.post.message import Body, Message, Method, Outcome, Priority, Sent, Settled, State
from bot.core.post.pace import NO_LIMITS, Pacer, Rates
from bot.cycle.deliver_outbox import Delivery
from bot.cycle.settling import React
from bot.store.engine import Store
from bot.store.tables import OutboxRow
from bot.store.unit import Unit
from tests.support.rows import NOW


class StillClock:
    """A time that moves only when told, or when somebody waits for a later moment with ``jump``."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def jump(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
        await asyncio.sleep(0)

    async def never(self, moment: datetime) -> None:
        await asyncio.Event().wait()


class ScriptedCourier:
    """Answers from a script for each chat, else with a success; remembers what it was given, and when."""

    def __init__(self, clock: StillClock) -> None:
        self._clock = clock
        self.scripts: dict[int, deque[Outcome | Exception]] = {}
        self.held: dict[int, asyncio.Event] = {}
        self.began: list[Message] = []
        self.done: list[Message] = []
        self.moments: list[datetime] = []
        self.on_begin: Callable[[Message], None] | None = None
        self._under_way = 0
        self.most_under_way = 0
        self.anything_began = asyncio.Event()
        self._changed = asyncio.Condition()

    def will(self, chat_id: int, *outcomes: Outcome | Exception) -> None:
        """What the next calls for a chat end with."""
        self.scripts.setdefault(chat_id, deque()).extend(outcomes)

    def hold(self, chat_id: int) -> asyncio.Event:
        """Let calls for a chat hang until the event is set."""
        return self.held.setdefault(chat_id, asyncio.Event())

    async def until(self, *, began: int = 0, done: int = 0) -> None:
        """Wait until so many calls have begun and so many have ended well."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.began) >= began and len(self.done) >= done)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def send(self, message: Message) -> Outcome:
        self.began.append(message)
        self.moments.append(self._clock())
        self._under_way += 1
        self.most_under_way = max(self.most_under_way, self._under_way)
        self.anything_began.set()
        if self.on_begin is not None:
            self.on_begin(message)
        try:
            await self._tell()
            if message.chat_id in self.held:
                await self.held[message.chat_id].wait()
        finally:
            self._under_way -= 1
        script = self.scripts.get(message.chat_id)
        outcome = script.popleft() if script else Sent(message_id=1000 + message.id)
        if isinstance(outcome, Exception):
            raise outcome
        self.done.append(message)
        await self._tell()
        return outcome

    def texts(self) -> list[str]:
        return [message.body.text for message in self.began]


class Rig:
    """The delivery, and the ways to put messages in and to see what became of them."""

    def __init__(
        self,
        store: Store,
        *,
        rates: Rates = NO_LIMITS,
        jump: bool = False,
        clock: StillClock | None = None,
        react: React | None = None,
        **options: Any,
    ) -> None:
        self.store = store
        self.clock = clock or StillClock()
        self.courier = ScriptedCourier(self.clock)
        self.reactions: list[tuple[Message, Settled, Outcome]] = []
        self.react_fails = 0
        self.tokens_refused = 0
        self.delivery = Delivery(
            store,
            self.courier,
            self.clock,
            options.pop("worker", "w1"),
            react=react or self._react,
            pacer=Pacer(rates),
            wait_until=self.clock.jump if jump else self.clock.never,
            on_token_refused=self._token_refused,
            **options,
        )

    async def post(self, *rows: OutboxRow) -> list[int]:
        """Put messages into the outbox; returns their numbers."""
        await self.store.run(lambda unit: unit.insert_all(rows))
        return [row.id or 0 for row in rows]

    async def row(self, number: int) -> OutboxRow:
        return await self.store.look(lambda unit: unit.get(OutboxRow, number))

    async def states(self) -> list[str]:
        rows = await self.store.look(lambda unit: unit.many(OutboxRow, order_by=OutboxRow.id))
        return [row.state for row in rows]

    async def count(self, state: State) -> int:
        return await self.store.look(lambda unit: unit.count(OutboxRow, OutboxRow.state == state))

    def _react(self, unit: Unit, message: Message, settled: Settled, outcome: Outcome) -> None:
        if self.react_fails:
            self.react_fails -= 1
            raise RuntimeError("a reaction with the words of a patient")
        self.reactions.append((message, settled, outcome))

    def _token_refused(self) -> None:
        self.tokens_refused += 1


def draft(
    chat_id: int,
    text: str = "hello",
    priority: Priority = Priority.ANSWER,
    method: Method = Method.SEND,
    **values: Any,
) -> OutboxRow:
    """A message that is due now."""
    body = values.pop("body", None) or Body(text=text)
    defaults: dict[str, Any] = {"due_at": NOW, "made_at": NOW}
    return OutboxRow(
        chat_id=chat_id,
        priority=int(priority),
        method=method.value,
        body=body.model_dump_json(),
        **(defaults | values),
    )
