"""Scalp, contour and texture ask what the timetable of the clinical brief (section 3.2) asks, on its days."""

import pytest

from bot.core.care.plan import sets_of
from bot.core.flow.conditions import Facts, holds
from bot.core.flow.model import CheckIn
from tests.flows.loaded import scripts

DAYS = {
    "c3": 1,
    "c4": 2,
    "c5": 3,
    "c6": 5,
    "c7": 7,
    "c8": 10,
    "c9": 14,
    "c10": 21,
    "c11": 28,
    "c12": 42,
    "c13": 56,
    "c14": 84,
}
HOURS = {"c1": 2, "c2": 6}
LATE = ("c10", "c11", "c12", "c13", "c14")
BRIEF = {
    "scalp": {
        "c1": "A V H LA", "c2": "A V H R", "c3": "A V H I S R", "c4": "A V S R", "c5": "A V H I S R", "c6": "A I S",
        "c7": "A V I S R", "c9": "A L S", **dict.fromkeys(LATE, "A L S"),
    },
    "contour": {
        "c1": "A V LA", "c2": "A V H N R", "c3": "A V H N I R", "c4": "A V N R", "c5": "A V H N I R", "c6": "A V N I R",
        "c7": "A V N I R", "c8": "A I N R", "c9": "A L N R", **dict.fromkeys(LATE, "A L N"),
    },
    "texture": {
        "c1": "A V LA", "c2": "A V H R", "c3": "A V H I R", "c4": "A V R", "c5": "A V H I R", "c7": "A V I R",
        "c9": "A L R", **dict.fromkeys(LATE, "A L"),
    },
}  # fmt: skip
SITE = {"scalp": "crown", "contour": "under_chin", "texture": "cheek"}
OWN = {"PILL", "T", "FT"}
"""Sets that the brief does not have: pain relief, brown marks from week 4, and own words, which end every check-in."""


def facts(procedure: str, *modifiers: str) -> Facts:
    """A patient of the procedure before any answer."""
    return Facts({}, 0, 0, procedure, frozenset({SITE[procedure]}), frozenset(modifiers))


def check_ins(procedure: str, *modifiers: str) -> dict[str, CheckIn]:
    """The check-ins that such a patient has."""
    who = facts(procedure, *modifiers)
    plan = scripts()[procedure].plan.check_ins
    return {entry.id: entry for entry in plan if entry.only_when is None or holds(entry.only_when, who)}


def as_in_the_brief(name: str) -> str:
    """J is the late form of the set N."""
    return "N" if name == "J" else name


@pytest.mark.parametrize("procedure", BRIEF)
def test_the_sets_are_those_of_the_brief(procedure: str) -> None:
    who = facts(procedure)
    asked = {
        name: " ".join(as_in_the_brief(each) for each in sets_of(entry, who) if each not in OWN)
        for name, entry in check_ins(procedure).items()
    }
    assert asked == BRIEF[procedure]


@pytest.mark.parametrize("procedure", BRIEF)
def test_the_days_are_those_of_the_brief(procedure: str) -> None:
    for name, entry in check_ins(procedure).items():
        assert (entry.after_h, entry.on_day) == (HOURS.get(name), DAYS.get(name))


@pytest.mark.parametrize("procedure", BRIEF)
def test_filler_adds_the_watch_over_blocked_vessels_and_month_4(procedure: str) -> None:
    with_filler = check_ins(procedure, "filler")
    assert list(with_filler) == [f"c{number}" for number in range(1, 16)]
    assert with_filler["c15"].on_day == 120
    for name in ("c6", "c7", "c8", "c9"):
        assert "V" in sets_of(with_filler[name], facts(procedure, "filler"))
    assert "SW" in sets_of(with_filler["c15"], facts(procedure, "filler"))


@pytest.mark.parametrize(("procedure", "screen"), [("scalp", "S"), ("contour", "J"), ("texture", "T")])
@pytest.mark.parametrize("late", ["c12", "c14"])
def test_with_filler_the_late_checks_ask_about_swelling_in_a_screen(procedure: str, screen: str, late: str) -> None:
    script = scripts()[procedure]
    assert screen in sets_of(check_ins(procedure, "filler")[late], facts(procedure, "filler"))
    assert "SW" in {line.detail for line in script.questions[screen].lines}
