"""Webhooks: delivered with the secret, in order, and again until they are taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.emulator import Clock, EmulatorServer, Fault, FaultKind, Phone, World
from bot.emulator.methods import METHODS
from bot.emulator.params import Params


class Receiver:
    """The bot's side: keeps what arrives, answers what it is told to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answers: list[Response] = []
        self.bodies: list[dict[str, dict[str, object]]] = []
        self.secrets: list[str | None] = []
        self.slept: list[float] = []

    async def take(self, request: Request) -> Response:
        """Take one delivery."""
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.world.tell()
        return self.answers.pop(0) if self.answers else Response()

    async def sleep(self, seconds: float) -> None:
        """Note how long the sender would have waited."""
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def receiver(world: World) -> Receiver:
    """A bot that takes everything."""
    return Receiver(world)


@pytest.fixture
async def hook(world: World, receiver: Receiver) -> AsyncIterator[str]:
    """The receiver's address; it is served beside the emulator."""
    route = Route("/hook", receiver.take, methods=["POST"])
    async with EmulatorServer(world, sleep=receiver.sleep, routes=[route]) as emulator:
        yield f"{emulator.url}/hook"


def set_hook(world: World, url: str) -> None:
    """Register the receiver, as setWebhook does."""
    METHODS["setWebhook"].run(world, Params({"url": url, "secret_token": "s3cret"}))


async def test_updates_from_before_and_after_arrive_in_order(
    world: World, ana: Phone, receiver: Receiver, hook: str
) -> None:
    ana.type("before")
    set_hook(world, hook)
    ana.type("after")
    await world.until(lambda: len(world.updates) == 0)
    assert [body["message"]["text"] for body in receiver.bodies] == ["before", "after"]
    assert set(receiver.secrets) == {"s3cret"}


async def test_a_refused_update_is_tried_again_with_growing_delays(
    world: World, ana: Phone, receiver: Receiver, hook: str
) -> None:
    receiver.answers = [Response(status_code=500) for _ in range(8)]
    set_hook(world, hook)
    ana.type("again and again")
    await world.until(lambda: len(world.updates) == 0)
    assert receiver.slept == [1, 2, 4, 8, 16, 32, 60, 60]
    assert world.webhook is not None
    assert world.webhook.last_error == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_is_honoured(world: World, ana: Phone, receiver: Receiver, hook: str) -> None:
    receiver.answers = [Response(status_code=503, headers={"Retry-After": "45"})]
    set_hook(world, hook)
    ana.type("later")
    await world.until(lambda: len(world.updates) == 0)
    assert receiver.slept == [45]


async def test_one_stuck_chat_does_not_hold_up_another(world: World, ana: Phone, receiver: Receiver) -> None:
    async def hold(seconds: float) -> None:
        await world.until(lambda: world.closed, None)

    ben = world.user(first_name="Ben", started=True)
    receiver.answers = [Response(status_code=500)]
    route = Route("/hook", receiver.take, methods=["POST"])
    async with EmulatorServer(world, sleep=hold, routes=[route]) as emulator:
        set_hook(world, f"{emulator.url}/hook")
        ana.type("stuck")
        await world.until(lambda: len(receiver.bodies) == 1)
        ana.type("behind it")
        ben.type("free")
        await world.until(lambda: len(world.updates) == 2)
    assert [body["message"]["text"] for body in receiver.bodies] == ["stuck", "free"]


async def test_an_outage_keeps_deliveries_away(world: World, ana: Phone, receiver: Receiver, hook: str) -> None:
    fault = world.faults.add(Fault(FaultKind.OUTAGE))
    set_hook(world, hook)
    ana.type("through at last")
    await world.until(lambda: fault.fired >= 2)
    assert receiver.bodies == []
    world.faults.lift(fault)
    await world.until(lambda: len(receiver.bodies) == 1)


async def test_an_update_that_is_too_old_is_dropped(
    world: World, ana: Phone, receiver: Receiver, hook: str, clock: Clock
) -> None:
    world.faults.add(Fault(FaultKind.OUTAGE))
    set_hook(world, hook)
    ana.type("too late")
    clock.advance(86_400)
    world.faults.clear()
    ana.type("in time")
    await world.until(lambda: len(world.updates) == 0)
    assert [body["message"]["text"] for body in receiver.bodies] == ["in time"]
