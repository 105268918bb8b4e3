"""Polling: committed first and confirmed after, whatever goes wrong, by one process at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.chat.ingress_polling import LEASE, LEASE_TIME, PollingIngress
from bot.emulator import FaultKind
from bot.store.engine import Store
from bot.store.tables import InboxRow, LeaseRow
from bot.store.unit import Unit
from tests.chat.telegram_side import Line, line
from tests.cycle.rig import StillClock


class Poller:
    """An ingress to the emulator, what it nudged, and how it paused."""

    def __init__(self, telegram: Line, store: Store, *, holder: str = "w1", long_poll: int = 25) -> None:
        self.telegram = telegram
        self.store = store
        self.clock = StillClock()
        self.nudged: list[set[int]] = []
        self.refused = 0
        self.pauses: list[float] = []
        self.pausing: Callable[[float], None] = lambda seconds: None
        self.arrived = asyncio.Event()
        self.ingress = PollingIngress(
            telegram.request,
            telegram.bot.base_url,
            store,
            self.clock,
            self._nudge,
            holder=holder,
            on_token_refused=self._refuse,
            long_poll=long_poll,
            pause=self._pause,
        )

    async def kept(self) -> list[int]:
        rows = await self.store.look(lambda unit: unit.many(InboxRow, order_by=InboxRow.update_id))
        return [row.update_id for row in rows]

    def _nudge(self, chats: Iterable[int]) -> None:
        self.nudged.append(set(chats))
        self.arrived.set()

    def _refuse(self) -> None:
        self.refused += 1

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pausing(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def telegram() -> AsyncIterator[Line]:
    async with line() as running:
        yield running


@pytest.fixture
def poller(telegram: Line, sqlite_store: Store) -> Poller:
    return Poller(telegram, sqlite_store)


async def test_a_batch_is_committed_and_then_confirmed(poller: Poller) -> None:
    ana = poller.telegram.ana
    for number in range(5):
        ana.type(str(number))
    assert await poller.ingress.poll_once() == 5
    assert len(await poller.kept()) == 5
    assert poller.nudged == [{ana.id}]
    assert len(poller.telegram.world.updates) == 5
    assert await poller.ingress.poll_once() == 0
    assert len(poller.telegram.world.updates) == 0


async def test_every_update_is_kept_once_however_often_it_comes(poller: Poller) -> None:
    poller.telegram.ana.type("one")
    await poller.ingress.poll_once()
    restarted = Poller(poller.telegram, poller.store)
    assert await restarted.ingress.poll_once() == 1
    assert len(await poller.kept()) == 1


async def test_what_could_not_be_committed_is_not_confirmed(
    telegram: Line, sqlite_url: str, keyring: Any, poller: Poller
) -> None:
    class BrokenStore(Store):
        async def run(self, work: Callable[[Unit], Any]) -> Any:
            raise OperationalError("COMMIT", None, Exception("disk full"))

    broken = BrokenStore(sqlite_url, keyring)
    failing = Poller(telegram, broken)
    telegram.ana.type("help")
    for _ in range(2):
        with pytest.raises(OperationalError):
            await failing.ingress.poll_once()
    await broken.close()
    assert failing.nudged == []
    assert await poller.ingress.poll_once() == 1


async def test_what_the_library_could_not_parse_is_kept_too(poller: Poller) -> None:
    poller.telegram.world.updates.put_raw({"something_new": {"thing": 1}})
    poller.telegram.world.updates.put_raw({"callback_query": {"id": "1", "from": {"id": 77}}})
    poller.telegram.ana.type("after it")
    assert await poller.ingress.poll_once() == 3
    assert poller.nudged == [{0, 77, poller.telegram.ana.id}]


async def test_numbers_that_begin_anew_lower_are_not_taken_for_confirmed(poller: Poller) -> None:
    poller.telegram.ana.type("before the quiet week")
    await poller.ingress.poll_once()
    await poller.ingress.poll_once()
    poller.telegram.world.updates.put_raw({"update_id": 17, "message": {"chat": {"id": 5}}})
    assert await poller.ingress.poll_once() == 1
    assert 17 in await poller.kept()


async def test_it_asks_for_presses_and_for_blocks(poller: Poller) -> None:
    await poller.ingress.poll_once()
    assert poller.telegram.world.updates.allowed is not None
    assert {"callback_query", "my_chat_member", "edited_message"} <= poller.telegram.world.updates.allowed


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.CONFLICT,
        FaultKind.UNAUTHORIZED,
        FaultKind.NOT_JSON,
        FaultKind.CUT_BEFORE,
        FaultKind.CUT_AFTER,
        FaultKind.ERROR_BEFORE,
        FaultKind.FLOOD,
    ],
)
async def test_no_failure_ends_it_and_the_pauses_grow(telegram: Line, sqlite_store: Store, kind: FaultKind) -> None:
    poller = Poller(telegram, sqlite_store, long_poll=0)
    fault = poller.telegram.fail(kind, method="getUpdates", times=None)

    def enough(seconds: float) -> None:
        if len(poller.pauses) == 7:
            poller.telegram.world.faults.lift(fault)
            poller.telegram.ana.type("I am still here")

    poller.pausing = enough
    running = asyncio.create_task(poller.ingress.run())
    await poller.arrived.wait()
    poller.ingress.stop()
    await running
    assert poller.pauses == [1, 2, 4, 8, 16, 30, 30]
    assert poller.refused == (7 if kind is FaultKind.UNAUTHORIZED else 0)
    assert len(await poller.kept()) == 1


async def test_stop_gives_up_a_poll_under_way_and_the_lease_at_once(poller: Poller) -> None:
    running = asyncio.create_task(poller.ingress.run())
    poller.telegram.ana.type("first")
    await poller.arrived.wait()
    assert await poller.store.look(lambda unit: unit.count(LeaseRow)) == 1
    poller.ingress.stop()
    async with asyncio.timeout(5):
        await running
    assert await poller.store.look(lambda unit: unit.count(LeaseRow)) == 0
    poller.telegram.ana.type("second")
    assert await Poller(poller.telegram, poller.store).ingress.poll_once() >= 1


async def test_one_process_polls_and_another_takes_over_when_the_lease_ends(poller: Poller) -> None:
    second = Poller(poller.telegram, poller.store, holder="w2")
    await poller.store.run(
        lambda unit: unit.insert(LeaseRow(name=LEASE, holder="w1", until=poller.clock() + LEASE_TIME))
    )
    poller.telegram.ana.type("hello")

    def later(seconds: float) -> None:
        assert second.nudged == []
        second.clock.advance(seconds=seconds)

    second.pausing = later
    running = asyncio.create_task(second.ingress.run())
    await second.arrived.wait()
    second.ingress.stop()
    await running
    assert sum(second.pauses) == pytest.approx(LEASE_TIME / timedelta(seconds=1))


async def test_the_lease_is_kept_while_it_polls(poller: Poller) -> None:
    quick = Poller(poller.telegram, poller.store, long_poll=0)
    running = asyncio.create_task(quick.ingress.run())
    for number in range(4):
        poller.telegram.ana.type(str(number))
        quick.clock.advance(seconds=40)
        await quick.arrived.wait()
        quick.arrived.clear()
        lease = await poller.store.look(lambda unit: unit.get(LeaseRow, LEASE))
        assert lease.until > quick.clock()
    quick.ingress.stop()
    await running
