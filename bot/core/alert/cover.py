"""Can a clinician speak to the patient within the hour? Where not, a D3 is given the text of a D2."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.alert.policy import Policy
from bot.core.level import Level


def is_staffed(policy: Policy, now: datetime, clinic_zone: str) -> bool:
    """Is the clinic staffed now, by its own hours and zone?"""
    local = now.astimezone(ZoneInfo(clinic_zone))
    return any(local.weekday() in hours.days and hours.opens <= local.time() < hours.closes for hours in policy.staffed)


def advice_now(policy: Policy, level: Level, advice: str, now: datetime, clinic_zone: str) -> str:
    """The advice to give: a D3 becomes the D2 text when nobody could call within 60 minutes (brief, section 1, GK)."""
    if level is Level.D3 and not policy.out_of_hours_contact and not is_staffed(policy, now, clinic_zone):
        return Level.D2.value.lower()
    return advice
