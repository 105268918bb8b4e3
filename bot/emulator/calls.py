"""One Bot API call from its arrival to its answer: token, fault, flood limit, method, record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.emulator.errors import Refused, bad_request, conflict, forbidden, too_many_requests, unauthorized
from bot.emulator.faults import Fault, FaultKind
from bot.emulator.methods import METHODS, Method
from bot.emulator.params import Params
from bot.emulator.wire import Wire, to_bytes
from bot.emulator.world import Call, World

_SWALLOWED_BEFORE = frozenset({FaultKind.CUT_BEFORE, FaultKind.HANG_BEFORE, FaultKind.OUTAGE})


class Ending(Enum):
    """How a call ends on the connection."""

    ANSWERED = auto()
    CUT = auto()
    HANGING = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the bot, if anything does."""

    status: int
    body: bytes
    media_type: bytes = b"application/json"
    ending: Ending = Ending.ANSWERED


CUT = Answer(0, b"", ending=Ending.CUT)
HANGING = Answer(0, b"", ending=Ending.HANGING)
NOT_JSON = Answer(200, b"<html><body>It works!</body></html>", media_type=b"text/html")


async def perform(
    world: World,
    token: str,
    name: str,
    params: Params,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Answer:
    """Do one call and say how it is answered; whatever happens is recorded in `world.calls`."""
    result: Any = None
    error: str | None = None
    try:
        method = _admit(world, token, name)
        if world.delay_ms:
            await sleep(world.delay_ms / 1000)
        fault = world.faults.for_call(name, _chat_id(params)) if world.faults.active else None
        if fault is not None:
            if fault.kind is FaultKind.SLOW:
                await sleep(fault.seconds)
            elif fault.kind in _SWALLOWED_BEFORE:
                error = fault.kind.value
                return HANGING if fault.kind is FaultKind.HANG_BEFORE else CUT
            elif (refused := _refusal_of(fault)) is not None:
                raise refused
        result = await _run(world, name, method, params)
        if fault is not None and (swallowed := _swallow(fault)) is not None:
            error = fault.kind.value
            return swallowed
        return Answer(200, to_bytes({"ok": True, "result": result}))
    except Refused as refused:
        error = refused.description
        return refusal(refused)
    finally:
        _record(world, Call(world.now(), name, params.given, result, error))


def refusal(refused: Refused) -> Answer:
    """The answer that says no."""
    body: Wire = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return Answer(refused.code, to_bytes(body))


def _admit(world: World, token: str, name: str) -> Method:
    if token != world.token:
        raise unauthorized()
    method = METHODS.get(name)
    if method is None:
        raise Refused(404, f"Not Found: method not found: {name}")
    return method


async def _run(world: World, name: str, method: Method, params: Params) -> Any:
    names = params.names
    if not names <= method.parameters:
        world.unknown_parameters.update((name, unknown) for unknown in names - method.parameters)
    if method.messages is not None and world.rates.enabled:
        chat_id = _chat_id(params)
        if chat_id is not None:
            world.rates.spend(chat_id, is_group=chat_id < 0, messages=method.messages(params))
    result = method.run(world, params)
    return await result if asyncio.iscoroutine(result) else result


def _chat_id(params: Params) -> int | None:
    """The chat that a call is about; a value that is no number is for the method to refuse."""
    try:
        return params.integer("chat_id")
    except Refused:
        return None


def _refusal_of(fault: Fault) -> Refused | None:
    match fault.kind:
        case FaultKind.FLOOD:
            return too_many_requests(fault.retry_after)
        case FaultKind.ERROR_BEFORE:
            return _server_error(fault)
        case FaultKind.BLOCKED:
            return forbidden("bot was blocked by the user")
        case FaultKind.CHAT_NOT_FOUND:
            return bad_request("chat not found")
        case FaultKind.UNAUTHORIZED:
            return unauthorized()
        case FaultKind.CONFLICT:
            return conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        case FaultKind.REFUSED:
            return bad_request(fault.description)
    return None


def _swallow(fault: Fault) -> Answer | None:
    match fault.kind:
        case FaultKind.ERROR_AFTER:
            return refusal(_server_error(fault))
        case FaultKind.CUT_AFTER:
            return CUT
        case FaultKind.HANG_AFTER:
            return HANGING
        case FaultKind.NOT_JSON:
            return NOT_JSON
    return None


def _server_error(fault: Fault) -> Refused:
    names = {
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }
    return Refused(fault.status, names.get(fault.status, "Error"))


def _record(world: World, call: Call) -> None:
    world.calls.append(call)
    if world.on_call is not None:
        world.on_call(call)
    world.changes.wake()
