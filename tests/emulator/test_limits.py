"""What is one too much for Telegram is refused, and what just fits is taken."""

from typing import Any

import pytest

from bot.emulator import Phone, World
from bot.emulator.phones import TINY_PNG
from tests.emulator.conftest import Call


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    """An inline keyboard."""
    return {"inline_keyboard": list(rows)}


def button(data: str = "d") -> dict[str, Any]:
    """A button with data."""
    return {"text": "x", "callback_data": data}


@pytest.mark.parametrize("text", ["x" * 4096, "🙂" * 2048, "<b>" + "x" * 4096 + "</b>"])
async def test_texts_that_fit(text: str, ana: Phone, call: Call) -> None:
    assert (await call("sendMessage", chat_id=ana.id, text=text, parse_mode="HTML"))[0] == 200


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 4097, "message is too long"),
        ("🙂" * 2049, "message is too long"),
        ("", "message text is empty"),
        (" \n", "message text is empty"),
    ],
)
async def test_texts_that_do_not(text: str, reason: str, ana: Phone, call: Call) -> None:
    status, answer = await call("sendMessage", chat_id=ana.id, text=text)
    assert (status, answer["description"]) == (400, f"Bad Request: {reason}")
    assert ana.messages() == []


@pytest.mark.parametrize(
    "markup",
    [keyboard([button("é" * 32)]), keyboard(*[[button()] * 8] * 12, [button()] * 4), {"remove_keyboard": True}],
)
async def test_keyboards_that_fit(markup: dict[str, Any], ana: Phone, call: Call) -> None:
    assert (await call("sendMessage", chat_id=ana.id, text="?", reply_markup=markup))[0] == 200


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard([button("é" * 33)]), "BUTTON_DATA_INVALID"),
        (keyboard([button("")]), "BUTTON_DATA_INVALID"),
        (keyboard([button()] * 9), "reply markup is too long"),
        (keyboard(*[[button()]] * 101), "reply markup is too long"),
        (keyboard([{"callback_data": "d"}]), 'Field "text" must be a non-empty String'),
        (keyboard([{"text": "x"}]), "Text buttons are unallowed in the inline keyboard"),
        (keyboard([button() | {"url": "https://e.org"}]), "exactly one action is allowed, found callback_data, url"),
        (keyboard([7]), "InlineKeyboardButton must be an Object"),  # type: ignore[list-item]
        ({"inline_keyboard": 7}, "must be an Array of Arrays"),
        ([], "object expected as reply markup"),
    ],
)
async def test_keyboards_that_do_not(markup: dict[str, Any], reason: str, ana: Phone, call: Call) -> None:
    status, answer = await call("sendMessage", chat_id=ana.id, text="?", reply_markup=markup)
    assert status == 400
    assert answer["description"].endswith(reason)


async def test_captions(ana: Phone, world: World, call: Call) -> None:
    file_id = world.phones[ana.id].send_photo(TINY_PNG).message.files[0].id
    assert (await call("sendPhoto", chat_id=ana.id, photo=file_id, caption="x" * 1024))[0] == 200
    status, answer = await call("sendPhoto", chat_id=ana.id, photo=file_id, caption="x" * 1025)
    assert (status, answer["description"]) == (400, "Bad Request: message caption is too long")


async def test_callback_answers(ana: Phone, world: World, call: Call) -> None:
    world.add_message(world.chats[ana.id], world.bot, {"text": "?"})
    press = ana.press_data("y")
    assert (await call("answerCallbackQuery", callback_query_id=press.id, text="x" * 201))[0] == 400
    assert (await call("answerCallbackQuery", callback_query_id=press.id, text="x" * 200))[0] == 200


async def test_topic_names(world: World, call: Call) -> None:
    staff = world.group("Staff", forum=True)
    assert (await call("createForumTopic", chat_id=staff.id, name="x" * 128))[0] == 200
    assert (await call("createForumTopic", chat_id=staff.id, name="x" * 129))[0] == 400
    assert (await call("createForumTopic", chat_id=staff.id, name=" "))[0] == 400


@pytest.mark.parametrize("payload", ["x" * 65, "", "with space", "ü"])
def test_start_payloads_that_no_link_can_carry(payload: str, world: World) -> None:
    with pytest.raises(ValueError, match="start payload"):
        world.user().start(payload)
