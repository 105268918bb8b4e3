"""Find a patient's time zone from what her clock shows."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

COMMON = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Mexico_City",
    "America/Chicago", "America/Bogota", "America/New_York", "America/Caracas", "America/Santiago",
    "America/Argentina/Buenos_Aires", "America/Sao_Paulo", "America/Noronha", "Atlantic/Azores", "Europe/London",
    "Europe/Madrid", "Europe/Athens", "Africa/Johannesburg", "Europe/Moscow", "Asia/Tehran", "Asia/Dubai",
    "Asia/Kabul", "Asia/Tashkent", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Almaty", "Asia/Dhaka", "Asia/Bangkok",
    "Asia/Shanghai", "Asia/Tokyo", "Australia/Adelaide", "Australia/Sydney", "Asia/Magadan", "Pacific/Auckland",
    "Pacific/Tongatapu", "Pacific/Kiritimati",
)  # fmt: skip
"""One well-known zone for each offset and daylight-saving habit; the clinic's own comes first where it fits."""
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
