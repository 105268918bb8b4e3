"""The HTTP client under python-telegram-bot: aiohttp, time limits on every call, and errors that say what is known.

What callers need to know after a failure is whether the request may have reached Telegram::

    TelegramError
    |- RetryAfter
    |  `- FloodError          429: nothing was done; carries the seconds to wait
    `- NetworkError
       |- NeverSentError      no connection was made: safe to repeat
       |- BadAnswerError      something answered, but not the Bot API; carries the HTTP status
       `- TimedOut
          `- NoAnswerError    the request was (at least partly) written, then silence or a cut line

No text of these errors holds the URL, because the URL holds the token.
"""

import json
from datetime import timedelta
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

TOO_MANY_REQUESTS = 429
PAUSE_WHEN_NONE_IS_NAMED = 5


class FloodError(RetryAfter):
    """Telegram asked to wait; ``seconds`` says how long."""

    def __init__(self, seconds: int) -> None:
        # The constructor of RetryAfter reads its own deprecated attribute and warns about it each time.
        TelegramError.__init__(self, f"Too many requests: wait {seconds} s")
        self._retry_after = timedelta(seconds=seconds)
        self.seconds = seconds


class NeverSentError(NetworkError):
    """The request did not leave this machine: no address, no connection, or no free connection in time."""


class NoAnswerError(TimedOut):
    """The request was begun and no whole answer came: it may have been carried out."""


class BadAnswerError(NetworkError):
    """What came back is not an answer of the Bot API."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status} without an answer of the Bot API")
        self.status = status


class TooLargeError(Exception):
    """A file has more bytes than are taken; the rest of it was not read. No call of the Bot API ends so."""

    def __init__(self) -> None:
        super().__init__("the file is too large")


_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class AiohttpRequest(BaseRequest):
    """One pool of kept connections to the Bot API.

    ``connect_timeout`` includes the wait for a free connection. A connection that was idle for ``keep_alive``
    seconds is not used again, because a server that closes it at that moment makes the outcome unknown.
    """

    def __init__(
        self,
        *,
        connections: int = 100,
        connect_timeout: float = 5,
        write_timeout: float = 5,
        read_timeout: float = 10,
        media_write_timeout: float = 20,
        keep_alive: float = 15,
        proxy: str | None = None,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._write_timeout = write_timeout
        self._read_timeout = read_timeout
        self._media_write_timeout = media_write_timeout
        self._keep_alive = keep_alive
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The default limit on silence while an answer is awaited, in seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; nothing happens when it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=self._keep_alive),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close the pool and what is under way; nothing happens when it is closed."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request and return its status and body; what went wrong is one of this module's errors."""
        if self._session is None:
            raise NeverSentError("the connection pool is not open")
        with_files = request_data is not None and request_data.contains_files
        read = _seconds(read_timeout, self._read_timeout)
        write = _seconds(write_timeout, self._media_write_timeout if with_files else self._write_timeout)
        connect = _seconds(connect_timeout, self._connect_timeout)
        # aiohttp counts the silence from before the body is written, which takes its time with a file.
        silence = write + read if with_files else read
        limits = aiohttp.ClientTimeout(total=connect + write + read, connect=connect, sock_read=silence)
        failure: TelegramError
        # The errors are raised below, outside of ``except``, so that no traceback leads to the URL.
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                timeout=limits,
                allow_redirects=False,
                **_body_of(request_data, with_files),
            ) as answer:
                status, payload = answer.status, await answer.read()
                asked_pause = answer.headers.get("Retry-After", "")
        except _NEVER_SENT as error:
            failure = NeverSentError(type(error).__name__)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            failure = NoAnswerError(type(error).__name__)
        else:
            if status == 200:
                return status, payload
            if status == TOO_MANY_REQUESTS:
                failure = FloodError(_pause(payload, asked_pause))
            elif _as_answer(payload) is None:
                failure = BadAnswerError(status)
            else:
                return status, payload
        raise failure

    async def download(self, url: str, most: int) -> bytes:
        """The content behind ``url``, at most ``most`` bytes; what went wrong is one of this module's errors.

        The caller limits the whole time; here only silence and the way to a connection are limited.
        """
        if self._session is None:
            raise NeverSentError("the connection pool is not open")
        limits = aiohttp.ClientTimeout(total=None, connect=self._connect_timeout, sock_read=self._read_timeout)
        failure: TelegramError | TooLargeError
        # Raised below, outside of ``except``, as in ``do_request``.
        try:
            async with self._session.get(URL(url, encoded=True), timeout=limits, allow_redirects=False) as answer:
                status, content = answer.status, await _content(answer, most) if answer.status == 200 else b""
        except _NEVER_SENT as error:
            failure = NeverSentError(type(error).__name__)
        except TooLargeError as error:
            failure = error
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            failure = NoAnswerError(type(error).__name__)
        else:
            if status == 200:
                return content
            failure = FloodError(PAUSE_WHEN_NONE_IS_NAMED) if status == TOO_MANY_REQUESTS else BadAnswerError(status)
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON; raises BadAnswerError, and logs nothing, when it is not one of the Bot API."""
        answer = _as_answer(payload)
        if answer is None:
            raise BadAnswerError(200)
        return answer


async def _content(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, read no further than ``most`` bytes, whatever its header says."""
    if (answer.content_length or 0) > most:
        raise TooLargeError
    content = bytearray()
    async for part in answer.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > most:
            raise TooLargeError
    return bytes(content)


def _as_answer(payload: bytes) -> dict[str, Any] | None:
    """What the Bot API always answers: an object with ``result``, or with what went wrong."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    whole = "result" in answer if answer.get("ok") is True else isinstance(answer.get("description"), str)
    return answer if whole else None


def _pause(payload: bytes, header: str) -> int:
    """How long a 429 asks to wait: from the answer, else from its header, else a few seconds."""
    answer = _as_answer(payload) or {}
    parameters = answer.get("parameters")
    named = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(named, int) and named > 0:
        return named
    return int(header) if header.isascii() and header.isdigit() else PAUSE_WHEN_NONE_IS_NAMED


def _seconds(given: ODVInput[float], default: float) -> float:
    """A time limit as it was given; there is no call without one."""
    return default if given is None or isinstance(given, DefaultValue) else given


def _body_of(request_data: RequestData | None, with_files: bool) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not with_files:
        return {"data": request_data.json_payload, "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return {"data": form}
