"""Each planted bug is found within so many seeds, by the invariant that it breaks."""

import pytest

from bot.simulation.clinic import Plant, Template
from bot.simulation.run import simulate
from tests.simulation import plants

WITHIN = 10
HOURS = 24


@pytest.mark.parametrize(
    ("plant", "invariants"),
    [
        (plants.mark_before_send, {"I1"}),
        (plants.blind_retry, {"I2"}),
        (plants.no_recovery, {"I12"}),
        (plants.confirm_before_commit, {"I3"}),
        (plants.short_lease, {"I2"}),
        (plants.advice_after_bookkeeping, {"I3"}),
    ],
)
def test_it_is_found(template: Template, plant: Plant, invariants: set[str]) -> None:
    found: set[str] = set()
    for seed in range(1, WITHIN + 1):
        found |= {violation.invariant for violation in simulate(seed, HOURS, template, plant=plant).violations}
        if found & invariants:
            return
    pytest.fail(f"not seen within {WITHIN} seeds; seen: {found}")
