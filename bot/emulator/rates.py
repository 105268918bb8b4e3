"""Telegram's flood limits: so many messages a second for the bot, for a chat, and a minute for a group."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.emulator.errors import too_many_requests


@dataclass(slots=True)
class Bucket:
    """A budget that refills steadily up to its burst."""

    per_second: float
    burst: float
    left: float
    at: float

    def refill(self, now: float) -> None:
        """Add what has come back since the last look."""
        self.left = min(self.burst, self.left + (now - self.at) * self.per_second)
        self.at = now

    def wait_for(self, cost: int) -> float:
        """Seconds until `cost` messages fit, 0 for now; more than the burst fits into a full bucket."""
        return max(0.0, (min(cost, self.burst) - self.left) / self.per_second)


class Rates:
    """Switch `enabled` on to answer 429 beyond the limits; `refusals` counts these answers."""

    def __init__(self, now: Callable[[], float], *, enabled: bool = False) -> None:
        self._now = now
        self.enabled = enabled
        self.per_second = 30.0
        self.chat_per_second = 1.0
        self.chat_burst = 3.0
        self.group_per_minute = 20.0
        self.refusals = 0
        self._bot: Bucket | None = None
        self._chats: dict[int, Bucket] = {}

    def spend(self, chat_id: int, *, is_group: bool, messages: int = 1) -> None:
        """Take `messages` from the budgets, or refuse with 429 and take nothing."""
        if not self.enabled:
            return
        now = self._now()
        if self._bot is None:
            self._bot = Bucket(self.per_second, self.per_second, self.per_second, now)
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = self._new_chat_bucket(is_group, now)
        self._bot.refill(now)
        chat.refill(now)
        wait = max(self._bot.wait_for(messages), chat.wait_for(messages))
        if wait > 0:
            self.refusals += 1
            raise too_many_requests(max(1, math.ceil(wait)))
        self._bot.left -= messages
        chat.left -= messages

    def _new_chat_bucket(self, is_group: bool, now: float) -> Bucket:
        if is_group:
            return Bucket(self.group_per_minute / 60, self.group_per_minute, self.group_per_minute, now)
        return Bucket(self.chat_per_second, self.chat_burst, self.chat_burst, now)
