"""Durations and clock times: what counts as one, and what does not."""

from datetime import time

import pytest

from bot.core.flow.durations import LONGEST_S, clock_time, seconds_in


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45 s", 45),
        ("2 min", 120),
        ("0 h", 0),
        ("24 h", 86400),
        ("3 d", 259200),
        ("6 w", 3628800),
        ("1000 d", LONGEST_S),
    ],
)
def test_a_duration_in_seconds(text: str, seconds: int) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "2", "2h", "2  h", " 2 h", "2 h ", "-2 h", "1.5 h", "2 hours", "2 H", "1001 d", "9999999 s", "２ h", "2 h\n"],
)
def test_no_duration(text: str) -> None:
    assert seconds_in(text) is None


@pytest.mark.parametrize(("text", "expected"), [("00:00", time(0)), ("08:05", time(8, 5)), ("23:59", time(23, 59))])
def test_a_clock_time(text: str, expected: time) -> None:
    assert clock_time(text) == expected


@pytest.mark.parametrize("text", ["", "8:00", "24:00", "12:60", "12:00:00", "12.00", "noon", "１２:00", "12:00\n"])
def test_no_clock_time(text: str) -> None:
    assert clock_time(text) is None
