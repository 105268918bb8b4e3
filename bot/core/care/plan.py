"""The timetable of a session: when each check-in is due, by the patient's wall clock, and how sessions merge."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from bot.core.care.clock import after_quiet, at_wall_clock, is_quiet
from bot.core.flow.conditions import Facts, holds
from bot.core.flow.model import CheckIn, Plan

SOONEST_AFTER_SESSION = timedelta(minutes=15)
"""A check-in pulled back before the quiet hours still leaves the patient time to go home."""
APART = timedelta(minutes=30)
"""The least time between the first two check-ins of an evening."""
LEAST_FOR_DAY_CHECK_IN = timedelta(hours=12)
"""A check-in of "day 1" never comes sooner than this after a late session."""


class Due(BaseModel):
    """One check-in of a session: when (UTC), what the patient's clock shows then, and the question sets."""

    model_config = ConfigDict(frozen=True)

    step: str
    due_at: datetime
    local: str
    sets: tuple[str, ...]


def timetable(plan: Plan, t0: datetime, zone: str, checkin_hour: int, facts: Facts) -> tuple[Due, ...]:
    """Every check-in of a session that ended at ``t0`` (aware), for a patient in ``zone``.

    ``checkin_hour`` (8 to 21) is the hour she picked for day-based check-ins. ``facts`` carries procedure, sites and
    modifiers for check-ins and sets that only some patients have. The clinical brief, section 3.2.
    """
    found: list[Due] = []
    before: datetime | None = None
    for entry in plan.check_ins:
        if entry.only_when is not None and not holds(entry.only_when, facts):
            continue
        due = _due(plan, entry, t0, zone, checkin_hour)
        if before is not None:
            due = max(due, after_quiet(before + APART, plan.quiet_from, plan.quiet_to, zone))
        before = due
        local = due.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        found.append(Due(step=entry.id, due_at=due, local=local, sets=sets_of(entry, facts)))
    return tuple(found)


def sets_of(entry: CheckIn, facts: Facts) -> tuple[str, ...]:
    """The question sets of a check-in for this patient, with those that only some patients have."""
    extra = tuple(name for more in entry.extra if more.applies(facts) for name in more.sets)
    return _before_free_text(entry.sets, extra)


def _before_free_text(sets: tuple[str, ...], extra: tuple[str, ...]) -> tuple[str, ...]:
    """The extra sets stand before the last one, which asks for the patient's own words."""
    added = tuple(name for name in extra if name not in sets)
    return (*sets[:-1], *added, *sets[-1:]) if added else sets


def _due(plan: Plan, entry: CheckIn, t0: datetime, zone: str, checkin_hour: int) -> datetime:
    place = ZoneInfo(zone)
    local = t0.astimezone(place)
    if entry.on_day is not None:
        day = local.date() + timedelta(days=entry.on_day)
        due = max(at_wall_clock(day, time(checkin_hour), zone), t0.astimezone(UTC) + LEAST_FOR_DAY_CHECK_IN)
        return after_quiet(due, plan.quiet_from, plan.quiet_to, zone)
    assert entry.after_h is not None
    due = t0.astimezone(UTC) + timedelta(hours=entry.after_h)
    late_session = entry.if_session_after is not None and local.time() > entry.if_session_after
    if late_session and entry.then_at is not None:
        return max(due, at_wall_clock(local.date() + timedelta(days=1), entry.then_at, zone))
    if entry.at_latest is not None and local.time() >= time(8):
        latest = at_wall_clock(local.date(), entry.at_latest, zone)
        if due > latest:
            due = max(latest, t0.astimezone(UTC) + SOONEST_AFTER_SESSION)
    elif is_quiet(due, plan.quiet_from, plan.quiet_to, zone):
        due = after_quiet(due, plan.quiet_from, plan.quiet_to, zone)
    return due


HOURS_COUNT = timedelta(hours=3)
"""A check-in of the first hours is asked together with another only when that one is as near as this."""


class Planned(BaseModel):
    """A check-in that is planned already: its row id, when it is due, and its sets.

    ``by_the_hour`` marks those that are due so many hours after the session (c1, c2): they cannot wait a day.
    ``guests`` are those that were merged into it before: they move with it, and no farther than they may.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    due_at: datetime
    sets: tuple[str, ...]
    by_the_hour: bool = False
    guests: tuple["Planned", ...] = ()

    def may_move_to(self, moment: datetime, within: timedelta) -> bool:
        """Is this moment near enough for it, and for everything that is asked together with it?"""
        most = min(within, HOURS_COUNT) if self.by_the_hour else within
        near = abs(moment - self.due_at) <= most
        return near and all(guest.may_move_to(moment, within) for guest in self.guests)


class Merge(BaseModel):
    """The older check-in ``older`` is asked together with the newer ``newer``, which then has ``sets``."""

    model_config = ConfigDict(frozen=True)

    older: str
    newer: str
    sets: tuple[str, ...]


MOST_SETS = 8
"""Rather the next day than more question sets than this at once: about ten taps of a well patient (brief, 3.2)."""


def _fitness(old: Planned, due_at: datetime, sets: tuple[str, ...]) -> tuple[bool, timedelta, datetime]:
    """How well a check-in with these sets would do as a partner: not too long, then near, then early."""
    return len(sets) > MOST_SETS, abs(due_at - old.due_at), due_at


def merge(older: Sequence[Planned], newer: Sequence[Planned], within: timedelta) -> tuple[Merge, ...]:
    """Which check-ins of older sessions fall together with one of the newer session (brief, modifier M).

    Every question set is kept and asked once; late checks with no partner go on by themselves. The 24 hours of the
    brief are for days: a check-in of the first hours moves by 3 hours at most.
    """
    merges: list[Merge] = []
    sets = {each.id: each.sets for each in newer}
    for old in older:
        near = [each for each in newer if old.may_move_to(each.due_at, within)]
        if not near:
            continue
        partner = min(near, key=lambda each: _fitness(old, each.due_at, _before_free_text(sets[each.id], old.sets)))
        sets[partner.id] = _before_free_text(sets[partner.id], old.sets)
        merges.append(Merge(older=old.id, newer=partner.id, sets=sets[partner.id]))
    return tuple(merges)
