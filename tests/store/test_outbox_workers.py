"""Several workers at one outbox: each message is claimed once, and a chat has one in flight."""

import asyncio
from collections import Counter
from collections.abc import Callable

from bot.core.post.message import Message, Sent, settle
from bot.store import outbox
from bot.store.engine import Store
from bot.store.unit import Unit
from tests.support import rows
from tests.support.rows import NOW


async def claim(store: Store, limit: int, worker: str) -> list[Message]:
    """Claim what is due now."""
    return await store.run(lambda unit: outbox.claim_due(unit, NOW, worker, 30, limit, bulk=False))


async def settle_all(store: Store, messages: list[Message]) -> None:
    """All of these were sent."""

    def work(unit: Unit) -> None:
        for message in messages:
            outbox.settle(unit, message.id, settle(message, Sent(message_id=1), NOW), NOW)

    await store.run(work)


async def test_four_workers_claim_each_message_once(any_url: str, open_store: Callable[[str], Store]) -> None:
    stores = [open_store(any_url) for _ in range(4)]
    drafts = [rows.outbox(chat_id=number % 400, priority=2 + number % 2) for number in range(2000)]
    await stores[0].run(lambda unit: unit.insert_all(drafts))
    in_flight: set[int] = set()
    seen: Counter[int] = Counter()

    async def work(store: Store, worker: str) -> None:
        while sum(seen.values()) < 2000:
            messages = await claim(store, 30, worker)
            chats = {message.chat_id for message in messages}
            assert len(chats) == len(messages)
            assert not in_flight & chats
            in_flight.update(chats)
            await asyncio.sleep(0)
            seen.update(message.id for message in messages)
            in_flight.difference_update(chats)
            await settle_all(store, messages)

    await asyncio.gather(*(work(store, f"w{number}") for number, store in enumerate(stores)))
    assert len(seen) == 2000
    assert set(seen.values()) == {1}


async def test_the_fast_path_and_the_tick_do_not_meet(any_url: str, open_store: Callable[[str], Store]) -> None:
    stores = [open_store(any_url) for _ in range(4)]
    drafts = [rows.outbox(chat_id=number % 5) for number in range(200)]
    await stores[0].run(lambda unit: unit.insert_all(drafts))
    seen: list[tuple[int, int]] = []

    async def nudged(store: Store, chat: int) -> None:
        while message := await store.run(lambda unit: outbox.claim_chat(unit, chat, NOW, "fast", 30)):
            seen.append((message.chat_id, message.id))
            await settle_all(store, [message])

    async def tick(store: Store) -> None:
        for _ in range(20):
            for message in await claim(store, 10, "tick"):
                seen.append((message.chat_id, message.id))
                await settle_all(store, [message])

    fast = [nudged(stores[chat % 2], chat) for chat in range(5)]
    await asyncio.gather(*fast, tick(stores[2]), tick(stores[3]))
    await asyncio.gather(*(nudged(stores[0], chat) for chat in range(5)))
    assert len(seen) == len(set(seen)) == 200
    for chat in range(5):
        order = [number for where, number in seen if where == chat]
        assert order == sorted(order)
