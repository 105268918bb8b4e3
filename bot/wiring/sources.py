"""Time, ids and tokens: where chance and the clock come in."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def utc_now() -> datetime:
    """The time of the machine, aware UTC."""
    return datetime.now(UTC)


async def wait_until(moment: datetime) -> None:
    """Return at ``moment`` by the machine's clock."""
    await asyncio.sleep(max(0.0, (moment - utc_now()).total_seconds()))


def new_id() -> str:
    """Twelve letters and digits: the first six grow with time (good for indexes), the rest is chance (30 bits)."""
    seconds = int(utc_now().timestamp()) & (2**30 - 1)
    grown = "".join(_ALPHABET[(seconds >> shift) & 31] for shift in range(25, -1, -5))
    return grown + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def new_token() -> str:
    """A token of a one-time link: 32 letters and digits of base64url, 192 bits of chance."""
    return secrets.token_urlsafe(24)


class MovableClock:
    """A clock that people and tests move: it runs on from where it was put, or stands still."""

    def __init__(self, start: datetime | None = None, *, runs: bool = True) -> None:
        self._offset = (start - utc_now()) if start else timedelta()
        self._runs = runs
        self._stands_at = start or utc_now()

    def __call__(self) -> datetime:
        """The time that it shows, aware UTC."""
        return utc_now() + self._offset if self._runs else self._stands_at

    def move_to(self, moment: datetime) -> None:
        """Put it forward to ``moment``; it never goes back."""
        now = self()
        if moment <= now:
            return
        if self._runs:
            self._offset += moment - now
        else:
            self._stands_at = moment
