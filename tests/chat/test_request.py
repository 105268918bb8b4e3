"""The HTTP client: what is known after every kind of failure, limits on every call, and no token anywhere."""

import asyncio
import contextlib
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.request import (
    PAUSE_WHEN_NONE_IS_NAMED,
    AiohttpRequest,
    BadAnswerError,
    FloodError,
    NeverSentError,
    NoAnswerError,
)
from bot.emulator import FaultKind
from tests.chat.telegram_side import line

TOKEN = "123456:the-token-that-nobody-may-see"


@asynccontextmanager
async def server(answer: bytes | None, *, hang: bool = False) -> AsyncIterator[str]:
    """A server that answers every request with these bytes; the address of its Bot API."""

    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        if hang:
            await reader.read()
        elif answer is not None:
            writer.write(answer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = running.sockets[0].getsockname()[1]
    async with running:
        yield f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage"
        await asyncio.gather(*filter(None, serving))


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def refused(code: int, description: str, **parameters: object) -> bytes:
    answer = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return http(code, json.dumps(answer).encode())


async def error_of(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await call
    assert TOKEN not in str(caught.value)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    return caught.value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_refused_connection_was_never_sent() -> None:
    async with AiohttpRequest() as request:
        error = await error_of(request.post(f"http://127.0.0.1:{free_port()}/bot{TOKEN}/getMe"))
    assert type(error) is NeverSentError


async def test_an_unknown_host_was_never_sent() -> None:
    async with AiohttpRequest() as request:
        error = await error_of(request.post(f"http://nowhere.invalid/bot{TOKEN}/getMe"))
    assert type(error) is NeverSentError


async def test_waiting_in_vain_for_a_free_connection_was_never_sent() -> None:
    async with server(None, hang=True) as url, AiohttpRequest(connections=1, connect_timeout=0.05) as request:
        first = asyncio.create_task(request.post(url))
        await asyncio.sleep(0)
        error = await error_of(request.post(url))
        first.cancel()
    assert type(error) is NeverSentError


async def test_a_proxy_that_does_not_answer_was_never_sent() -> None:
    async with AiohttpRequest(proxy=f"http://127.0.0.1:{free_port()}") as request:
        error = await error_of(request.post(f"https://127.0.0.1/bot{TOKEN}/getMe"))
    assert type(error) is NeverSentError


async def test_a_closed_pool_and_a_wrong_address_were_never_sent() -> None:
    request = AiohttpRequest()
    assert type(await error_of(request.post(f"http://127.0.0.1/bot{TOKEN}/getMe"))) is NeverSentError
    async with request:
        assert type(await error_of(request.post(f"nonsense://127.0.0.1/bot{TOKEN}/getMe"))) is NeverSentError
    await request.shutdown()


async def test_silence_after_the_request_may_have_arrived() -> None:
    async with server(None, hang=True) as url, AiohttpRequest(read_timeout=0.05) as request:
        assert type(await error_of(request.post(url))) is NoAnswerError
        assert type(await error_of(request.post(url, read_timeout=0.01))) is NoAnswerError
    assert request.read_timeout == 0.05


@pytest.mark.parametrize(
    "answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"not HTTP at all\r\n\r\n"]
)
async def test_a_cut_line_and_half_an_answer_may_have_arrived(answer: bytes | None) -> None:
    async with server(answer) as url, AiohttpRequest() as request:
        assert type(await error_of(request.post(url))) is NoAnswerError


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"null", b"{}", b'{"ok": true}', b'{"ok": false}', b"\xff\xfe", b""]
)
@pytest.mark.parametrize("status", [200, 302, 404, 413, 502])
async def test_what_the_bot_api_would_not_say_is_a_bad_answer_and_is_not_logged(
    status: int, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with server(http(status, body)) as url, AiohttpRequest() as request:
        error = await error_of(request.post(url))
    assert isinstance(error, BadAnswerError)
    assert error.status == status
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(400, "Bad Request: chat not found"), BadRequest),
        (refused(401, "Unauthorized"), InvalidToken),
        (refused(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refused(404, "Not Found"), InvalidToken),
        (refused(409, "Conflict"), Conflict),
        (refused(500, "Internal Server Error"), NetworkError),
        (refused(400, "Bad Request: upgraded", migrate_to_chat_id=-100), ChatMigrated),
    ],
)
async def test_telegrams_own_refusals_keep_the_classes_of_the_library(answer: bytes, kind: type[TelegramError]) -> None:
    async with server(answer) as url, AiohttpRequest() as request:
        assert type(await error_of(request.post(url))) is kind


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refused(429, "Too Many Requests", retry_after=17), 17),
        (refused(429, "Too Many Requests", retry_after=0), PAUSE_WHEN_NONE_IS_NAMED),
        (http(429, b"slow down", "Retry-After: 9"), 9),
        (http(429, b"slow down", "Retry-After: tomorrow"), PAUSE_WHEN_NONE_IS_NAMED),
    ],
)
async def test_every_429_says_how_long_to_wait(answer: bytes, seconds: int) -> None:
    async with server(answer) as url, AiohttpRequest() as request:
        error = await error_of(request.post(url))
    assert isinstance(error, FloodError)
    assert error.seconds == seconds


async def test_parameters_and_files_arrive() -> None:
    async with line() as telegram:
        await telegram.bot.initialize()
        sent = await telegram.bot.send_message(telegram.ana.id, "olá, 你好 & <b>", message_thread_id=None)
        assert telegram.ana.messages()[0].text == sent.text == "olá, 你好 & <b>"
        await telegram.bot.send_document(telegram.ana.id, InputFile(b"\x00\xff", filename="a.bin"), caption="é")
        document = telegram.ana.messages()[1]
        assert document.text == "é"
        assert document.document is not None
        assert (document.document.content, document.document.name) == (b"\x00\xff", "a.bin")


async def test_a_file_is_downloaded() -> None:
    async with line() as telegram:
        photo = telegram.ana.send_photo(b"picture").photo
        assert photo is not None
        found = await telegram.bot.get_file(photo.id)
        url = f"{telegram.emulator.base_file_url}{telegram.world.token}/{photo.path}"
        assert found.file_unique_id == photo.unique_id
        assert await telegram.request.retrieve(url) == b"picture"


async def test_connections_are_kept() -> None:
    ports: set[int] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername")[1])
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(http(200, b'{"ok": true, "result": true}'))
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running, AiohttpRequest() as request:
        url = f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/bot{TOKEN}/getMe"
        for _ in range(5):
            assert await request.post(url) is True
    assert len(ports) == 1


async def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async with line() as telegram:
        caplog.set_level(logging.DEBUG)
        given = {"chat_id": telegram.ana.id, "text": "x"}
        data = RequestData([RequestParameter(name, value, None) for name, value in given.items()])
        traces = ""
        for kind in set(FaultKind) - {FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER, FaultKind.SLOW}:
            telegram.world.faults.clear()
            telegram.fail(kind)
            try:
                await telegram.request.post(f"{telegram.bot.base_url}/sendMessage", data)
            except TelegramError as error:
                traces += "".join(traceback.format_exception(error))
        assert "NoAnswerError" in traces
        assert telegram.world.token not in traces
        assert telegram.world.token not in caplog.text


Opener = Callable[[], Awaitable[None]]


async def test_opening_and_closing_twice_does_nothing() -> None:
    request = AiohttpRequest()
    for step in (request.initialize, request.initialize, request.shutdown, request.shutdown):
        opener: Opener = step
        await opener()
