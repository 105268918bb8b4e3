"""How fast messages may go: smooth for bulk, never in the way of what is urgent, within Telegram's limits."""

from collections import deque
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.core.post.message import Priority

MINUTE = timedelta(minutes=1)
CLOCK_SLACK = timedelta(seconds=1)


class Rates(BaseModel):
    """The limits. ``bulk_per_second`` is what check-ins and digests may use of ``per_second``.

    Of the ``group_per_minute`` messages of a group, the last ``group_reserve`` are for alerts alone. A rate of the
    whole bot or of a chat that is 0 is no limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_second: float = Field(default=30, ge=0)
    bulk_per_second: float = Field(default=24, ge=0)
    chat_per_second: float = Field(default=1, ge=0)
    chat_burst: int = Field(default=3, ge=1)
    group_per_minute: int = Field(default=20, ge=1)
    group_reserve: int = Field(default=8, ge=0)


NO_LIMITS = Rates(per_second=0, bulk_per_second=0, chat_per_second=0, group_per_minute=1_000_000)


class Gcra:
    """A rate with a burst, remembered as one moment: when the next message would come if all were evenly spaced."""

    __slots__ = ("_next", "_slack", "_spacing")

    def __init__(self, per_second: float, burst: int = 1) -> None:
        self._spacing = timedelta(seconds=1 / per_second) if per_second else timedelta(0)
        self._slack = self._spacing * (burst - 1)
        self._next: datetime | None = None

    def when(self, now: datetime) -> datetime:
        """The first moment from ``now`` on at which one more fits."""
        return now if self._next is None else max(now, self._next - self._slack)

    def charge(self, now: datetime, count: int = 1) -> None:
        """Count messages that go now, whether they fit or not."""
        start = now if self._next is None else max(now, self._next)
        self._next = start + self._spacing * count

    def is_idle(self, now: datetime) -> bool:
        """Whether this remembers nothing that still matters."""
        return self._next is None or self._next <= now


class GroupWindow:
    """The moments of a group's last messages, exact over a sliding minute."""

    __slots__ = ("_most", "_reserve", "_sent")

    def __init__(self, per_minute: int, reserve: int) -> None:
        self._most = per_minute
        self._reserve = min(reserve, per_minute - 1)
        self._sent: deque[datetime] = deque(maxlen=per_minute)

    def when(self, now: datetime, *, may_use_reserve: bool) -> datetime:
        """The first moment from ``now`` on at which one more fits."""
        most = self._most if may_use_reserve else self._most - self._reserve
        return now if len(self._sent) < most else max(now, self._sent[-most] + MINUTE)

    def charge(self, now: datetime) -> None:
        """Count one message that goes now."""
        self._sent.append(now)

    def is_idle(self, now: datetime) -> bool:
        """Whether this remembers nothing that still matters."""
        return not self._sent or self._sent[-1] + MINUTE <= now


class Pacer:
    """All limits of one bot token, counted in one process. It reads no clock and waits for nothing.

    Advice, alerts and answers never wait for the bot-wide rate; they are charged to it, so that bulk makes room.
    Advice and alerts do not wait for the rate of a private chat either. All obey a 429, which is ``pause_chat`` and
    ``pause_bulk``.
    """

    def __init__(self, rates: Rates, *, most_chats: int = 4096) -> None:
        self.rates = rates
        self._most_chats = most_chats
        self._seen: datetime | None = None
        self._forget_all()

    def _forget_all(self) -> None:
        rates = self.rates
        self._all = Gcra(rates.per_second)
        self._bulk = Gcra(rates.bulk_per_second)
        self._chats: dict[int, Gcra] = {}
        self._groups: dict[int, GroupWindow] = {}
        self._pauses: dict[int, datetime] = {}
        self._bulk_pause: datetime | None = None

    def when_bulk(self, now: datetime) -> datetime:
        """The first moment from ``now`` on at which one more bulk message fits the whole bot's rates."""
        self._notice(now)
        free = max(self._bulk.when(now), self._all.when(now))
        return free if self._bulk_pause is None else max(free, self._bulk_pause)

    def bulk_fits(self, now: datetime, most: int) -> int:
        """How many bulk messages may go at this moment, up to ``most``: one at a time unless there is no limit."""
        if self.when_bulk(now) > now:
            return 0
        return most if not self.rates.bulk_per_second and not self.rates.per_second else min(most, 1)

    def when_chat(self, chat_id: int, priority: Priority, now: datetime) -> datetime:
        """The first moment from ``now`` on at which a message of this priority may go to this chat."""
        self._notice(now)
        pressing = priority.may_go_twice
        free = max(now, self._pauses.get(chat_id, now))
        if chat_id < 0:
            window = self._groups.get(chat_id)
            return free if window is None else max(free, window.when(now, may_use_reserve=pressing))
        bucket = self._chats.get(chat_id)
        return free if bucket is None or pressing else max(free, bucket.when(now))

    def charge(self, chat_id: int, priority: Priority, now: datetime) -> None:
        """Count one message that goes now."""
        self._all.charge(now)
        if priority.is_bulk:
            self._bulk.charge(now)
        if chat_id < 0:
            if chat_id not in self._groups:
                self._forget_idle(now)
                self._groups[chat_id] = GroupWindow(self.rates.group_per_minute, self.rates.group_reserve)
            self._groups[chat_id].charge(now)
        else:
            if chat_id not in self._chats:
                self._forget_idle(now)
                self._chats[chat_id] = Gcra(self.rates.chat_per_second, self.rates.chat_burst)
            self._chats[chat_id].charge(now)

    def pause_chat(self, chat_id: int, until: datetime) -> None:
        """Send nothing to this chat before then: Telegram asked for it."""
        self._pauses[chat_id] = max(until, self._pauses.get(chat_id, until))

    def pause_bulk(self, until: datetime) -> None:
        """Send no bulk at all before then."""
        self._bulk_pause = until if self._bulk_pause is None else max(until, self._bulk_pause)

    def __len__(self) -> int:
        """How many chats and pauses are remembered."""
        return len(self._chats) + len(self._groups) + len(self._pauses)

    def _notice(self, now: datetime) -> None:
        """When the clock was set back, forget what lies in the future now: it would stop everything until then."""
        if self._seen is not None and now < self._seen - CLOCK_SLACK:
            self._forget_all()
        self._seen = now

    def _forget_idle(self, now: datetime) -> None:
        """Keep the memory bounded: what is idle says nothing that a new bucket would not say."""
        if len(self) < self._most_chats:
            return
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.is_idle(now)}
        self._groups = {chat: window for chat, window in self._groups.items() if not window.is_idle(now)}
        self._pauses = {chat: until for chat, until in self._pauses.items() if until > now}
