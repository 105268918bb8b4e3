"""Can a clinician speak to the patient within the hour? Where not, a D3 is given the text of a D2."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.alert.policy import Policy
from bot.core.level import Level


@dataclass(frozen=True, slots=True)
class CoverNow:
    """What holds at this moment. ``closed``: it is a holiday. ``on_duty``: somebody on shift can be reached.

    ``anybody``: at least one person who treats can be reached at all.
    """

    closed: bool = False
    on_duty: bool = True
    anybody: bool = True


def is_staffed(policy: Policy, now: datetime, clinic_zone: str) -> bool:
    """Is the clinic staffed now, by its own hours and zone? Holidays are not in it."""
    local = now.astimezone(ZoneInfo(clinic_zone))
    return any(local.weekday() in hours.days and hours.opens <= local.time() < hours.closes for hours in policy.staffed)


def can_call(policy: Policy, now: datetime, clinic_zone: str, cover: CoverNow) -> bool:
    """Will somebody who treats speak to the patient within 60 minutes?

    In the staffed hours of a day that is no holiday, when one of them can be reached. At any other time only where the
    clinic promises it, and somebody on shift can be reached.
    """
    if is_staffed(policy, now, clinic_zone) and not cover.closed:
        return cover.anybody
    return policy.out_of_hours_contact and cover.on_duty


def advice_now(
    policy: Policy, level: Level, advice: str, now: datetime, clinic_zone: str, cover: CoverNow | None = None
) -> str:
    """The advice to give: a D3 becomes the D2 text when nobody could call within 60 minutes (brief, section 1, GK).

    ``cover`` is asked of a D3 only; without it, everybody who is planned is taken to be there.
    """
    if level is Level.D3 and not can_call(policy, now, clinic_zone, cover or CoverNow()):
        return Level.D2.value.lower()
    return advice
