"""The ledger of a run: which promise was checked how often, and what broke one."""

from collections import Counter
from collections.abc import Callable


class Violation(Exception):
    """An invariant is broken, at ``step`` of the loop."""

    def __init__(self, invariant: str, what: str, step: int = 0) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant
        self.what = what
        self.step = step


class Ledger:
    """Counts checks and keeps violations; each different one once."""

    def __init__(self, note: Callable[[str, object], None], step: Callable[[], int]) -> None:
        self.checks: Counter[str] = Counter()
        self.violations: list[Violation] = []
        self.closed = False
        """Set when the run is over: what its dead processes do while they are buried counts for nothing."""
        self._known: set[str] = set()
        self._note = note
        self._step = step

    def check(self, invariant: str, holds: bool, what: str) -> None:
        """``what`` says, in words, what is wrong when it does not hold."""
        self.checks[invariant] += 1
        if holds or self.closed or f"{invariant}{what}" in self._known:
            return
        self._known.add(f"{invariant}{what}")
        violation = Violation(invariant, what, self._step())
        self.violations.append(violation)
        self._note("VIOLATION", violation)
