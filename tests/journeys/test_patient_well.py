"""A well patient, from her first check-in to the last: the right hour, few taps, every answer confirmed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.clinic import Clinic, Person

MADRID = ZoneInfo("Europe/Madrid")
# What Ana's clock shows when each check-in comes. The session ended on Monday, 2 March, at 10:00; she chose 18:00.
TO_WEEK_12 = {
    "c1": ("2026-03-02 12:00", 0),
    "c2": ("2026-03-02 16:00", 0),
    "c3": ("2026-03-03 18:00", 1),
    "c4": ("2026-03-04 18:00", 2),
    "c5": ("2026-03-05 18:00", 3),
    "c6": ("2026-03-07 18:00", 5),
    "c7": ("2026-03-09 18:00", 7),
    "c9": ("2026-03-16 18:00", 14),
    "c10": ("2026-03-23 18:00", 21),
    "c11": ("2026-03-30 18:00", 28),
    "c12": ("2026-04-13 18:00", 42),
    "c13": ("2026-04-27 18:00", 56),
    "c14": ("2026-05-25 18:00", 84),
}
WITH_FILLER = {**TO_WEEK_12, "c8": ("2026-03-12 18:00", 10), "c15": ("2026-06-30 18:00", 120)}
LATE = ("c10", "c11", "c12", "c13", "c14", "c15")


async def _check_in(clinic: Clinic, ana: Person, step: str, shows: str, day: int, comes_next: str | None) -> int:
    await clinic.to_check_in(step)
    assert clinic.now.astimezone(MADRID).strftime("%Y-%m-%d %H:%M") == shows
    ana.expects("Hello Ana, this is your check-in", "1 of", "Right now, do you have any of these")
    taps = await ana.is_well()
    closing = ana.expects(f"Day {day} after your treatment: this fits normal healing", "/worse", "112")
    if comes_next is None:
        assert "This was the last check-in" in closing.text
        assert "Next check-in" not in closing.text
    else:
        at = datetime.strptime(comes_next, "%Y-%m-%d %H:%M").replace(tzinfo=MADRID)
        assert f"Next check-in: {at:%a} {at.day} {at:%B}, {at:%H:%M}" in closing.text
        assert "last check-in" not in closing.text
    ana.expects_nothing()
    return taps


@pytest.mark.parametrize(
    ("modifiers", "course"), [((), TO_WEEK_12), (("filler",), WITH_FILLER)], ids=["week 12", "month 4, with filler"]
)
async def test_every_check_in_of_a_well_patient(
    clinic: Clinic, modifiers: tuple[str, ...], course: dict[str, tuple[str, int]]
) -> None:
    ana = await clinic.treat(modifiers=modifiers, hour=18)
    steps = sorted(course, key=lambda step: course[step][0])
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        shows, day = course[step]
        taps = await _check_in(clinic, ana, step, shows, day, course[after][0] if after else None)
        # With filler the late checks at week 6, week 12 and month 4 ask about swelling and the old filler too.
        most = 4 if step in LATE and not modifiers else 6 if step in LATE else 10
        assert taps <= most, f"{step} needs {taps} taps"
    await clinic.pass_time(days=60)
    ana.expects_nothing()
    assert not await clinic.alerts()
    assert not await clinic.open_tasks()
    assert {row.state for row in await clinic.check_ins()} == {"done"}
    await ana.writes("/next")
    ana.expects("No more check-ins are planned", "+34 910 000 000")
    await clinic.the_end()


async def test_each_question_says_where_it_stands(clinic: Clinic) -> None:
    """Ana counts along: "1 of 6", "2 of 6", and the last one is the last."""
    ana = await clinic.treat()
    await clinic.to_check_in("c2")
    seen = []
    for _ in range(20):
        head = ana.open_question.text
        seen.append(next(line for line in head.splitlines() if " of " in line and line[0].isdigit()))
        question = next(iter(ana.open_question.button_data.values())).split("|")[2]
        await ana.says(clinic.script.questions[question].well or "0")
        if not any(data.startswith("a|") for data in ana.unread[-1].button_data.values()):
            break
    total = int(seen[0].split(" of ")[1])
    assert seen == [f"{at} of {total}" for at in range(1, total + 1)]


async def test_a_late_session_is_asked_about_the_same_evening_and_never_in_the_night(clinic: Clinic) -> None:
    """The session ended at 19:30: the first check-in comes at 21:30 and the second next morning at 8:00."""
    await clinic.pass_until(datetime(2026, 3, 2, 19, 30, tzinfo=MADRID))
    ana = await clinic.treat(hour=10)
    first, second, third = (await clinic.check_ins())[:3]
    shown = [row.due_at.astimezone(MADRID).strftime("%d %H:%M") for row in (first, second, third)]
    assert shown == ["02 21:30", "03 08:00", "03 10:00"]
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("Day 0")
    for row in await clinic.check_ins():
        assert 8 <= row.due_at.astimezone(MADRID).hour < 22, row.local_due
    await clinic.the_end()


async def test_a_reminder_waits_for_the_morning(clinic: Clinic) -> None:
    """Ana does not answer the check-in of 21:00; the reminder that would come at 1:00 comes at 8:00."""
    ana = await clinic.treat(hour=21)
    for step in ("c1", "c2", "c3", "c4", "c5"):
        await clinic.to_check_in(step)
        await ana.is_well()
    await clinic.to_check_in("c6")
    ana.skims()
    await clinic.pass_time(hours=10, minutes=59)
    ana.expects_nothing()
    await clinic.pass_time(minutes=1)
    ana.expects("We are still waiting for your answer")
    assert clinic.now.astimezone(MADRID).hour == 8
    await clinic.the_end()
