"""Where all chance of a run comes from: one stream for each purpose, so that taking one away moves no other."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def stream(seed: int, purpose: str) -> random.Random:
    """The dice for one purpose."""
    return random.Random(f"aftercare:{seed}:{purpose}")


class Ids:
    """Ids and tokens of the same shape as the real ones, from the seed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._count = 0

    def new_id(self) -> str:
        """The first six grow, as the real ones do; the rest is chance."""
        self._count += 1
        grown = "".join(_ALPHABET[(self._count >> shift) & 31] for shift in range(25, -1, -5))
        return grown + "".join(self._chance.choice(_ALPHABET) for _ in range(6))

    def new_token(self) -> str:
        """32 letters and digits."""
        return "".join(self._chance.choice(_ALPHABET) for _ in range(32))


class WallClock:
    """What the machine believes to be the time: the loop's time and a shift that faults change."""

    def __init__(self, loop_time: Callable[[], float]) -> None:
        self._time = loop_time
        self.shift = timedelta(0)

    def __call__(self) -> datetime:
        """Aware UTC."""
        return BEGINS + timedelta(seconds=self._time()) + self.shift
