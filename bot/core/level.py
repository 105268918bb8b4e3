"""The five dispositions, D1 (emergency) to D5 (expected), and their order."""

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    """How urgent a patient's answers are (clinical brief, section 1).

    Members are named by the brief, where D1 is the *most* severe. Strings would compare the other way
    round, so levels are never compared with ``<``: use :attr:`severity`, :meth:`at_least` and :func:`worst`.
    """

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"
    D5 = "D5"

    @property
    def severity(self) -> int:
        """5 for D1 down to 1 for D5."""
        return 6 - int(self[1])

    def at_least(self, other: "Level") -> bool:
        """Is this level as severe as ``other``, or more?"""
        return self[1] <= other[1]

    def raised(self) -> "Level":
        """One level more severe for a risk modifier: D4 to D3 and D3 to D2; the others stay (section 1)."""
        return {Level.D4: Level.D3, Level.D3: Level.D2}.get(self, self)

    @property
    def is_red(self) -> bool:
        """D1, D2 and D3 are red flags: staff are alerted at once."""
        return self.at_least(Level.D3)


def worst(levels: Iterable[Level]) -> Level:
    """The most severe of ``levels``; D5 when there are none."""
    return max(levels, key=lambda level: level.severity, default=Level.D5)
