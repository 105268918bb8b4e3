"""Durations and clock times as scripts write them: ``45 s``, ``2 min``, ``24 h``, ``3 d``, ``6 w`` and ``"21:30"``."""

import re
from datetime import time

LONGEST_S = 1000 * 24 * 3600
"""No duration of a script is longer than 1000 days: what is longer is a slip of the pen."""

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
_DURATION = re.compile(r"([0-9]{1,6}) (s|min|h|d|w)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def seconds_in(text: str) -> int | None:
    """The seconds of a duration such as ``2 min``; None when this is not one, or longer than 1000 days."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[1]) * _UNITS[found[2]]
    return seconds if seconds <= LONGEST_S else None


def in_units(seconds: int) -> str:
    """Seconds in the largest unit up to days that fits, as scripts write them."""
    unit = next(unit for unit in ("d", "h", "min", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]} {unit}"


def clock_time(text: str) -> time | None:
    """The time of day of ``HH:MM`` on a 24-hour clock; None when this is not one."""
    found = _CLOCK.fullmatch(text)
    return None if found is None else time(int(found[1]), int(found[2]))
