"""A few of the planted bugs are found within a few seeds; `make simulate` looks for all fourteen (planted.py)."""

import pytest

from bot.simulation.clinic import Plant, Template
from tests.simulation import plants
from tests.simulation.planted import seeds_until_found

WITHIN = 6
HOURS = 12
QUICK = ("mark_before_send", "confirm_before_commit")
"""The others take minutes: a bug that sends again and again fills the record of a run before anything else is seen."""


@pytest.mark.parametrize(
    ("plant", "invariants"),
    [pytest.param(*each, id=each[0].__name__) for each in plants.PLANTS if each[0].__name__ in QUICK],
)
def test_it_is_found(template: Template, plant: Plant, invariants: frozenset[str]) -> None:
    count, seen = seeds_until_found(template, plant, invariants, range(1, WITHIN + 1), HOURS)
    assert count is not None, f"not seen within {WITHIN} seeds; seen: {seen}"


def test_there_are_fourteen_and_the_quick_ones_are_among_them() -> None:
    names = [plant.__name__ for plant, _ in plants.PLANTS]
    assert len(set(names)) == 14
    assert set(QUICK) < set(names)
