"""The band behind a curve is what the script says, hour by hour, and nothing of ours."""

import pytest

from bot.core.care.expected import expected_band
from tests.flows.loaded import live

HOURS = tuple((float(24 * day + 12), day) for day in range(12))


@pytest.mark.parametrize(("question", "days", "rules"), [
    ("PA", {0: 3, 3: 3, 4: 0, 11: 0}, ("EX-PA-1",)),
    ("SW", {0: 2, 2: 2, 3: 1, 7: 1, 8: 0}, ("EX-SW-1", "EX-SW-2")),
])  # fmt: skip
def test_the_face(question: str, days: dict[int, int], rules: tuple[str, ...]) -> None:
    script = live().scripts["face"]
    band = expected_band(script, script.questions[question], HOURS, frozenset({"cheek"}), frozenset())
    worst = {int(hour // 24): place for hour, place in band.worst}
    assert {day: worst[day] for day in days} == days
    assert band.reasons == rules
    assert band.sources


def test_lips_may_swell_longer() -> None:
    script = live().scripts["face"]
    band = expected_band(script, script.questions["SW"], HOURS, frozenset({"lips"}), frozenset())
    assert "EX-SW-3" in band.reasons
    assert dict(band.worst)[24 * 6 + 12] == 2


def test_a_silent_script_gives_no_band() -> None:
    script = live().scripts["face"]
    band = expected_band(script, script.questions["FET"], HOURS, frozenset({"cheek"}), frozenset())
    assert (band.reasons, band.sources) == ((), ())
    assert {place for _, place in band.worst} == {0}
