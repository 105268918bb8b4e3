"""A duty: one person is called at one step of the ladder for a time. Weekly, on a date, or on a holiday."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

ONE_DAY = timedelta(days=1)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rank(IntEnum):
    """Which step of the ladder a duty is for."""

    FIRST = 1
    """On call: called at once."""
    SECOND = 2
    LEAD = 3
    """The lead of the hour. Without one, every lead is called."""


class Stretch(_Frozen):
    """A time with a beginning and an end; the end is not part of it."""

    begins: datetime
    ends: datetime

    def covers(self, at: datetime) -> bool:
        """Is ``at`` inside?"""
        return self.begins <= at < self.ends

    def meets(self, other: "Stretch") -> bool:
        """Have the two any moment in common?"""
        return self.begins < other.ends and other.begins < self.ends


def moment_of(day: date, at: time, zone: str) -> datetime:
    """The UTC moment at which the clock of ``zone`` shows ``at`` on ``day``; later times give later moments.

    A time that spring skips is the moment of the change; of a time that autumn repeats, the first is meant. So a shift
    that ends at 02:30 and one that begins then always meet, on every night of the year.
    """
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at)
    early, late = wall.replace(tzinfo=place), wall.replace(tzinfo=place, fold=1)
    before, after = early.utcoffset() or timedelta(), late.utcoffset() or timedelta()
    if before >= after:  # an ordinary time, or one of the repeated hour
        return early.astimezone(UTC)
    low, high = (wall - after).replace(tzinfo=UTC), (wall - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


class Weekly(_Frozen):
    """One line of the weekly pattern, by the clock of ``zone``; ``weekday`` 0 is Monday.

    It ends on the next day when ``ends`` is not later than ``begins``; with both the same it lasts a whole day.
    ``first_day`` and ``last_day`` (None: without end) are the days on which it may begin.
    """

    id: str
    staff_id: str
    rank: Rank
    weekday: int
    begins: time
    ends: time
    zone: str
    first_day: date
    last_day: date | None = None

    def on(self, day: date) -> Stretch | None:
        """The shift that begins on this day, or None. One that spring leaves no time for is none."""
        if day.weekday() != self.weekday or day < self.first_day or (self.last_day is not None and day > self.last_day):
            return None
        begins = moment_of(day, self.begins, self.zone)
        ends = moment_of(day + (ONE_DAY if self.ends <= self.begins else timedelta()), self.ends, self.zone)
        return Stretch(begins=begins, ends=ends) if begins < ends else None

    def within(self, begins: datetime, ends: datetime) -> Iterator[Stretch]:
        """Every shift of this line that has a moment in common with this time, in order."""
        place, wanted = ZoneInfo(self.zone), Stretch(begins=begins, ends=ends)
        day, last = begins.astimezone(place).date() - ONE_DAY, ends.astimezone(place).date()
        while day <= last:
            shift = self.on(day)
            if shift is not None and shift.meets(wanted):
                yield shift
            day += ONE_DAY

    def covers(self, at: datetime) -> bool:
        """Is somebody on by this line at this moment?"""
        today = at.astimezone(ZoneInfo(self.zone)).date()
        shifts = (self.on(day) for day in (today - ONE_DAY, today))
        return any(shift is not None and shift.covers(at) for shift in shifts)


class Dated(_Frozen):
    """A shift on a date. Without an end it is a standing duty: it counts where nothing else is planned."""

    id: str
    staff_id: str
    rank: Rank
    begins: datetime
    ends: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Is it on at this moment?"""
        return self.begins <= at and (self.ends is None or at < self.ends)


class Holiday(_Frozen):
    """Days on which the clinic is closed, first and last included, and who is called on them instead of the pattern."""

    id: str
    name: str
    first_day: date
    last_day: date
    zone: str
    first: str
    second: str = ""
    lead: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "Holiday":
        if self.last_day < self.first_day:
            raise ValueError("a holiday ends before it begins")
        return self

    @property
    def span(self) -> Stretch:
        """From the midnight of its first day to the midnight after its last."""
        midnight = time()
        return Stretch(
            begins=moment_of(self.first_day, midnight, self.zone),
            ends=moment_of(self.last_day + ONE_DAY, midnight, self.zone),
        )

    def who(self, rank: Rank) -> str:
        """Who is called at this step; empty for nobody."""
        return {Rank.FIRST: self.first, Rank.SECOND: self.second, Rank.LEAD: self.lead}[rank]
