"""Files come from Telegram within limits of size and time, and the address with the token is seen by nobody."""

import asyncio
import logging

import pytest

from bot.chat.files import TelegramFiles
from bot.core.post.files import NotFetched, Trouble
from bot.emulator import FaultKind
from bot.emulator.faults import ANY_METHOD
from bot.emulator.files import Upload
from tests.chat.telegram_side import Line, line
from tests.support import pictures


def _sent(telegram: Line, content: bytes, name: str = "cheek.jpg") -> str:
    return telegram.world.files.keep(Upload(name, content), "documents").id


def _files(telegram: Line, longest: float = 90) -> TelegramFiles:
    return TelegramFiles(telegram.bot, telegram.request, longest=longest)


async def test_a_file() -> None:
    async with line() as telegram:
        content = pictures.jpeg()
        assert await _files(telegram).fetch(_sent(telegram, content)) == content


async def test_a_large_file_is_not_asked_for() -> None:
    """Telegram says its size first; nothing of it is transferred."""
    async with line() as telegram:
        file_id = _sent(telegram, bytes(2000))
        assert await _files(telegram).fetch(file_id, most=1999) == NotFetched(Trouble.TOO_LARGE)
        assert await _files(telegram).fetch(file_id, most=2000) == bytes(2000)
        huge = _sent(telegram, bytes(21 * 1024 * 1024))
        assert await _files(telegram).fetch(huge) == NotFetched(Trouble.TOO_LARGE)


async def test_a_file_that_is_larger_than_it_says() -> None:
    """The download ends where the limit is, whatever was announced."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(200):
                writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, line() as telegram:
        telegram.bot._base_file_url = address
        result = await _files(telegram).fetch(_sent(telegram, b"small"), most=100_000)
        assert result == NotFetched(Trouble.TOO_LARGE)


@pytest.mark.parametrize(
    ("kind", "more", "result"),
    [
        (FaultKind.FLOOD, {}, NotFetched(Trouble.UNREACHABLE, again=True, asked=False)),
        (FaultKind.UNAUTHORIZED, {}, NotFetched(Trouble.UNREACHABLE, again=True, asked=False)),
        (FaultKind.ERROR_BEFORE, {}, NotFetched(Trouble.UNREACHABLE, again=True)),
        (FaultKind.CUT_BEFORE, {}, NotFetched(Trouble.UNREACHABLE, again=True)),
        (FaultKind.NOT_JSON, {}, NotFetched(Trouble.UNREACHABLE, again=True)),
        (FaultKind.HANG_BEFORE, {}, NotFetched(Trouble.UNREACHABLE, again=True)),
        (
            FaultKind.REFUSED,
            {"description": "wrong file_id or the file is temporarily unavailable"},
            NotFetched(Trouble.GONE, again=True),
        ),
        (FaultKind.REFUSED, {"description": "file is too big"}, NotFetched(Trouble.TOO_LARGE)),
    ],
)
async def test_what_goes_wrong(kind: FaultKind, more: dict[str, object], result: NotFetched) -> None:
    async with line(read_timeout=0.2) as telegram:
        file_id = _sent(telegram, pictures.jpeg())
        telegram.fail(kind, method="getFile", **more)
        assert await _files(telegram, longest=5).fetch(file_id) == result


async def test_the_whole_has_a_time_limit() -> None:
    async with line() as telegram:
        file_id = _sent(telegram, pictures.jpeg())
        telegram.fail(FaultKind.HANG_BEFORE, method="getFile")
        assert await _files(telegram, longest=0.05).fetch(file_id) == NotFetched(Trouble.UNREACHABLE, again=True)


async def test_a_cut_download_is_tried_again() -> None:
    async with line() as telegram:
        file_id = _sent(telegram, pictures.jpeg())
        found = await telegram.bot.get_file(file_id)
        assert found.file_path is not None
        telegram.fail(FaultKind.CUT_BEFORE, method=ANY_METHOD, times=3)
        assert await _files(telegram).fetch(file_id) == NotFetched(Trouble.UNREACHABLE, again=True)


async def test_a_file_that_is_gone() -> None:
    async with line() as telegram:
        assert await _files(telegram).fetch("no such id") == NotFetched(Trouble.GONE, again=True)
        file_id = _sent(telegram, b"x")
        telegram.world.files._by_path.clear()
        assert await _files(telegram).fetch(file_id) == NotFetched(Trouble.GONE, again=True)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../b", "a//b", "http://evil/x", "a?b", "a#b", "a%2e", "a\\b", "é", "", "a b"]
)
async def test_paths_that_lead_elsewhere_are_not_followed(path: str) -> None:
    async with line() as telegram:
        upload = Upload("x.jpg", b"content")
        stored = telegram.world.files.keep(upload, "photos")
        object.__setattr__(stored, "path", path)
        telegram.world.files._by_path[path] = stored
        assert await _files(telegram).fetch(stored.id) == NotFetched(Trouble.GONE, again=True)


async def test_the_token_is_in_no_log_and_in_no_result(caplog: pytest.LogCaptureFixture) -> None:
    async with line(read_timeout=0.2) as telegram:
        caplog.set_level(logging.DEBUG)
        secret = telegram.world.token.partition(":")[2]
        file_id = _sent(telegram, pictures.jpeg())
        results: list[object] = [await _files(telegram).fetch("no such id")]
        for kind in (FaultKind.ERROR_BEFORE, FaultKind.CUT_BEFORE, FaultKind.HANG_BEFORE):
            telegram.fail(kind, method="getFile")
            results.append(await _files(telegram, longest=5).fetch(file_id))
        telegram.world.files._by_path.clear()
        results.append(await _files(telegram).fetch(file_id))
    assert secret not in repr(results)
    ours = [record for record in caplog.records if record.name.startswith(("bot", "aiohttp", "telegram"))]
    assert secret not in "\n".join(record.getMessage() for record in ours)
