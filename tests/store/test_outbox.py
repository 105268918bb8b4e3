"""The outbox: urgent first, in order within a chat, one in flight, each message claimed once."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.post.message import (
    Body,
    MayHaveArrived,
    Message,
    NeverSent,
    Outcome,
    Refusal,
    RefusalKind,
    Sent,
    State,
    Wait,
    settle,
)
from bot.store import outbox
from bot.store.engine import Store
from bot.store.tables import OutboxRow
from tests.support import rows
from tests.support.rows import NOW

LATER = NOW + timedelta(minutes=1)
ADVICE, ALERT, ANSWER, CHECK_IN, DIGEST = range(1, 6)


async def put(store: Store, *drafts: dict[str, Any]) -> list[int]:
    """Add messages; their numbers."""
    made = [rows.outbox(**draft) for draft in drafts]
    await store.run(lambda unit: outbox.put(unit, *made))
    return [draft.id for draft in made if draft.id is not None]


async def claim(store: Store, *, bulk: bool = False, limit: int = 100, worker: str = "w1") -> list[Message]:
    """Claim what is due now."""
    return await store.run(lambda unit: outbox.claim_due(unit, NOW, worker, 30, limit, bulk))


async def ids(store: Store, **options: Any) -> list[int]:
    """The numbers of what was claimed."""
    return [message.id for message in await claim(store, **options)]


async def finish(store: Store, message: Message, outcome: Outcome) -> None:
    """Settle a claimed message."""
    await store.run(lambda unit: outbox.settle(unit, message.id, settle(message, outcome, NOW), NOW))


async def row_of(store: Store, number: int) -> OutboxRow:
    """A row as it stands."""
    return await store.look(lambda unit: unit.get(OutboxRow, number))


async def test_a_message_is_claimed_once_and_settled(any_store: Store) -> None:
    body = Body(text="Hello", silent=True)
    (number,) = await put(any_store, {"body": body.model_dump_json(), "sends": 1, "tries": 2})
    (message,) = await claim(any_store)
    assert message == Message(id=number, chat_id=5, priority=3, method="send", body=body, sends=1, tries=2)
    assert await claim(any_store) == []
    row = await row_of(any_store, number)
    assert (row.state, row.worker, row.lease_until) == ("sending", "w1", NOW + timedelta(seconds=30))
    await finish(any_store, message, Sent(message_id=77))
    row = await row_of(any_store, number)
    assert (row.state, row.message_id, row.sent_at, row.lease_until) == ("sent", 77, NOW, None)
    assert (row.sends, row.tries) == (2, 3)


@pytest.mark.parametrize(
    ("outcome", "state", "due_in", "sends"),
    [
        (Wait(seconds=9), "pending", 9, 0),
        (NeverSent(reason="no line"), "pending", 1, 0),
        (MayHaveArrived(reason="cut"), "unknown", 0, 1),
        (Refusal(why=RefusalKind.BLOCKED, reason="x"), "refused", 0, 0),
    ],
)
async def test_outcomes_are_written(any_store: Store, outcome: Outcome, state: str, due_in: int, sends: int) -> None:
    (number,) = await put(any_store, {})
    (message,) = await claim(any_store)
    await finish(any_store, message, outcome)
    row = await row_of(any_store, number)
    assert (row.state, row.due_at, row.sends, row.tries) == (state, NOW + timedelta(seconds=due_in), sends, 1)


async def test_urgent_first_and_one_for_each_chat(any_store: Store) -> None:
    numbers = await put(
        any_store,
        {"chat_id": 1, "priority": ANSWER},
        {"chat_id": 2, "priority": ALERT},
        {"chat_id": 2, "priority": ALERT},
        {"chat_id": 1, "priority": ADVICE},
        {"chat_id": 3, "priority": ANSWER, "due_at": LATER},
        {"chat_id": 4, "priority": CHECK_IN},
        {"chat_id": 4, "priority": DIGEST},
    )
    assert await ids(any_store, limit=1) == [numbers[3]]
    assert await ids(any_store) == [numbers[1]]
    assert await ids(any_store, bulk=True) == [numbers[5]]


async def test_bulk_waits_for_what_is_before_it_in_its_chat(any_store: Store) -> None:
    await put(any_store, {"priority": CHECK_IN}, {"priority": ANSWER, "due_at": LATER})
    assert await ids(any_store, bulk=True) == []


async def test_order_is_kept_while_the_first_waits(any_store: Store) -> None:
    first, second = await put(any_store, {}, {})
    (message,) = await claim(any_store)
    assert message.id == first
    assert await claim(any_store) == []
    await finish(any_store, message, Wait(seconds=60))
    assert await claim(any_store) == []
    await any_store.run(lambda unit: unit.change(OutboxRow, OutboxRow.id == first, state="refused"))
    assert await ids(any_store) == [second]


async def test_advice_passes_what_is_not_due_and_what_is_less_urgent(any_store: Store) -> None:
    await put(any_store, {"priority": ADVICE, "due_at": LATER})
    (answer,) = await put(any_store, {"chat_id": 6})
    assert await ids(any_store) == [answer]
    first, second = await put(any_store, {"priority": ADVICE}, {"priority": ALERT, "chat_id": 6})
    assert await ids(any_store) == [first, second]
    await put(any_store, {"priority": ALERT}, {"priority": ALERT, "chat_id": 6})
    assert await ids(any_store) == []


async def test_one_chat_by_the_fast_path(any_store: Store) -> None:
    other, bulk, answer, advice = await put(
        any_store, {"chat_id": 6}, {"priority": CHECK_IN}, {"priority": ANSWER}, {"priority": ADVICE}
    )
    seen = []
    for _ in range(3):
        message = await any_store.run(lambda unit: outbox.claim_chat(unit, 5, NOW, "w1", 30))
        seen.append(message and message.id)
        if message is not None:
            await finish(any_store, message, Sent(message_id=1))
    assert seen == [advice, answer, None]
    assert await ids(any_store, bulk=True) == [bulk]
    assert await ids(any_store) == [other]


async def test_what_is_not_bulk_nudges(any_store: Store) -> None:
    nudged: list[frozenset[int]] = []
    any_store.on_nudge = nudged.append
    await put(any_store, {"chat_id": 6, "priority": CHECK_IN})
    await put(any_store, {"chat_id": 6, "priority": DIGEST}, {"chat_id": 7}, {"chat_id": 8, "priority": ADVICE})
    assert nudged == [frozenset({7, 8})]


async def test_an_edit_learns_what_it_edits(any_store: Store) -> None:
    (question,) = await put(any_store, {"priority": CHECK_IN})
    (edit,) = await put(any_store, {"method": "edit", "edits_id": question})
    assert await ids(any_store) == []
    (message,) = await claim(any_store, bulk=True)
    assert message.id == question
    await finish(any_store, message, Sent(message_id=77))
    (message,) = await claim(any_store)
    assert (message.id, message.body.edits) == (edit, 77)


@pytest.mark.parametrize("state", ["refused", "unknown", "dropped"])
async def test_an_edit_of_what_was_never_sent_is_dropped(any_store: Store, state: str) -> None:
    gone, lost = await put(any_store, {"state": state}, {"method": "edit", "edits_id": 9999, "chat_id": 6})
    edit, after = await put(any_store, {"method": "edit", "edits_id": gone}, {})
    assert await ids(any_store) == [after]
    for number in (edit, lost):
        row = await row_of(any_store, number)
        assert (row.state, row.error) == ("dropped", outbox.NOTHING_TO_EDIT)
    message = await any_store.run(lambda unit: outbox.claim_chat(unit, 6, NOW, "w1", 30))
    assert message is None


async def test_the_fast_path_passes_over_what_cannot_be_sent(any_store: Store) -> None:
    await put(any_store, {"method": "edit", "edits_id": 9999})
    (broken, after) = await put(any_store, {"body": "{}"}, {})
    message = await any_store.run(lambda unit: outbox.claim_chat(unit, 5, NOW, "w1", 30))
    assert message is not None
    assert message.id == after
    row = await row_of(any_store, broken)
    assert (row.state, row.error) == ("refused", outbox.UNREADABLE)


async def test_a_worker_that_is_gone(any_store: Store) -> None:
    alert, answer = await put(any_store, {"priority": ALERT}, {"chat_id": 6})
    late = await claim(any_store, worker="gone")
    assert await any_store.run(lambda unit: outbox.expired(unit, NOW + timedelta(seconds=29))) == []
    over = NOW + timedelta(seconds=30)
    found = await any_store.run(lambda unit: outbox.expired(unit, over))
    assert {message.id for message in found} == {alert, answer}
    assert await any_store.run(lambda unit: outbox.expired(unit, over)) == []
    found_rows = [await row_of(any_store, number) for number in (alert, answer)]
    assert [(row.state, row.sends) for row in found_rows] == [("pending", 1), ("unknown", 1)]

    for message in late:
        await finish(any_store, message, NeverSent(reason="late"))
    assert (await row_of(any_store, answer)).state == "unknown"
    assert (await row_of(any_store, alert)).sends == 1
    for message in late:
        await finish(any_store, message, Sent(message_id=7))
    assert {(await row_of(any_store, number)).state for number in (alert, answer)} == {"sent"}


async def test_what_waits_for_a_patient_is_taken_back(any_store: Store) -> None:
    await any_store.run(lambda unit: unit.insert(rows.patient()))
    waiting, other, sent = await put(any_store, {"patient_id": "p1"}, {}, {"patient_id": "p1", "state": "sent"})
    assert await any_store.run(lambda unit: outbox.drop_for_patient(unit, "p1")) == 1
    states = [(await row_of(any_store, number)).state for number in (waiting, other, sent)]
    assert states == [State.DROPPED, State.PENDING, State.SENT]
