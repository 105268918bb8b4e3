"""The lifecycle of a message: what each outcome makes of it, over every priority, method and history."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.post.message import (
    LONGEST_PAUSE,
    LONGEST_URGENT_PAUSE,
    MOST_EDITS,
    Body,
    MayHaveArrived,
    Message,
    Method,
    NeverSent,
    Priority,
    Refusal,
    RefusalKind,
    Sent,
    State,
    Wait,
    after_crash,
    settle,
)

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)


def message(
    priority: Priority = Priority.ADVICE, method: Method = Method.SEND, sends: int = 0, tries: int = 0
) -> Message:
    return Message(id=1, chat_id=7, priority=priority, method=method, body=Body(text="hello"), sends=sends, tries=tries)


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("method", Method)
def test_a_success_is_the_end(priority: Priority, method: Method) -> None:
    settled = settle(message(priority, method), Sent(message_id=42), NOW)
    assert (settled.state, settled.message_id, settled.sends, settled.tries) == (State.SENT, 42, 1, 1)


def test_a_wait_is_obeyed_to_the_second_and_uses_up_nothing() -> None:
    settled = settle(message(sends=1, tries=3), Wait(seconds=37), NOW)
    assert (settled.state, settled.due_at) == (State.PENDING, NOW + timedelta(seconds=37))
    assert (settled.sends, settled.tries) == (1, 4)


@pytest.mark.parametrize("priority", Priority)
def test_what_was_never_sent_is_repeated_for_ever_and_soon_when_it_is_urgent(priority: Priority) -> None:
    longest = LONGEST_PAUSE if priority.is_bulk else LONGEST_URGENT_PAUSE
    for tries in range(100):
        settled = settle(message(priority, tries=tries), NeverSent(reason="no line"), NOW)
        assert settled.state is State.PENDING
        assert settled.sends == 0
        assert settled.due_at is not None
        assert timedelta(0) < settled.due_at - NOW <= longest


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("tries", [0, 1, 50])
def test_advice_and_alerts_go_twice_at_most_and_the_rest_once_however_often_the_line_failed_before(
    priority: Priority, tries: int
) -> None:
    lost = MayHaveArrived(reason="cut")
    first = settle(message(priority, tries=tries), lost, NOW)
    if not priority.may_go_twice:
        assert first.state is State.UNKNOWN
        return
    assert first.state is State.PENDING
    assert first.due_at == NOW + timedelta(seconds=1)
    second = settle(message(priority, sends=first.sends, tries=first.tries), lost, NOW)
    assert (second.state, second.sends) == (State.UNKNOWN, 2)


@pytest.mark.parametrize("priority", Priority)
def test_an_edit_is_repeated_a_few_times(priority: Priority) -> None:
    sends = 0
    for _ in range(MOST_EDITS - 1):
        settled = settle(message(priority, Method.EDIT, sends=sends), MayHaveArrived(reason="cut"), NOW)
        assert settled.state is State.PENDING
        sends = settled.sends
    settled = settle(message(priority, Method.EDIT, sends=sends), MayHaveArrived(reason="cut"), NOW)
    assert (settled.state, settled.sends) == (State.UNKNOWN, MOST_EDITS)


@pytest.mark.parametrize("why", RefusalKind)
def test_a_refusal_is_final_and_says_why(why: RefusalKind) -> None:
    settled = settle(message(), Refusal(why=why, reason="no"), NOW)
    assert (settled.state, settled.error, settled.sends) == (State.REFUSED, f"{why}: no", 0)


def test_a_crash_counts_as_a_send_that_may_have_arrived() -> None:
    assert after_crash(message(Priority.ALERT), NOW).state is State.PENDING
    assert after_crash(message(Priority.CHECK_IN), NOW).state is State.UNKNOWN
    assert after_crash(message(Priority.ALERT, sends=1), NOW).state is State.UNKNOWN


def test_priorities_are_in_order_and_bulk_is_what_nobody_waits_for() -> None:
    assert sorted(Priority) == [
        Priority.ADVICE,
        Priority.ALERT,
        Priority.ANSWER,
        Priority.CHECK_IN,
        Priority.DIGEST,
    ]
    assert [priority for priority in Priority if priority.is_bulk] == [Priority.CHECK_IN, Priority.DIGEST]
