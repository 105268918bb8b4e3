"""Leases and pacing: one holder at a time, and one pace for all."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.store import leases, pace
from bot.store.engine import Store
from bot.store.unit import Unit
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


async def test_a_lease_has_one_holder(any_store: Store) -> None:
    async def take(holder: str, seconds: int) -> bool:
        return await any_store.run(lambda unit: leases.take(unit, "polling", holder, NOW + seconds * SECOND, 30))

    assert await take("a", 0) is True
    assert await take("b", 29) is False
    assert await take("a", 29) is True
    assert await take("b", 58) is False
    assert await take("b", 59) is True
    assert await take("a", 60) is False
    assert await any_store.run(lambda unit: leases.release(unit, "polling", "a")) is False
    assert await any_store.run(lambda unit: leases.release(unit, "polling", "b")) is True
    assert await take("a", 60) is True


async def test_of_many_who_ask_one_gets_the_lease(any_url: str, open_store: Callable[[str], Store]) -> None:
    stores = [open_store(any_url) for _ in range(4)]

    async def ask(store: Store, me: str) -> bool:
        return await store.run(lambda unit: leases.take(unit, "x", me, NOW, 30))

    answers = await asyncio.gather(*(ask(store, str(number)) for number, store in enumerate(stores)))
    assert sorted(answers) == [False, False, False, True]


async def test_a_burst_goes_at_once_and_the_rest_in_turn(any_store: Store) -> None:
    def reserve(unit: Unit) -> list[float]:
        return [(moment - NOW) / SECOND for moment in pace.reserve(unit, "t", 5, 10, 3, NOW)]

    assert await any_store.run(reserve) == [0, 0, 0, 0.1, 0.2]
    assert await any_store.run(reserve) == [0.3, 0.4, 0.5, 0.6, 0.7]


async def test_what_was_not_used_is_not_saved_up(any_store: Store) -> None:
    later = NOW + timedelta(hours=1)
    await any_store.run(lambda unit: pace.reserve(unit, "t", 1, 10, 3, NOW))
    moments = await any_store.run(lambda unit: pace.reserve(unit, "t", 5, 10, 3, later))
    assert [(moment - later) / SECOND for moment in moments] == [0, 0, 0, 0.1, 0.2]


async def test_urgent_sends_only_count(any_store: Store) -> None:
    await any_store.run(lambda unit: pace.charge(unit, "t", 6, 10, NOW))
    moments = await any_store.run(lambda unit: pace.reserve(unit, "t", 2, 10, 3, NOW))
    assert [(moment - NOW) / SECOND for moment in moments] == [0.4, 0.5]


async def test_one_pace_for_all_processes(any_url: str, open_store: Callable[[str], Store]) -> None:
    stores = [open_store(any_url) for _ in range(4)]
    asked = [stores[turn % 4].run(lambda unit: pace.reserve(unit, "t", 1, 10, 1, NOW)) for turn in range(40)]
    moments = sorted(moment for reserved in await asyncio.gather(*asked) for moment in reserved)
    assert [(moment - NOW) / SECOND for moment in moments] == [turn / 10 for turn in range(40)]
