"""getUpdates: offsets, the long poll, lifetimes, and who may poll."""

import asyncio

from bot.emulator import Clock, Phone, World
from tests.emulator.conftest import Call


async def texts(call: Call, **params: object) -> list[str]:
    """The texts of the messages that a poll returns."""
    _, answer = await call("getUpdates", **params)
    return [update["message"]["text"] for update in answer["result"]]


async def test_updates_stay_until_a_higher_offset_confirms_them(ana: Phone, call: Call) -> None:
    ana.type("one")
    ana.type("two")
    _, answer = await call("getUpdates")
    first, second = (update["update_id"] for update in answer["result"])
    assert second == first + 1
    assert await texts(call, offset=first) == ["one", "two"]
    assert await texts(call, offset=second) == ["two"]
    assert await texts(call, offset=second + 1) == []


async def test_limit_and_negative_offset(ana: Phone, call: Call) -> None:
    for text in ("one", "two", "three"):
        ana.type(text)
    assert await texts(call, limit=2) == ["one", "two"]
    assert await texts(call, offset=-1) == ["three"]
    assert await texts(call) == ["three"]


async def test_a_long_poll_ends_with_the_first_update(world: World, ana: Phone, call: Call) -> None:
    poll = asyncio.create_task(texts(call, timeout=50))
    await world.until(lambda: world.updates.poll_turn == 1)
    ana.type("now")
    assert await poll == ["now"]


async def test_a_long_poll_ends_empty_after_its_timeout(call: Call) -> None:
    assert await texts(call, timeout=1) == []


async def test_a_second_poller_ends_the_first_with_409(world: World, ana: Phone, call: Call) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await world.until(lambda: world.updates.poll_turn == 1)
    second = asyncio.create_task(texts(call, timeout=50))
    status, answer = await first
    assert status == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    ana.type("for the second")
    assert await second == ["for the second"]


async def test_no_polling_while_a_webhook_is_set(world: World, call: Call) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await world.until(lambda: world.updates.poll_turn == 1)
    await call("setWebhook", url="http://127.0.0.1:9/")
    assert (await poll)[1]["description"] == "Conflict: terminated by setWebhook request"
    status, answer = await call("getUpdates")
    assert status == 409
    assert "while webhook is active" in answer["description"]
    await call("deleteWebhook")
    assert (await call("getUpdates"))[0] == 200


async def test_allowed_updates_are_remembered(world: World, ana: Phone, call: Call) -> None:
    await call("getUpdates", allowed_updates=["message_reaction"])
    view = ana.type("not wanted")
    ana.react(view, "👍")
    _, answer = await call("getUpdates")
    assert [set(update) - {"update_id"} for update in answer["result"]] == [{"message_reaction"}]
    await call("getUpdates", allowed_updates=[])
    ana.react(view, "")
    ana.type("wanted again")
    assert len(world.updates) == 2


async def test_messages_live_a_day_and_presses_150_seconds(world: World, ana: Phone, clock: Clock) -> None:
    ana.type("hello")
    world.add_message(world.chats[ana.id], world.bot, {"text": "?"})
    ana.press_data("y")
    clock.advance(149)
    assert len(world.updates) == 2
    clock.advance(1)
    assert len(world.updates) == 1
    clock.advance(86_400 - 150)
    assert len(world.updates) == 0
