"""The phones over HTTP: every act, the messages, the events."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.emulator import Phone, World
from bot.emulator.phone_acts import ACTS
from bot.emulator.wire import Wire


async def post(http: aiohttp.ClientSession, path: str, body: Wire) -> tuple[int, Wire]:
    """Post JSON and read JSON."""
    async with http.post(path, json=body) as answer:
        return answer.status, await answer.json()


async def get(http: aiohttp.ClientSession, path: str) -> Wire:
    """Read JSON."""
    async with http.get(path) as answer:
        assert answer.status == 200
        body: Wire = await answer.json()
        return body


BODIES: dict[str, Wire] = {
    "start": {"payload": "abc"},
    "type": {"text": "hello"},
    "reply": {"message": 1, "text": "yes"},
    "edit": {"message": 2, "text": "changed"},
    "press": {"button": "Yes"},
    "react": {"message": 1, "emoji": "👍"},
    "photo": {"caption": "day 1"},
    "album": {"count": 3},
    "document": {"base64": "JVBERi0=", "name": "x.pdf"},
    "voice": {},
    "video": {},
    "sticker": {"emoji": "😷"},
    "location": {},
    "contact": {},
    "content": {"message": {"rich_message": {}}},
    "raw": {"something_new": {}},
    "block": {},
    "unblock": {},
    "deactivate": {},
    "join": {"chat": -4_000_002},
    "leave": {"chat": -4_000_001},
}


@pytest.mark.parametrize("act", ACTS)
async def test_every_act(act: str, world: World, ana: Phone, http: aiohttp.ClientSession) -> None:
    markup: Wire = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    world.add_message(world.chats[ana.id], world.bot, {"text": "?"}, markup=markup)
    ana.type("mine")
    world.group("Staff", members=[ana])
    world.group("Other")
    before = world.changes.number
    status, _ = await post(http, f"/phones/{ana.id}/{act}", BODIES[act])
    assert status == 200
    # A raw update shows on no phone, and unblocking what is not blocked is nothing.
    assert world.changes.number > before or act in ("raw", "unblock")


async def test_the_list_shows_phones_and_groups(world: World, http: aiohttp.ClientSession) -> None:
    status, made = await post(http, "/phones", {"first_name": "Nino", "id": 42, "started": True})
    assert (status, made["id"], made["started"]) == (201, 42, True)
    status, group = await post(http, "/phones/groups", {"title": "Staff", "forum": True, "members": [42]})
    assert (status, group["forum"]) == (201, True)
    everyone = await get(http, "/phones")
    assert [phone["first_name"] for phone in everyone["phones"]] == ["Nino"]
    assert [chat["title"] for chat in everyone["phones"][0]["chats"]] == ["Aftercare", "Staff"]
    assert everyone["groups"] == [group]
    assert (await get(http, "/phones/42"))["id"] == 42


async def test_messages_since_a_change(world: World, ana: Phone, http: aiohttp.ClientSession) -> None:
    path = f"/phones/{ana.id}/chats/{ana.id}"
    ana.type("one")
    first = await get(http, path)
    assert [message["text"] for message in first["messages"]] == ["one"]
    view = ana.type("two")
    second = await get(http, f"{path}?since={first['change']}")
    assert [message["text"] for message in second["messages"]] == ["two"]
    world.delete(view.message)
    third = await get(http, f"{path}?since={second['change']}")
    assert (third["messages"], third["ids"]) == ([], first["ids"])


async def test_a_press_waits_for_the_answer(world: World, ana: Phone, http: aiohttp.ClientSession) -> None:
    world.add_message(world.chats[ana.id], world.bot, {"text": "?"})
    status, pressed = await post(http, f"/phones/{ana.id}/press", {"data": "y", "wait": 0.001})
    assert (status, pressed["answer"]) == (200, None)
    waiting = asyncio.create_task(post(http, f"/phones/{ana.id}/press", {"data": "y", "wait": 30}))
    await world.until(lambda: len(world.presses) == 2)
    press = list(world.presses.values())[-1]
    params = {"callback_query_id": press.id, "text": "Saved"}
    async with http.get(f"/bot{world.token}/answerCallbackQuery", params=params):
        status, pressed = await waiting
    assert pressed["answer"] == {"text": "Saved", "show_alert": False, "url": None}


async def test_a_picture_is_posted_as_bytes_and_read_back(
    world: World, ana: Phone, http: aiohttp.ClientSession
) -> None:
    headers = {"Content-Type": "image/png"}
    async with http.post(f"/phones/{ana.id}/photo?caption=hi", data=b"bytes", headers=headers) as answer:
        shown = await answer.json()
    assert shown["text"] == "hi"
    async with http.get(f"/phones/files/{shown['files'][0]['id']}") as answer:
        assert await answer.read() == b"bytes"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/phones/99/type", {"text": "x"}, 404),
        ("/phones/7/fly", {}, 404),
        ("/phones/7/type", {}, 404),
        ("/phones/7/type", {"text": "x"}, 400),
        ("/phones/7/start", {"payload": "not good"}, 400),
        ("/phones", {"id": 7}, 400),
        ("/phones/7/edit", {"message": 99, "text": "x"}, 404),
    ],
)
async def test_what_cannot_be_done_is_explained(
    path: str, body: dict[str, Any], status: int, world: World, http: aiohttp.ClientSession
) -> None:
    world.user(id=7)
    code, answer = await post(http, path, body)
    assert code == status
    assert answer["error"]


async def test_events_follow_the_changes(world: World, ana: Phone, http: aiohttp.ClientSession) -> None:
    async with http.get("/phones/events") as events:
        assert events.content_type == "text/event-stream"

        async def event() -> int:
            line = await events.content.readline()
            assert await events.content.readline() == b"\n"
            return int(json.loads(line.removeprefix(b"data: "))["change"])

        assert await event() == world.changes.number
        ana.type("new")
        assert await event() == world.changes.number
