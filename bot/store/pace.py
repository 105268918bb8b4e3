"""One pacing for all processes: a row says up to which moment the sends of a token are spoken for (GCRA).

Each send moves that moment on by its share of a second. A send may go when the moment is less than a burst ahead.
"""

from datetime import datetime, timedelta

from bot.store.tables import PaceRow
from bot.store.unit import Unit


def reserve(unit: Unit, name: str, n: int, per_second: float, burst: int, now: datetime) -> list[datetime]:
    """Speak for ``n`` sends: when each of them may go, the first ones at once if there is room."""
    share = timedelta(seconds=1 / per_second)
    ahead = share * (burst - 1)
    moment = max(_spoken_for(unit, name, now), now)
    moments = []
    for _ in range(n):
        moments.append(max(now, moment - ahead))
        moment += share
    unit.change(PaceRow, PaceRow.name == name, free_at=moment)
    return moments


def charge(unit: Unit, name: str, n: int, per_second: float, now: datetime) -> None:
    """Count ``n`` sends that do not wait (advice, alerts, answers), so that what is paced makes room for them."""
    moment = max(_spoken_for(unit, name, now), now) + n * timedelta(seconds=1 / per_second)
    unit.change(PaceRow, PaceRow.name == name, free_at=moment)


def _spoken_for(unit: Unit, name: str, now: datetime) -> datetime:
    row = unit.first(PaceRow, PaceRow.name == name, lock=True)
    if row is None:
        unit.insert_new(PaceRow(name=name, free_at=now))
        row = unit.first(PaceRow, PaceRow.name == name, lock=True)
    return now if row is None else row.free_at
