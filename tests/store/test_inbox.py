"""The inbox: each update once, in order, one in flight for each chat."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.store import inbox, migrate
from bot.store.engine import Store
from bot.store.tables import AuditRow, InboxRow
from bot.store.unit import Unit
from tests.support import rows
from tests.support.rows import NOW

OpenStore = Callable[[str], Store]


async def take(store: Store, chat_id: int, seconds: float = 0) -> int | None:
    """The update that would be taken next."""
    row = await store.run(lambda unit: inbox.next_of(unit, chat_id, NOW + timedelta(seconds=seconds)))
    return row.update_id if row else None


async def test_what_comes_twice_is_kept_once(any_store: Store) -> None:
    updates = [(1, 5, '{"a": 1}'), (2, 5, "{}"), (3, 6, "{}")]
    assert len(await any_store.run(lambda unit: inbox.put(unit, updates, NOW))) == 3
    assert len(await any_store.run(lambda unit: inbox.put(unit, [*updates, (4, 6, "{}")], NOW))) == 1
    assert len(await any_store.run(lambda unit: inbox.put(unit, [], NOW))) == 0
    row = await any_store.look(lambda unit: unit.get(InboxRow, 1))
    assert (row.raw, row.state, row.received_at) == ('{"a": 1}', "pending", NOW)


async def test_the_oldest_of_a_chat_is_next(any_store: Store) -> None:
    await any_store.run(lambda unit: inbox.put(unit, [(2, 5, "{}"), (1, 5, "{}"), (3, 6, "{}")], NOW))
    assert await any_store.look(lambda unit: inbox.waiting_chats(unit, NOW, 10)) == [5, 6]
    assert await any_store.look(lambda unit: inbox.waiting_chats(unit, NOW, 1)) == [5]
    assert await take(any_store, 5) == 1
    assert await any_store.run(lambda unit: inbox.done(unit, 1, NOW)) is True
    assert await any_store.run(lambda unit: inbox.done(unit, 1, NOW)) is False
    assert await take(any_store, 5) == 2
    assert await take(any_store, 7) is None


async def test_what_failed_waits_and_so_does_what_came_after_it(any_store: Store) -> None:
    await any_store.run(lambda unit: inbox.put(unit, [(1, 5, "{}"), (2, 5, "{}"), (3, 6, "{}")], NOW))
    assert await any_store.run(lambda unit: inbox.failed(unit, 1, "KeyError", NOW)) == "pending"
    assert await any_store.look(lambda unit: inbox.waiting_chats(unit, NOW, 10)) == [6]
    assert await take(any_store, 5) is None
    assert await take(any_store, 5, 1) == 1
    later = NOW + timedelta(seconds=1)
    assert await any_store.look(lambda unit: inbox.waiting_chats(unit, later, 10)) == [5, 6]


async def test_what_fails_four_times_is_dead_and_kept(any_store: Store) -> None:
    await any_store.run(lambda unit: inbox.put(unit, [(1, 5, "{}"), (2, 5, "{}")], NOW))
    seen = []
    for _ in range(5):
        state = await any_store.run(lambda unit: inbox.failed(unit, 1, "Key\0Error", NOW))
        row = await any_store.look(lambda unit: unit.get(InboxRow, 1))
        seen.append((state, row.tries, (row.retry_at - NOW).total_seconds() if row.retry_at else None))
    dead = ("dead", 4, None)
    assert seen == [("pending", 1, 1), ("pending", 2, 4), ("pending", 3, 16), dead, dead]
    assert await any_store.run(lambda unit: inbox.failed(unit, 99, "KeyError", NOW)) == ""
    assert await take(any_store, 5) == 2
    later = NOW + timedelta(days=9)
    await any_store.run(lambda unit: inbox.done(unit, 2, NOW))
    assert await any_store.run(lambda unit: inbox.prune(unit, NOW)) == 0
    assert await any_store.run(lambda unit: inbox.prune(unit, later)) == 1
    assert (await any_store.look(lambda unit: unit.get(InboxRow, 1))).state == "dead"


@pytest.mark.postgres
async def test_a_chat_that_another_worker_has_is_left_alone(postgres_url: str, open_store: OpenStore) -> None:
    store = open_store(postgres_url)
    await store.run(lambda unit: inbox.put(unit, [(1, -1001234567890, "{}"), (2, 6, "{}")], NOW))
    with migrate.connected(postgres_url) as connection:
        other = Unit(connection)
        assert other.lock_chat(-1001234567890) is True
        assert other.lock_chat(-1001234567890) is True
        assert await store.run(lambda unit: unit.lock_chat(-1001234567890)) is False
        assert await take(store, -1001234567890) is None
        assert await take(store, 6) == 2
    assert await take(store, -1001234567890) == 1


async def test_four_workers_take_each_update_once(any_url: str, open_store: OpenStore) -> None:
    stores = [open_store(any_url) for _ in range(4)]
    updates = [(number, number % 40, "{}") for number in range(600)]
    await stores[0].run(lambda unit: inbox.put(unit, updates, NOW))

    def turn(unit: Unit, chat: int) -> bool:
        row = inbox.next_of(unit, chat, NOW)
        if row is None:
            return False
        assert inbox.done(unit, row.update_id, NOW)
        unit.insert(rows.audit(actor=str(chat), subject=str(row.update_id)))
        return True

    async def work(store: Store) -> None:
        while chats := await store.look(lambda unit: inbox.waiting_chats(unit, NOW, 50)):
            for chat in chats:
                await store.run(lambda unit, chat=chat: turn(unit, chat))  # type: ignore[misc]

    await asyncio.gather(*map(work, stores))
    told = await stores[0].look(lambda unit: unit.many(AuditRow, order_by=AuditRow.id))
    assert sorted(int(row.subject) for row in told) == list(range(600))
    for chat in range(40):
        order = [int(row.subject) for row in told if row.actor == str(chat)]
        assert order == sorted(order)
