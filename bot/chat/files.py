"""Fetches a file from Telegram: its path first, then its content, within limits of size and time."""

import asyncio

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.request import AiohttpRequest, BadAnswerError, NeverSentError, TooLargeError
from bot.core.post.files import MOST_BYTES, NotFetched, Trouble

LONGEST_FETCH = 90.0
GONE = (404, 410)


class TelegramFiles:
    """Files of a bot. The address of a file holds the bot's token: it is made here and goes nowhere else."""

    def __init__(self, bot: Bot, request: AiohttpRequest, *, longest: float = LONGEST_FETCH) -> None:
        self._bot = bot
        self._request = request
        self._longest = longest

    async def fetch(self, file_id: str, most: int = MOST_BYTES) -> bytes | NotFetched:
        """The content, or why there is none. A file that Telegram says is too large is not asked for."""
        try:
            async with asyncio.timeout(self._longest):
                return await self._fetch(file_id, most)
        except TimeoutError:
            return NotFetched(Trouble.UNREACHABLE, again=True)
        except Exception as error:
            return _not_fetched(error)

    async def _fetch(self, file_id: str, most: int) -> bytes | NotFetched:
        asked = RequestData([RequestParameter.from_input("file_id", file_id)])
        found = await self._bot.request.post(f"{self._bot.base_url}/getFile", asked)
        size, path = (found.get("file_size"), found.get("file_path")) if isinstance(found, dict) else (None, None)
        if isinstance(size, int) and size > most:
            return NotFetched(Trouble.TOO_LARGE)
        if not isinstance(path, str) or not _is_plain(path):
            return NotFetched(Trouble.GONE, again=True)
        return await self._request.download(f"{self._bot.base_file_url}/{path}", most)


def _is_plain(path: str) -> bool:
    """Telegram's paths are ``photos/file_1.jpg``; nothing that could lead elsewhere is followed."""
    parts = path.split("/")
    return path.isascii() and path.isprintable() and not {"", ".", ".."} & set(parts) and not set(path) & set("?#%\\: ")


def _not_fetched(error: Exception) -> NotFetched:
    match error:
        case TooLargeError():
            return NotFetched(Trouble.TOO_LARGE)
        case BadRequest() if "too big" in str(error).lower():
            return NotFetched(Trouble.TOO_LARGE)
        case BadRequest():  # "wrong file_id or the file is temporarily unavailable": either
            return NotFetched(Trouble.GONE, again=True)
        case BadAnswerError() if error.status in GONE:
            return NotFetched(Trouble.GONE, again=True)
        case NeverSentError() | RetryAfter() | InvalidToken():
            return NotFetched(Trouble.UNREACHABLE, again=True, asked=False)
        case TelegramError():
            return NotFetched(Trouble.UNREACHABLE, again=True)
        case _:
            return NotFetched(Trouble.UNREACHABLE, again=True)
