"""Find a patient's time zone from what her clock shows."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

COMMON = (
    # Where many people live and the clocks change comes first; the others have the same offset for half a year.
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Santiago",
    "Europe/London", "Europe/Madrid", "Europe/Athens", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
    "Pacific/Honolulu", "America/Anchorage", "America/Mexico_City", "America/Bogota", "America/Caracas",
    "America/Argentina/Buenos_Aires", "America/Sao_Paulo", "America/St_Johns", "America/Noronha", "Atlantic/Azores",
    "Africa/Johannesburg", "Europe/Moscow", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Tashkent",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Almaty", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Shanghai",
    "Australia/Eucla", "Asia/Tokyo", "Australia/Darwin", "Australia/Brisbane", "Australia/Lord_Howe", "Asia/Magadan",
    "Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Marquesas", "Pacific/Pago_Pago", "Pacific/Kiritimati",
)  # fmt: skip
"""One well-known zone for each offset and daylight-saving habit; the clinic's own comes first where it fits.

A clock cannot tell Honolulu from Kiritimati (24 hours apart); check-ins come at the right hour in both.
"""
SLACK_MIN = 8
"""A clock may be a few minutes wrong, and typing takes time."""


def zone_for_clock(now: datetime, shown: time, clinic_zone: str) -> str | None:
    """The zone whose wall clock shows ``shown`` now, within eight minutes; None when there is none."""
    for zone in (clinic_zone, *COMMON):
        local = now.astimezone(ZoneInfo(zone))
        apart = abs((local.hour * 60 + local.minute) - (shown.hour * 60 + shown.minute))
        if min(apart, 24 * 60 - apart) <= SLACK_MIN:
            return zone
    return None
