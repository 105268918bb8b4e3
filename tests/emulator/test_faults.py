"""Every fault happens as it is described, is counted, and ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import telegram

from bot.emulator import ANY_METHOD, Clock, Fault, FaultKind, Phone, World
from tests.emulator.conftest import Call


@dataclass
class Wire:
    """One patient and a way to call the Bot API."""

    world: World
    ana: Phone
    call: Call

    async def send(self) -> tuple[int, dict[str, Any]]:
        """Send one message."""
        return await self.call("sendMessage", chat_id=self.ana.id, text="hi")

    async def updates(self) -> list[dict[str, Any]]:
        """Take what waits, and confirm nothing."""
        _, answer = await self.call("getUpdates")
        return list(answer["result"])

    def press(self) -> None:
        """Press a button on a message of the bot."""
        self.world.add_message(self.world.chats[self.ana.id], self.world.bot, {"text": "?"})
        self.ana.press_data("y")


@pytest.fixture
def wire(world: World, ana: Phone, call: Call) -> Wire:
    """A patient without any message yet."""
    return Wire(world, ana, call)


def refused(kind: FaultKind, status: int, description: str, delivered: int = 0) -> "Case":
    """A fault that answers a refusal."""

    async def case(wire: Wire) -> None:
        wire.world.faults.add(Fault(kind))
        code, answer = await wire.send()
        assert (code, answer["ok"], answer["error_code"]) == (status, False, status)
        assert answer["description"] == description
        assert len(wire.ana.messages()) == delivered

    return case


def unanswered(kind: FaultKind, delivered: int, error: type[Exception]) -> "Case":
    """A fault that leaves the caller without an answer."""

    async def case(wire: Wire) -> None:
        wire.world.faults.add(Fault(kind))
        if kind in (FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER):
            # The world closes: hanging calls are cut, as a dying server would do.
            wire.world.on_call = lambda call: wire.world.close()
        with pytest.raises(error):
            await wire.send()
        assert len(wire.ana.messages()) == delivered
        assert wire.world.calls[-1].error == kind

    return case


async def flood(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.FLOOD, retry_after=17))
    status, answer = await wire.send()
    assert (status, answer["parameters"]) == (429, {"retry_after": 17})
    assert answer["description"] == "Too Many Requests: retry after 17"


async def not_json(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.NOT_JSON))
    with pytest.raises(aiohttp.ContentTypeError):
        await wire.send()
    assert len(wire.ana.messages()) == 1


async def slow(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.SLOW, seconds=0.001))
    assert (await wire.send())[0] == 200


async def outage(wire: Wire) -> None:
    fault = wire.world.faults.add(Fault(FaultKind.OUTAGE))
    for method in ("sendMessage", "getUpdates"):
        with pytest.raises(aiohttp.ClientError):
            await wire.call(method, chat_id=wire.ana.id, text="hi")
    wire.world.faults.lift(fault)
    assert (await wire.send())[0] == 200


async def duplicate_update(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.DUPLICATE_UPDATE))
    wire.ana.type("once")
    first, second = await wire.updates()
    assert first == second


async def press_again(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.PRESS_AGAIN))
    wire.ana.type("a text is not a press")
    wire.press()
    _, first, second = await wire.updates()
    assert first["callback_query"] == second["callback_query"]
    assert first["update_id"] != second["update_id"]


async def out_of_order(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.OUT_OF_ORDER))
    wire.ana.type("one")
    assert await wire.updates() == []
    wire.ana.type("two")
    assert [update["message"]["text"] for update in await wire.updates()] == ["two", "one"]


async def unparsable_press(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.UNPARSABLE_PRESS))
    wire.press()
    (update,) = await wire.updates()
    with pytest.raises(TypeError):
        telegram.Update.de_json(update, None)


CUT = aiohttp.ClientError
Case = Callable[[Wire], Awaitable[None]]
CASES: dict[FaultKind, Case] = {
    FaultKind.FLOOD: flood,
    FaultKind.ERROR_BEFORE: refused(FaultKind.ERROR_BEFORE, 502, "Bad Gateway"),
    FaultKind.ERROR_AFTER: refused(FaultKind.ERROR_AFTER, 502, "Bad Gateway", delivered=1),
    FaultKind.CUT_BEFORE: unanswered(FaultKind.CUT_BEFORE, 0, CUT),
    FaultKind.CUT_AFTER: unanswered(FaultKind.CUT_AFTER, 1, CUT),
    FaultKind.HANG_BEFORE: unanswered(FaultKind.HANG_BEFORE, 0, CUT),
    FaultKind.HANG_AFTER: unanswered(FaultKind.HANG_AFTER, 1, CUT),
    FaultKind.NOT_JSON: not_json,
    FaultKind.SLOW: slow,
    FaultKind.BLOCKED: refused(FaultKind.BLOCKED, 403, "Forbidden: bot was blocked by the user"),
    FaultKind.CHAT_NOT_FOUND: refused(FaultKind.CHAT_NOT_FOUND, 400, "Bad Request: chat not found"),
    FaultKind.UNAUTHORIZED: refused(FaultKind.UNAUTHORIZED, 401, "Unauthorized"),
    FaultKind.CONFLICT: refused(
        FaultKind.CONFLICT,
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    FaultKind.REFUSED: refused(FaultKind.REFUSED, 400, "Bad Request: message is not modified"),
    FaultKind.OUTAGE: outage,
    FaultKind.DUPLICATE_UPDATE: duplicate_update,
    FaultKind.PRESS_AGAIN: press_again,
    FaultKind.OUT_OF_ORDER: out_of_order,
    FaultKind.UNPARSABLE_PRESS: unparsable_press,
}


@pytest.mark.parametrize("kind", FaultKind)
async def test_fault(kind: FaultKind, wire: Wire) -> None:
    await CASES[kind](wire)
    assert wire.world.faults.fired[kind] >= 1
    assert wire.world.faults.active == []


async def test_a_fault_waits_for_its_method_and_its_chat(wire: Wire) -> None:
    fault = wire.world.faults.add(Fault(FaultKind.BLOCKED, method="sendMessage", chat_id=wire.ana.id, times=2))
    await wire.call("getChat", chat_id=wire.ana.id)
    await wire.call("sendMessage", chat_id=99, text="hi")
    assert fault.fired == 0
    assert [(await wire.send())[0] for _ in range(3)] == [403, 403, 200]
    assert fault.fired == 2


async def test_only_a_fault_for_any_method_meets_a_poll(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.ERROR_BEFORE, status=500))
    assert (await wire.call("getUpdates"))[0] == 200
    wire.world.faults.clear()
    wire.world.faults.add(Fault(FaultKind.ERROR_BEFORE, method=ANY_METHOD, status=504))
    assert (await wire.call("getUpdates"))[0] == 504


async def test_a_fault_ends_by_the_clock(wire: Wire, clock: Clock) -> None:
    wire.world.faults.add(Fault(FaultKind.ERROR_BEFORE, times=None, until=clock() + 10))
    assert (await wire.send())[0] == 502
    clock.advance(10)
    assert (await wire.send())[0] == 200


async def test_a_duplicate_comes_even_after_its_id_was_confirmed(wire: Wire) -> None:
    wire.world.faults.add(Fault(FaultKind.DUPLICATE_UPDATE))
    wire.ana.type("once")
    _, first = await wire.call("getUpdates", limit=1)
    update_id = first["result"][0]["update_id"]
    _, second = await wire.call("getUpdates", offset=update_id + 1)
    assert second == first
    _, third = await wire.call("getUpdates", offset=update_id + 1)
    assert third["result"] == []
