"""Faults, flood limits and the clock over HTTP."""

from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.emulator.clock import Clock
from bot.emulator.faults import Fault, FaultKind
from bot.emulator.http_answers import explained, read_object
from bot.emulator.wire import Wire
from bot.emulator.world import World

_SETTABLE = {field.name for field in fields(Fault)} - {"kind", "fired"}


def fault_routes(world: World) -> list[BaseRoute]:
    """The routes of faults and time."""
    api = FaultsApi(world)
    return [
        Route("/faults", explained(api.state), methods=["GET"]),
        Route("/faults", explained(api.change), methods=["POST"]),
        Route("/faults", explained(api.clear), methods=["DELETE"]),
        Route("/clock", explained(api.time), methods=["GET"]),
        Route("/clock", explained(api.advance), methods=["POST"]),
    ]


class FaultsApi:
    """The handlers; each one is documented with its route in docs/emulator.md."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, request: Request) -> Response:
        """What is waiting to go wrong, what has gone wrong, and the limits."""
        return JSONResponse(self._state())

    async def change(self, request: Request) -> Response:
        """Add a fault (`kind` and its fields), or set `delay_ms`, or switch the flood limits with `rates`."""
        body = await read_object(request)
        if "delay_ms" in body:
            self._world.delay_ms = float(body["delay_ms"])
        if "rates" in body:
            self._world.rates.enabled = bool(body["rates"])
        if "kind" in body:
            self._world.faults.add(_fault(body))
        return JSONResponse(self._state())

    async def clear(self, request: Request) -> Response:
        """Lift every fault."""
        self._world.faults.clear()
        return JSONResponse(self._state())

    async def time(self, request: Request) -> Response:
        """The world's clock."""
        return JSONResponse({"now": self._world.now()})

    async def advance(self, request: Request) -> Response:
        """Move the world's clock forward by `seconds`; 400 when the world was given a clock that cannot move."""
        body = await read_object(request)
        clock = self._world.now
        if not isinstance(clock, Clock):
            raise TypeError("this world's clock cannot be moved")
        now = clock.advance(float(body["seconds"]))
        self._world.tell()
        return JSONResponse({"now": now})

    def _state(self) -> Wire:
        faults = self._world.faults
        return {
            "active": [_fault_json(fault) for fault in faults.active],
            "fired": dict(faults.fired),
            "delay_ms": self._world.delay_ms,
            "rates": self._world.rates.enabled,
            "rate_refusals": self._world.rates.refusals,
        }


def _fault(body: dict[str, Any]) -> Fault:
    given = {name: body[name] for name in _SETTABLE if name in body}
    return Fault(FaultKind(body["kind"]), **given)


def _fault_json(fault: Fault) -> Wire:
    return {field.name: getattr(fault, field.name) for field in fields(Fault)}
