"""A call on the wire: forms of parameters, tokens, unknown names, the record, the delay."""

import asyncio

import aiohttp

from bot.emulator import EmulatorServer, Phone, World
from bot.emulator.phones import TINY_PNG
from bot.emulator.world import Call as Made
from tests.emulator.conftest import Call


async def test_parameters_come_in_four_forms(world: World, ana: Phone, http: aiohttp.ClientSession) -> None:
    path = f"/bot{world.token}/sendMessage"
    given = {"chat_id": str(ana.id), "text": "hello & good-bye"}
    async with http.get(path, params=given) as query, http.post(path, json=given) as json:
        assert (query.status, json.status) == (200, 200)
    async with http.post(path, data=given) as form:
        assert form.status == 200
    multipart = aiohttp.FormData(given | {"caption": "c"})
    multipart.add_field("photo", TINY_PNG, filename="p.png")
    async with http.post(f"/bot{world.token}/sendPhoto", data=multipart) as upload:
        assert upload.status == 200
    assert [view.text for view in ana.messages()] == [*["hello & good-bye"] * 3, "c"]


async def test_bodies_that_cannot_be_read(world: World, http: aiohttp.ClientSession) -> None:
    for body in (b"{", b"[]"):
        headers = {"Content-Type": "application/json"}
        async with http.post(f"/bot{world.token}/getMe", data=body, headers=headers) as answer:
            assert answer.status == 400


async def test_a_wrong_token_is_401_and_an_unknown_method_404(world: World, http: aiohttp.ClientSession) -> None:
    async with http.get("/bot1:wrong/getMe") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    async with http.get(f"/bot{world.token}/sendGift") as answer:
        assert answer.status == 404
        assert (await answer.json())["description"] == "Not Found: method not found: sendGift"
    async with http.get("/file/bot1:wrong/photos/file_1.jpg") as answer:
        assert answer.status == 401
    async with http.get(f"/file/bot{world.token}/photos/none.jpg") as answer:
        assert answer.status == 404


async def test_unknown_parameters_are_ignored_and_listed(world: World, ana: Phone, call: Call) -> None:
    assert (await call("sendMessage", chat_id=ana.id, text="x", colour="red"))[0] == 200
    assert world.unknown_parameters == {("sendMessage", "colour"): 1}


async def test_every_call_is_recorded_and_told(world: World, ana: Phone, call: Call) -> None:
    told: list[Made] = []
    world.on_call = told.append
    await call("sendMessage", chat_id=ana.id, text="x")
    await call("sendMessage", chat_id=99, text="x")
    assert told == list(world.calls)
    good, bad = told
    assert (good.method, good.params["text"], good.error) == ("sendMessage", "x", None)
    assert good.result["message_id"] == ana.messages()[0].id
    assert (bad.result, bad.error) == (None, "Bad Request: chat not found")


async def test_the_records_are_bounded() -> None:
    small = World(keep_calls=2, keep_messages=2)
    phone = small.user(started=True)
    async with EmulatorServer(small) as emulator, aiohttp.ClientSession(emulator.url) as session:
        for text in ("one", "two", "three"):
            params = {"chat_id": str(phone.id), "text": text}
            async with session.get(f"/bot{small.token}/sendMessage", params=params) as answer:
                assert answer.status == 200
    assert len(small.calls) == 2
    assert [view.text for view in phone.messages()] == ["two", "three"]


async def test_delays_run_beside_each_other() -> None:
    world = World()
    world.delay_ms = 80
    waiting: list[float] = []
    all_wait = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.append(seconds)
        if len(waiting) == 5:
            all_wait.set()
        await all_wait.wait()

    async with EmulatorServer(world, sleep=sleep) as emulator, aiohttp.ClientSession(emulator.url) as session:

        async def ask() -> int:
            async with session.get(f"/bot{world.token}/getMe") as answer:
                return answer.status

        assert await asyncio.gather(*[ask() for _ in range(5)]) == [200] * 5
    assert waiting == [0.08] * 5
