"""Whom the bot may not write to, and how it is told."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.emulator import Clock, Phone, World
from tests.emulator.conftest import Call


def blocked(world: World, ana: Phone) -> int:
    ana.block_bot()
    return ana.id


def deactivated(world: World, ana: Phone) -> int:
    ana.deactivate()
    return ana.id


def never_started(world: World, ana: Phone) -> int:
    return world.user(first_name="Ben").id


def unknown(world: World, ana: Phone) -> int:
    return 99


def kicked(world: World, ana: Phone) -> int:
    group = world.group("Staff", forum=True)
    world.kick_bot(group)
    return group.id


def migrated(world: World, ana: Phone) -> int:
    group = world.group("Staff")
    world.migrate(group)
    return group.id


@pytest.mark.parametrize(
    ("target", "status", "description"),
    [
        (blocked, 403, "Forbidden: bot was blocked by the user"),
        (deactivated, 403, "Forbidden: user is deactivated"),
        (never_started, 403, "Forbidden: bot can't initiate conversation with a user"),
        (unknown, 400, "Bad Request: chat not found"),
        (kicked, 403, "Forbidden: bot was kicked from the supergroup chat"),
        (migrated, 400, "Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)
async def test_refusals(
    target: Callable[[World, Phone], int], status: int, description: str, world: World, ana: Phone, call: Call
) -> None:
    code, answer = await call("sendMessage", chat_id=target(world, ana), text="hello")
    assert (code, answer["description"]) == (status, description)


async def test_a_migration_names_the_new_chat(world: World, ana: Phone, call: Call) -> None:
    group = world.group("Staff", members=[ana])
    new = world.migrate(group)
    _, answer = await call("sendMessage", chat_id=group.id, text="hello")
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await call("sendMessage", chat_id=new.id, text="hello"))[0] == 200
    assert [phone.id for phone in new.members] == [ana.id]


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "Bad Request: chat_id is empty"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"chat_id": "Ana"}, "Bad Request: chat_id must be an Integer"),
    ],
)
async def test_chat_ids_that_name_nothing(params: dict[str, Any], description: str, call: Call) -> None:
    assert (await call("sendMessage", text="x", **params))[1]["description"] == description


async def test_replies_to_nothing(ana: Phone, call: Call) -> None:
    reply: dict[str, Any] = {"message_id": 999}
    status, answer = await call("sendMessage", chat_id=ana.id, text="x", reply_parameters=reply)
    assert (status, answer["description"]) == (400, "Bad Request: message to be replied not found")
    reply["allow_sending_without_reply"] = True
    assert (await call("sendMessage", chat_id=ana.id, text="x", reply_parameters=reply))[0] == 200


async def test_messages_older_than_48_hours_stay(ana: Phone, call: Call, clock: Clock) -> None:
    _, answer = await call("sendMessage", chat_id=ana.id, text="x")
    clock.advance(48 * 3600 + 1)
    status, refused = await call("deleteMessage", chat_id=ana.id, message_id=answer["result"]["message_id"])
    assert (status, refused["description"]) == (400, "Bad Request: message can't be deleted for everyone")


async def test_a_bot_without_rights_opens_no_topic(world: World, call: Call) -> None:
    group = world.group("Staff", forum=True, bot_admin=False)
    assert (await call("createForumTopic", chat_id=group.id, name="Ana"))[1]["description"] == (
        "Bad Request: not enough rights"
    )


async def test_presses_can_be_answered_for_150_seconds(ana: Phone, world: World, call: Call, clock: Clock) -> None:
    world.add_message(world.chats[ana.id], world.bot, {"text": "?"})
    press = ana.press_data("y")
    clock.advance(151)
    status, answer = await call("answerCallbackQuery", callback_query_id=press.id)
    assert status == 400
    assert answer["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert press.answer is None
