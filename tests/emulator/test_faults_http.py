"""Faults and time over HTTP."""

import time

import aiohttp

from bot.emulator import Clock, EmulatorServer, World


async def test_faults_are_added_listed_and_cleared(world: World, http: aiohttp.ClientSession) -> None:
    fault = {"kind": "flood", "method": "getMe", "retry_after": 9, "times": None}
    async with http.post("/faults", json=fault) as answer:
        assert (await answer.json())["active"][0]["retry_after"] == 9
    async with http.get(f"/bot{world.token}/getMe") as answer:
        assert answer.status == 429
    async with http.get("/faults") as answer:
        assert (await answer.json())["fired"] == {"flood": 1}
    async with http.delete("/faults") as answer:
        assert (await answer.json())["active"] == []


async def test_delay_and_limits_are_set(world: World, http: aiohttp.ClientSession) -> None:
    async with http.post("/faults", json={"delay_ms": 0.5, "rates": True}) as answer:
        state = await answer.json()
    assert (state["delay_ms"], state["rates"], state["rate_refusals"]) == (0.5, True, 0)
    assert world.delay_ms == 0.5
    assert world.rates.enabled


async def test_an_unknown_kind_is_explained(http: aiohttp.ClientSession) -> None:
    async with http.post("/faults", json={"kind": "earthquake"}) as answer:
        assert answer.status == 400
        assert "earthquake" in (await answer.json())["error"]


async def test_the_clock_is_read_and_moved(clock: Clock, http: aiohttp.ClientSession) -> None:
    before = clock()
    async with http.post("/clock", json={"seconds": 3600}) as answer:
        assert await answer.json() == {"now": before + 3600}
    async with http.get("/clock") as answer:
        assert await answer.json() == {"now": before + 3600}
    async with http.post("/clock", json={"seconds": -1}) as answer:
        assert answer.status == 400


async def test_a_foreign_clock_is_not_moved() -> None:
    async with (
        EmulatorServer(World(now=time.time)) as emulator,
        aiohttp.ClientSession(emulator.url) as http,
        http.post("/clock", json={"seconds": 1}) as answer,
    ):
        assert answer.status == 400
