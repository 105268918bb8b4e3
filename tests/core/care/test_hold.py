"""Routine check-ins wait while a person of the clinic talks with the patient, and never too long."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.care.hold import ChatTimes, held_until, latest_for, put_off
from bot.core.care.hold_reading import read_chat_times
from bot.core.errors import ScriptError
from bot.core.flow.model import Phase, SilencePlan
from tests.flows.loaded import scripts

MADRID = "Europe/Madrid"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TIMES = ChatTimes(hold_s=1800, answer_within_s=7200)
PLAN = scripts()["face"].plan.model_copy(
    update={
        "quiet_from": time(22),
        "quiet_to": time(8),
        "silence": {
            Phase.EARLY: SilencePlan(
                remind_after_s=(3600, 7200), task_after_s=10800, task_due_s=14400, task="phone_call"
            ),
            Phase.LATE: SilencePlan(remind_after_s=(), task_after_s=7200, task_due_s=14400, task="late_list"),
        },
    }
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(MADRID)).astimezone(UTC)


def test_a_hold_ends_so_long_after_the_last_words_of_a_person() -> None:
    assert held_until(None, TIMES, NOW) is None
    assert held_until(NOW, TIMES, NOW) == NOW + minutes(30)
    assert held_until(NOW - minutes(29), TIMES, NOW) == NOW + minutes(1)
    assert held_until(NOW - minutes(30), TIMES, NOW) is None
    assert held_until(NOW, ChatTimes(hold_s=0, answer_within_s=60), NOW) is None


def test_a_check_in_waits_until_its_own_first_reminder_at_the_most() -> None:
    assert latest_for(NOW, PLAN, Phase.EARLY, MADRID) == NOW + minutes(60)
    assert latest_for(NOW, PLAN, Phase.LATE, MADRID) == NOW + minutes(120), "no reminder: the time of the task counts"


@pytest.mark.parametrize(
    ("planned", "latest"),
    [
        ("2026-03-02 20:59", "2026-03-02 21:59"),
        ("2026-03-02 21:30", "2026-03-02 21:59"),
        ("2026-03-02 21:59", "2026-03-02 21:59"),
        ("2026-03-02 23:30", "2026-03-02 23:30"),
        ("2026-03-28 21:30", "2026-03-28 21:59"),
        ("2026-10-24 21:15", "2026-10-24 21:59"),
    ],
)
def test_a_hold_never_pushes_a_check_in_into_the_night(planned: str, latest: str) -> None:
    assert latest_for(at(planned), PLAN, Phase.EARLY, MADRID) == at(latest)


def test_what_may_not_wait_any_longer_is_asked_now() -> None:
    until, latest = NOW + minutes(30), NOW + minutes(60)
    assert put_off(until, latest, NOW) == until
    assert put_off(until, NOW + minutes(10), NOW) == NOW + minutes(10)
    assert put_off(until, NOW, NOW) is None
    assert put_off(until, NOW - minutes(1), NOW) is None


@given(st.lists(st.integers(0, 90), max_size=30), st.integers(0, 24 * 60 - 1))
def test_however_long_they_talk_it_is_asked_by_its_limit(words_after: list[int], minute: int) -> None:
    """A clinician writes again and again: each time the check-in falls due it is put off, and never past its limit."""
    planned = at("2026-03-02 00:00") + minutes(minute)
    latest = latest_for(planned, PLAN, Phase.EARLY, MADRID)
    assert planned <= latest <= planned + minutes(60)
    said = sorted(planned + minutes(after - 30) for after in words_after)
    now = planned
    for _ in range(100):
        spoke = max((each for each in said if each <= now), default=None)
        until = held_until(spoke, TIMES, now)
        moved = put_off(until, latest, now) if until else None
        if moved is None:
            break
        assert now < moved <= latest
        now = moved
    else:
        raise AssertionError("it is never asked")
    assert now <= latest


def test_the_clinics_own_times() -> None:
    text = "hold_after_staff: 45 min\nanswer_within: 90 min\n"
    assert read_chat_times(text, "clinic/chat.yaml") == ChatTimes(hold_s=2700, answer_within_s=5400)
    assert read_chat_times("hold_after_staff: 0 min\nanswer_within: 2 h\n", "c").hold_s == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hold_after_staff: 5 h\nanswer_within: 2 h\n", 1),
        ("hold_after_staff: soon\nanswer_within: 2 h\n", 1),
        ("hold_after_staff: 30 min\nanswer_within: 30 s\n", 2),
        ("hold_after_staff: 30 min\nanswer_within: 25 h\n", 2),
    ],
)
def test_times_that_cannot_be(text: str, line: int) -> None:
    with pytest.raises(ScriptError) as caught:
        read_chat_times(text, "clinic/chat.yaml")
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("clinic/chat.yaml", line)]


def test_nothing_else_and_nothing_less() -> None:
    for text in ("hold_after_staff: 30 min\n", "hold_after_staff: 30 min\nanswer_within: 2 h\nmore: 1 h\n"):
        with pytest.raises(ScriptError):
            read_chat_times(text, "clinic/chat.yaml")
