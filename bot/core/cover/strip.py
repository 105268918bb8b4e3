"""The cover of some days as a strip of signs, an hour each, narrow enough for a phone."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bot.core.cover.duty import Rank, Stretch, moment_of
from bot.core.cover.gaps import Gap

COVERED, THIN, UNTESTED, OPEN = "█", "▓", "▒", "·"
"""All steps are covered; a later step is not; somebody is not tested; nobody would hear the first alarm."""


def strip(gaps: Sequence[Gap], first_day: date, days: int, zone: str) -> Iterator[tuple[date, str]]:
    """For each day the signs of its hours: 24, or 23 and 25 when the clock changes. The worst of an hour counts."""
    for number in range(days):
        day = first_day + timedelta(days=number)
        begins, ends = moment_of(day, time(), zone), moment_of(day + timedelta(days=1), time(), zone)
        yield day, "".join(_sign(gaps, each) for each in _hours(begins, ends))


def _hours(begins: datetime, ends: datetime) -> Iterator[Stretch]:
    while begins < ends:
        until = min(begins + timedelta(hours=1), ends)
        yield Stretch(begins=begins, ends=until)
        begins = until


def _sign(gaps: Sequence[Gap], hour: Stretch) -> str:
    here = [gap for gap in gaps if hour.meets(Stretch(begins=gap.begins, ends=gap.ends))]
    if any(gap.rank is Rank.FIRST and gap.reaches_nobody for gap in here):
        return OPEN
    if any(gap.reaches_nobody for gap in here):
        return THIN
    return UNTESTED if here else COVERED
