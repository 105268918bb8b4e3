"""The HTTP face of the world: the Bot API, file downloads, and the phones."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.emulator.calls import Answer, Ending, perform, refusal
from bot.emulator.errors import Refused, bad_request
from bot.emulator.faults_http import fault_routes
from bot.emulator.files import Upload
from bot.emulator.params import Params
from bot.emulator.phones_http import phone_routes
from bot.emulator.webhook import WebhookSender
from bot.emulator.world import World

CUT_EXTENSION = "aftercare.cut"


def create_app(
    world: World,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Build the emulator's application around a world.

    `sleep` is what slow answers and webhook retries wait with; `routes` are further pages served beside it.
    """

    @contextlib.asynccontextmanager
    async def deliver_webhooks(app: Starlette) -> AsyncIterator[None]:
        sender = asyncio.create_task(WebhookSender(world, sleep).run())
        yield
        world.close()
        await sender

    pages = [
        Route("/file/bot{token}/{path:path}", FileDownload(world)),
        *phone_routes(world),
        *fault_routes(world),
    ]
    return EmulatorApp(BotApi(world, sleep), routes=[*pages, *routes], lifespan=deliver_webhooks)


class EmulatorApp(Starlette):
    """The routes, with the Bot API in front of them: it is the hot path, and routing is a tenth of its time."""

    def __init__(self, bot_api: "BotApi", **more: Any) -> None:
        super().__init__(**more)
        self._bot_api = bot_api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/bot"):
            await self._bot_api(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class BotApi:
    """`/bot<token>/<method>`: read the parameters, perform the call, answer or fail to."""

    def __init__(self, world: World, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._world = world
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, _, method = scope["path"].removeprefix("/bot").partition("/")
        try:
            params = await read_params(scope, receive)
        except Refused as refused:
            answer = refusal(refused)
        else:
            answer = await perform(self._world, token, method, params, self._sleep)
        if answer.ending is Ending.ANSWERED:
            await _write(answer, send)
            return
        if answer.ending is Ending.HANGING:
            await _wait_for_the_end(self._world, receive)
        await _cut(scope, receive)


class FileDownload:
    """`/file/bot<token>/<path>`: the bytes of a file."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path_params"]
        file = self._world.files.by_path(path["path"])
        if self._world.faults.for_connection() is not None:
            await _cut(scope, receive)
        elif path["token"] != self._world.token:
            await _write(refusal(Refused(401, "Unauthorized")), send)
        elif file is None:
            await _write(refusal(Refused(404, "Not Found")), send)
        else:
            await _write(Answer(200, file.content, media_type=file.media_type.encode()), send)


async def read_params(scope: Scope, receive: Receive) -> Params:
    """Read the parameters from the query string and from a JSON, urlencoded or multipart body."""
    given: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    media_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if media_type.startswith(b"multipart/form-data"):
        files: dict[str, Upload] = {}
        async with Request(scope, receive).form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(value.filename or name, await value.read())
                else:
                    given[name] = value
        return Params(given, files)
    body = await _read_body(receive)
    if media_type.startswith(b"application/json"):
        try:
            parsed = json.loads(body or b"{}")
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(parsed, dict):
            raise bad_request("JSON object expected")
        given.update(parsed)
    elif body:
        given.update(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return Params(given)


async def _read_body(receive: Receive) -> bytes:
    event = await receive()
    body: bytes = event.get("body", b"")
    while event.get("more_body"):
        event = await receive()
        body += event.get("body", b"")
    return body


async def _write(answer: Answer, send: Send) -> None:
    headers = [(b"content-type", answer.media_type), (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _wait_for_the_end(world: World, receive: Receive) -> None:
    """Answer nothing until the caller gives up or the world closes."""
    gone = asyncio.ensure_future(_disconnected(receive))
    closed = asyncio.ensure_future(world.changes.until(lambda: world.closed, None))
    _, waiting = await asyncio.wait({gone, closed}, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _cut(scope: Scope, receive: Receive) -> None:
    """Drop the connection without an answer; raises KeyError under a server that cannot do that."""
    scope["extensions"][CUT_EXTENSION]["abort"]()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
