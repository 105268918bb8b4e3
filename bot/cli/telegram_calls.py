"""A few calls of the Bot API for commands that only ask: time limits, and no token in errors."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.core.errors import NotReady
from bot.settings import Settings

TIME_LIMIT_S = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What Telegram said: the result, or why not; and the time of its clock where it told it."""

    result: Any
    refusal: str = ""
    at: datetime | None = None

    @property
    def ok(self) -> bool:
        """Was the call carried out?"""
        return not self.refusal


async def ask(settings: Settings, method: str, **parameters: Any) -> Answer:
    """Call one method. Never raises for what can go wrong on the way: that is the ``refusal``."""
    url = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}/{method}"
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    limit = aiohttp.ClientTimeout(total=TIME_LIMIT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, proxy=proxy or None) as session,
            session.post(url, json=parameters, allow_redirects=False) as response,
        ):
            at = _moment(response.headers.get("Date", ""))
            body = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Answer(None, f"Telegram could not be reached ({type(error).__name__})")
    if not isinstance(body, dict) or "ok" not in body:
        return Answer(None, "what answered is not the Bot API", at)
    if body["ok"] is not True:
        return Answer(None, str(body.get("description") or "refused"), at)
    return Answer(body.get("result"), at=at)


async def bot_name(settings: Settings) -> str:
    """The bot's name without the @. Errors: NotReady when Telegram cannot be asked."""
    me = await ask(settings, "getMe")
    if not me.ok:
        raise NotReady(f"The bot's name is not known: {me.refusal}. Check TELEGRAM_TOKEN with: aftercare doctor")
    return str(me.result.get("username") or "")


def _moment(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
