"""What the product takes from outside besides time: ids, tokens, the HTTP client, the courier, bells, the file driver."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.request import AiohttpRequest
from bot.core.post.channel import Bell
from bot.core.post.message import Courier
from bot.wiring.bells import ring_by_apprise
from bot.wiring.heart import heartbeat_to
from bot.wiring.sources import new_id, new_token


def itself(courier: Courier) -> Courier:
    """The real product's courier goes as it is."""
    return courier


@dataclass(frozen=True, slots=True)
class Outside:
    """The real ones by default; the simulation gives its own.

    ``courier`` may wrap the one that was built. ``long_poll`` is the seconds of one getUpdates.
    """

    new_id: Callable[[], str] = new_id
    new_token: Callable[[], str] = new_token
    request: Callable[..., AiohttpRequest] = AiohttpRequest
    courier: Callable[[Courier], Courier] = itself
    ring: Bell = ring_by_apprise
    heartbeat: Callable[[str], Callable[[], Awaitable[None]]] = heartbeat_to
    open_file: Callable[..., sqlite3.Connection] = sqlite3.connect
    long_poll: int = 25
