"""What the product takes from outside besides time: ids, tokens, the HTTP client, the courier, and the file driver."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot

from bot.chat.courier import TelegramCourier
from bot.chat.request import AiohttpRequest
from bot.core.post.message import Courier
from bot.wiring.sources import new_id, new_token


def telegram_courier(bot: Bot, longest: float) -> Courier:
    """The courier of the real product."""
    return TelegramCourier(bot, longest=longest)


@dataclass(frozen=True, slots=True)
class Outside:
    """The real ones by default; the simulation gives its own. ``long_poll`` is the seconds of one getUpdates."""

    new_id: Callable[[], str] = new_id
    new_token: Callable[[], str] = new_token
    request: Callable[..., AiohttpRequest] = AiohttpRequest
    courier: Callable[[Bot, float], Courier] = telegram_courier
    open_file: Callable[..., sqlite3.Connection] = sqlite3.connect
    long_poll: int = 25
