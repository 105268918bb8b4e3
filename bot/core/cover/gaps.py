"""Cover proved ahead: every time at which a step of the ladder would reach nobody, and why."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.cover.duty import Rank
from bot.core.cover.rota import Rota


class Lack(StrEnum):
    """Why somebody would not be reached, the worst first."""

    NOBODY = "nobody"
    """No duty is planned."""
    NOT_STARTED = "not_started"
    """The person has not opened the link: the bot cannot write to her."""
    BLOCKED = "blocked"
    """The person blocked the bot, or Telegram refuses her chat."""
    NOT_TESTED = "not_tested"
    """The person has not shown lately that she hears an alarm."""


class Gap(BaseModel):
    """A time without proved cover at a step. ``staff`` are the ids of those who are planned; empty for nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: Rank
    begins: datetime
    ends: datetime
    why: Lack
    staff: tuple[str, ...] = ()

    @property
    def reaches_nobody(self) -> bool:
        """Is it known that an alert would reach nobody at this step (and not just that nobody has shown it)?"""
        return self.why is not Lack.NOT_TESTED


def find_gaps(
    rota: Rota,
    lacks: Callable[[str], Lack | None],
    leads: Iterable[str],
    begins: datetime,
    ends: datetime,
) -> tuple[Gap, ...]:
    """Every gap between two moments, to the minute, those that follow each other as one; by step, then by time.

    ``lacks`` says what keeps a person from being reached, None for nothing. ``leads`` are all leads: they are called
    where no lead of the hour is planned. One person who is reached is enough for a step.
    """
    everybody = tuple(leads)
    moments = (*rota.changes(begins, ends), ends)
    found: list[Gap] = []
    for rank in Rank:
        last: Gap | None = None
        for index, moment in enumerate(moments[:-1]):
            staff = rota.who_is_on(rank, moment)
            if rank is Rank.LEAD:
                staff = staff or everybody
            why = _lack(staff, lacks)
            if why is None:
                last = None
                continue
            now = Gap(rank=rank, begins=moment, ends=moments[index + 1], why=why, staff=staff)
            if last is not None and (last.why, last.staff) == (why, staff):
                now = now.model_copy(update={"begins": last.begins})
                found[-1] = now
            else:
                found.append(now)
            last = now
    return tuple(found)


def _lack(staff: tuple[str, ...], lacks: Callable[[str], Lack | None]) -> Lack | None:
    """What is lacking when these are called; None when one of them is reached. The mildest lack of all counts."""
    if not staff:
        return Lack.NOBODY
    order = list(Lack)
    found = [lacks(each) for each in staff]
    if any(each is None for each in found):
        return None
    return max((each for each in found if each is not None), key=order.index)
