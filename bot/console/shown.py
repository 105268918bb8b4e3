"""How times, levels and the time left look in the console: by the reader's language and the clinic's clock."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from bot.console.asked import Asked
from bot.core.level import Level
from bot.usecases import dates

SHAPES = {Level.D1: "square", Level.D2: "diamond", Level.D3: "triangle", Level.D4: "disc", Level.D5: "ring"}
"""A shape for each level beside its colour and its word."""


@dataclass(frozen=True, slots=True)
class Times:
    """Moments in words."""

    zone: str
    language: str

    def clock(self, moment: datetime | None) -> str:
        """14:32; empty for no moment."""
        return dates.clock(moment, self.zone, self.language) if moment else ""

    def day(self, moment: datetime | None) -> str:
        """Tuesday 3 March; empty for no moment."""
        return dates.day(moment, self.zone, self.language) if moment else ""

    def both(self, moment: datetime | None) -> str:
        """Tue 3 March, 10:00; empty for no moment."""
        return dates.day_and_clock(moment, self.zone, self.language) if moment else ""


def times_of(asked: Asked) -> Times:
    """Times by the clinic's clock."""
    return Times(asked.clinic.facts.zone, asked.language)


def level_word(asked: Asked, level: Level) -> str:
    """EMERGENCY (D1)."""
    return asked.ui.plain(f"level.{level.value}")


_TAG = re.compile(r"<[^<>]+>")


def bare(text: str) -> str:
    """A message's words without Telegram's tags; the page escapes what is left, whatever it is."""
    return unescape(_TAG.sub("", text))


def shares(begins: datetime, until: datetime | None, now: datetime) -> tuple[int, int]:
    """How much of the time is left, in percent (0 when it is over), and in whole minutes (below 0: over time)."""
    if until is None:
        return 0, 0
    whole = max((until - begins).total_seconds(), 1.0)
    left = (until - now).total_seconds()
    return max(0, min(100, round(100 * left / whole))), int(left // 60)
