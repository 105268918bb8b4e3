"""Pacing: bulk is smooth and yields, urgent never waits for the bot's rate, groups and chats keep their limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.post.message import Priority
from bot.core.post.pace import NO_LIMITS, Gcra, Pacer, Rates

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GROUP = -100


def bulk_times(pacer: Pacer, start: datetime, count: int) -> list[datetime]:
    """When so many check-ins to different chats go, each as soon as it may."""
    now, times = start, []
    for chat in range(1, count + 1):
        now = pacer.when_bulk(now)
        pacer.charge(chat, Priority.CHECK_IN, now)
        times.append(now)
    return times


def most_in_a_second(times: list[datetime]) -> int:
    return max(sum(1 for other in times if start <= other < start + SECOND) for start in times)


def test_bulk_is_spread_evenly() -> None:
    times = bulk_times(Pacer(Rates()), NOW, 241)
    assert times[0] == NOW
    assert times[-1] - NOW == pytest.approx(timedelta(seconds=10), abs=timedelta(milliseconds=1))
    assert most_in_a_second(times) <= 25


@given(st.lists(st.floats(0, 10), max_size=60))
def test_bulk_makes_room_so_that_no_second_that_ends_with_it_is_over_the_rate(urgent_at: list[float]) -> None:
    pacer = Pacer(Rates())
    urgent = sorted((NOW + timedelta(seconds=seconds) for seconds in urgent_at), reverse=True)
    sent: list[datetime] = []
    now = NOW
    for chat in range(1, 200):
        while urgent and urgent[-1] <= pacer.when_bulk(now):
            now = max(now, urgent.pop())
            pacer.charge(10_000 + chat, Priority.ANSWER, now)
            sent.append(now)
        now = pacer.when_bulk(now)
        pacer.charge(chat, Priority.CHECK_IN, now)
        sent.append(now)
        assert sum(1 for other in sent if other > now - SECOND) <= 31


@pytest.mark.parametrize("priority", [Priority.ADVICE, Priority.ALERT, Priority.ANSWER])
def test_the_urgent_never_waits_for_the_rate_of_the_bot(priority: Priority) -> None:
    pacer = Pacer(Rates())
    bulk_times(pacer, NOW, 500)
    assert pacer.when_chat(9_999, priority, NOW) == NOW


def test_a_private_chat_takes_a_small_burst_and_then_one_a_second() -> None:
    pacer = Pacer(Rates())
    times, now = [], NOW
    for _ in range(6):
        now = pacer.when_chat(5, Priority.ANSWER, now)
        pacer.charge(5, Priority.ANSWER, now)
        times.append((now - NOW).total_seconds())
    assert times == [0, 0, 0, 1, 2, 3]
    assert pacer.when_chat(5, Priority.ADVICE, now) == now
    assert pacer.when_chat(5, Priority.ALERT, now) == now
    assert pacer.when_chat(6, Priority.ANSWER, now) == now


def test_a_group_keeps_a_reserve_for_alerts_and_never_gets_more_than_its_limit_in_any_minute() -> None:
    pacer = Pacer(Rates())
    for number in range(12):
        now = NOW + timedelta(seconds=number)
        assert pacer.when_chat(GROUP, Priority.ANSWER, now) == now
        pacer.charge(GROUP, Priority.ANSWER, now)
    now = NOW + timedelta(seconds=12)
    assert pacer.when_chat(GROUP, Priority.ANSWER, now) == NOW + timedelta(minutes=1)
    assert pacer.when_chat(GROUP, Priority.DIGEST, now) == NOW + timedelta(minutes=1)
    for _ in range(8):
        assert pacer.when_chat(GROUP, Priority.ALERT, now) == now
        pacer.charge(GROUP, Priority.ALERT, now)
    assert pacer.when_chat(GROUP, Priority.ALERT, now) == NOW + timedelta(minutes=1)


def test_a_429_stops_the_chat_and_all_bulk_but_no_other_urgent_chat() -> None:
    pacer = Pacer(Rates())
    until = NOW + timedelta(seconds=30)
    pacer.pause_chat(5, until)
    pacer.pause_bulk(until)
    pacer.pause_bulk(NOW + SECOND)
    assert pacer.when_chat(5, Priority.ADVICE, NOW) == until
    assert pacer.when_chat(6, Priority.ADVICE, NOW) == NOW
    assert pacer.when_bulk(NOW) == until
    assert pacer.when_bulk(until + SECOND) == until + SECOND


def test_memory_is_bounded_and_forgetting_changes_no_answer() -> None:
    pacer = Pacer(Rates(), most_chats=50)
    now = NOW
    for chat in range(1, 5_000):
        now += SECOND
        sign = -1 if chat % 2 else 1
        pacer.charge(sign * chat, Priority.ANSWER, now)
        pacer.pause_chat(sign * chat, now + SECOND)
        assert len(pacer) <= 2 * 51
    assert pacer.when_chat(-1, Priority.ANSWER, now) == now


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    pacer = Pacer(Rates())
    for _ in range(20):
        pacer.charge(5, Priority.ANSWER, NOW)
        pacer.charge(GROUP, Priority.ALERT, NOW)
    pacer.pause_bulk(NOW + SECOND)
    assert pacer.when_chat(GROUP, Priority.ALERT, NOW) > NOW
    earlier = NOW - timedelta(hours=1)
    assert pacer.when_bulk(earlier) == earlier
    assert pacer.when_chat(5, Priority.ANSWER, earlier) == earlier
    assert pacer.when_chat(GROUP, Priority.ALERT, earlier) == earlier


def test_how_many_bulk_messages_fit_at_one_moment() -> None:
    paced, free = Pacer(Rates()), Pacer(NO_LIMITS)
    assert (paced.bulk_fits(NOW, 8), free.bulk_fits(NOW, 8)) == (1, 8)
    paced.charge(5, Priority.CHECK_IN, NOW)
    assert paced.bulk_fits(NOW, 8) == 0


def test_a_rate_of_zero_is_no_limit() -> None:
    pacer = Pacer(NO_LIMITS)
    assert set(bulk_times(pacer, NOW, 1_000)) == {NOW}
    for _ in range(100):
        pacer.charge(5, Priority.ANSWER, NOW)
        pacer.charge(GROUP, Priority.ANSWER, NOW)
    assert pacer.when_chat(5, Priority.ANSWER, NOW) == NOW
    assert pacer.when_chat(GROUP, Priority.ANSWER, NOW) == NOW


def test_several_can_be_counted_at_once() -> None:
    bucket = Gcra(10)
    bucket.charge(NOW, 5)
    assert bucket.when(NOW) == NOW + timedelta(milliseconds=500)
    assert not bucket.is_idle(NOW)
    assert bucket.is_idle(NOW + SECOND)
