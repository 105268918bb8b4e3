"""Delivery: what goes when, in which order, what every outcome leads to, and what a stop or a crash leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy.exc import OperationalError

from bot.core.post.message import (
    Body,
    MayHaveArrived,
    Message,
    Method,
    NeverSent,
    Outcome,
    Priority,
    Refusal,
    RefusalKind,
    Sent,
    State,
    Wait,
)
from bot.core.post.pace import Rates
from bot.cycle.deliver_outbox import LEASE_S
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import OutboxRow
from bot.store.unit import Unit
from tests.cycle.rig import Rig, draft

MakeRig = Callable[..., Rig]
T = TypeVar("T")


@pytest.fixture
async def make(sqlite_store: Store) -> AsyncIterator[MakeRig]:
    """``make(**options)`` gives a rig over the test's store; all are stopped in the end."""
    rigs: list[Rig] = []

    def new(**options: object) -> Rig:
        rig = Rig(sqlite_store, **options)  # type: ignore[arg-type]
        rigs.append(rig)
        return rig

    yield new
    for rig in rigs:
        for event in rig.courier.held.values():
            event.set()
        await rig.delivery.stop(within=5)


async def test_what_is_due_goes_out_and_is_settled(make: MakeRig) -> None:
    rig = make()
    [number] = await rig.post(draft(5))
    await rig.delivery.deliver_due()
    row = await rig.row(number)
    assert (row.state, row.message_id, row.sends, row.lease_until) == ("sent", 1000 + number, 1, None)
    assert row.sent_at == rig.clock()
    assert [outcome for _, _, outcome in rig.reactions] == [Sent(message_id=1000 + number)]


async def test_nothing_goes_before_its_time(make: MakeRig) -> None:
    rig = make()
    await rig.post(draft(5, due_at=rig.clock() + timedelta(seconds=1)))
    await rig.delivery.deliver_due()
    assert rig.courier.began == []
    rig.clock.advance(seconds=1)
    await rig.delivery.deliver_due()
    assert len(rig.courier.began) == 1


async def test_a_row_is_committed_as_sending_with_a_lease_before_its_call(make: MakeRig) -> None:
    rig = make()
    gate = rig.courier.hold(5)
    [number] = await rig.post(draft(5))
    rig.delivery.nudge([5])
    await rig.courier.anything_began.wait()
    row = await rig.row(number)
    assert (row.state, row.worker) == ("sending", "w1")
    assert row.lease_until == rig.clock() + timedelta(seconds=LEASE_S)
    gate.set()
    await rig.delivery.deliver_due()
    assert (await rig.row(number)).state == "sent"


async def test_a_chat_gets_its_messages_in_order_and_chats_do_not_wait_for_each_other(make: MakeRig) -> None:
    rig = make()
    gate = rig.courier.hold(1)
    await rig.post(*(draft(chat, f"{chat}-{n}") for n in range(5) for chat in (1, 2, 3)))
    rig.delivery.nudge()
    finished = asyncio.create_task(rig.delivery.deliver_due())
    await rig.courier.until(done=10)
    assert {message.chat_id for message in rig.courier.done} == {2, 3}
    gate.set()
    await finished
    for chat in (1, 2, 3):
        assert [text for text in rig.courier.texts() if text.startswith(f"{chat}-")] == [
            f"{chat}-{n}" for n in range(5)
        ]


async def test_advice_passes_a_call_that_hangs_in_the_same_chat(make: MakeRig) -> None:
    rig = make()
    gate = rig.courier.hold(5)
    await rig.post(draft(5, "answer"))
    rig.delivery.nudge()
    await rig.courier.anything_began.wait()
    rig.courier.anything_began.clear()
    await rig.post(draft(5, "advice", Priority.ADVICE), draft(5, "alert", Priority.ALERT))
    rig.delivery.nudge()
    await rig.courier.anything_began.wait()
    assert rig.courier.texts() == ["answer", "advice"]
    gate.set()
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["answer", "advice", "alert"]


async def test_a_red_flag_among_600_check_ins_goes_out_at_once(make: MakeRig) -> None:
    rig = make(rates=Rates(), jump=True)
    await rig.post(*(draft(chat, "check-in", Priority.CHECK_IN) for chat in range(1, 601)))
    raised_at: list[object] = []

    def raise_flag(message: Message) -> None:
        if len(rig.courier.began) == 100:
            raised_at.append(rig.clock())
            rows = [draft(9_001, "advice", Priority.ADVICE), draft(-9_002, "alert", Priority.ALERT)]
            posted.append(asyncio.create_task(rig.post(*rows)))
            posted[0].add_done_callback(lambda _: rig.delivery.nudge([9_001, -9_002]))

    posted: list[asyncio.Task[list[int]]] = []
    rig.courier.on_begin = raise_flag
    start = rig.clock()
    while await rig.count(State.SENT) < 602:
        await rig.delivery.deliver_due()
    texts = rig.courier.texts()
    assert len(texts) == 602
    for text in ("advice", "alert"):
        place = texts.index(text)
        assert place <= 105
        assert rig.courier.moments[place] - rig.courier.moments[99] <= timedelta(milliseconds=200)
    assert timedelta(seconds=24) < rig.clock() - start < timedelta(seconds=26)
    moments = sorted(rig.courier.moments)
    window = timedelta(seconds=1)
    assert all(later - earlier >= window for earlier, later in zip(moments, moments[30:], strict=False))


@pytest.mark.parametrize(("priority", "bound"), [(Priority.ANSWER, 4), (Priority.DIGEST, 2)])
async def test_what_is_under_way_is_bounded(make: MakeRig, priority: Priority, bound: int) -> None:
    rig = make(urgent_at_once=4, bulk_at_once=2)
    chats = range(1, 20)
    gates = [rig.courier.hold(chat) for chat in chats]
    await rig.post(*(draft(chat, priority=priority) for chat in chats))
    rig.delivery.nudge()
    await rig.courier.until(began=bound)
    assert await rig.count(State.SENDING) == bound
    for gate in gates:
        gate.set()
    await rig.delivery.deliver_due()
    assert rig.courier.most_under_way == bound
    assert set(await rig.states()) == {"sent"}


async def test_a_429_is_obeyed_by_its_chat_and_by_all_bulk_but_by_no_other_chat(make: MakeRig) -> None:
    rig = make()
    rig.courier.will(5, Wait(seconds=30))
    await rig.post(draft(5, "one"), draft(5, "two"))
    await rig.delivery.deliver_due()
    await rig.post(draft(6, "other"), draft(7, "bulk", Priority.CHECK_IN), draft(5, "advice", Priority.ADVICE))
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["one", "other"]
    rig.clock.advance(seconds=29)
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["one", "other"]
    rig.clock.advance(seconds=1)
    await rig.delivery.deliver_due()
    assert rig.courier.texts()[2] == "advice"
    assert sorted(rig.courier.texts()[3:]) == ["bulk", "one", "two"]
    assert set(await rig.states()) == {"sent"}


async def test_what_was_never_sent_is_repeated_and_bulk_pauses_meanwhile(make: MakeRig) -> None:
    rig = make(jump=True)
    rig.courier.will(5, *[NeverSent(reason="no line")] * 20)
    [urgent, _] = await rig.post(draft(5, priority=Priority.ALERT), draft(6, priority=Priority.CHECK_IN))
    while (await rig.row(urgent)).state != "sent":
        await rig.delivery.deliver_due()
    row = await rig.row(urgent)
    assert (row.sends, row.tries) == (1, 21)
    assert set(await rig.states()) == {"sent"}


async def test_a_revoked_token_uses_up_no_message_and_is_reported(make: MakeRig) -> None:
    rig = make()
    rig.courier.will(5, NeverSent(reason="token", needs_operator=True))
    [number, bulk] = await rig.post(draft(5), draft(6, priority=Priority.CHECK_IN))
    await rig.delivery.deliver_due()
    assert rig.tokens_refused == 1
    rig.clock.advance(minutes=1)
    await rig.delivery.deliver_due()
    assert {(await rig.row(number)).state, (await rig.row(bulk)).state} == {"sent"}


@pytest.mark.parametrize(
    ("priority", "state", "calls"),
    [
        (Priority.ADVICE, "sent", 2),
        (Priority.ALERT, "sent", 2),
        (Priority.ANSWER, "unknown", 1),
        (Priority.CHECK_IN, "unknown", 1),
        (Priority.DIGEST, "unknown", 1),
    ],
)
async def test_only_advice_and_alerts_go_again_after_an_unknown_outcome(
    make: MakeRig, priority: Priority, state: str, calls: int
) -> None:
    rig = make()
    rig.courier.will(5, MayHaveArrived(reason="cut"))
    [number] = await rig.post(draft(5, priority=priority))
    await rig.delivery.deliver_due()
    rig.clock.advance(seconds=1)
    await rig.delivery.deliver_due()
    assert ((await rig.row(number)).state, len(rig.courier.began)) == (state, calls)


@pytest.mark.parametrize("why", RefusalKind)
async def test_a_refusal_is_settled_once_and_the_use_case_hears_of_it(make: MakeRig, why: RefusalKind) -> None:
    rig = make()
    refusal = Refusal(why=why, reason="no", moved_to=-100 if why is RefusalKind.MIGRATED else None)
    rig.courier.will(5, refusal)
    [number] = await rig.post(draft(5, priority=Priority.ALERT))
    await rig.delivery.deliver_due()
    assert (await rig.row(number)).state == "refused"
    assert [(settled.state, outcome) for _, settled, outcome in rig.reactions] == [(State.REFUSED, refusal)]


async def test_a_reaction_is_committed_with_the_row_and_its_own_messages_go_out_too(make: MakeRig) -> None:
    def react(unit: Unit, message: Message, settled: object, outcome: Outcome) -> None:
        if isinstance(outcome, Refusal) and outcome.moved_to is not None:
            unit.insert(draft(outcome.moved_to, "moved", Priority.ALERT))
            unit.nudge(outcome.moved_to)

    rig = make(react=react)
    rig.store.on_nudge = rig.delivery.nudge
    rig.courier.will(-5, Refusal(why=RefusalKind.MIGRATED, reason="moved", moved_to=-100))
    await rig.post(draft(-5, "old", Priority.ALERT))
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["old", "moved"]
    assert await rig.states() == ["refused", "sent"]


async def test_a_reaction_that_raises_does_not_hide_what_is_known(make: MakeRig) -> None:
    rig = make(jump=True)
    rig.react_fails = 100
    [number] = await rig.post(draft(5))
    await rig.delivery.deliver_due()
    assert (await rig.row(number)).state == "sent"
    assert len(rig.courier.began) == 1


async def test_a_courier_that_breaks_its_promise_leaves_an_unknown_outcome(make: MakeRig) -> None:
    rig = make()
    rig.courier.will(5, RuntimeError("courier"))
    [number] = await rig.post(draft(5))
    await rig.delivery.deliver_due()
    assert (await rig.row(number)).error == "RuntimeError"
    assert (await rig.row(number)).state == "unknown"


async def test_a_killed_process_leaves_rows_that_the_next_one_settles(make: MakeRig) -> None:
    old = make()
    for chat in (5, 6, 7):
        old.courier.hold(chat)
    numbers = await old.post(
        draft(5, priority=Priority.ADVICE), draft(6), draft(7, priority=Priority.CHECK_IN), draft(5, "later")
    )
    old.delivery.nudge()
    await old.courier.until(began=3)

    new = make(worker="w2")
    assert await new.delivery.recover() == 0
    new.clock.advance(seconds=LEASE_S)
    assert await new.delivery.recover() == 3
    assert await new.delivery.recover() == 0
    assert [(await new.row(number)).state for number in numbers] == ["pending", "unknown", "unknown", "pending"]
    new.clock.advance(seconds=1)
    await new.delivery.deliver_due()
    assert [(await new.row(number)).state for number in numbers] == ["sent", "unknown", "unknown", "sent"]
    assert sorted(settled.state for _, settled, _ in new.reactions) == ["pending", "sent", "sent", "unknown", "unknown"]


async def test_a_worker_that_starts_again_takes_up_its_own_rows_without_waiting_for_the_lease(make: MakeRig) -> None:
    old = make()
    gate = old.courier.hold(5)
    [number] = await old.post(draft(5, priority=Priority.ADVICE))
    old.delivery.nudge()
    await old.courier.anything_began.wait()
    new = make(worker="w1")
    assert await make(worker="w3").delivery.recover(mine=True) == 0
    assert await new.delivery.recover(mine=True) == 1
    new.clock.advance(seconds=1)
    await new.delivery.deliver_due()
    assert (await new.row(number)).state == "sent"
    gate.set()


async def test_what_is_under_way_here_is_not_taken_for_left_behind_after_the_machine_slept(make: MakeRig) -> None:
    rig = make()
    gate = rig.courier.hold(5)
    [number] = await rig.post(draft(5, priority=Priority.ADVICE))
    rig.delivery.nudge()
    await rig.courier.anything_began.wait()
    rig.clock.advance(hours=8)
    assert await rig.delivery.recover() == 0
    gate.set()
    await rig.delivery.deliver_due()
    assert ((await rig.row(number)).state, len(rig.courier.began)) == ("sent", 1)


async def test_a_success_that_comes_late_is_believed(make: MakeRig) -> None:
    slow, other = make(), make(worker="w2")
    gate = slow.courier.hold(5)
    [number] = await slow.post(draft(5))
    slow.delivery.nudge()
    await slow.courier.anything_began.wait()
    other.clock.advance(seconds=LEASE_S)
    await other.delivery.recover()
    assert (await other.row(number)).state == "unknown"
    gate.set()
    await slow.delivery.deliver_due()
    assert (await other.row(number)).state == "sent"


async def test_stop_finishes_what_is_under_way_and_begins_nothing(make: MakeRig) -> None:
    rig = make()
    gate = rig.courier.hold(5)
    [first, second] = await rig.post(draft(5, "one"), draft(5, "two"))
    rig.delivery.nudge()
    await rig.courier.anything_began.wait()
    stopping = asyncio.create_task(rig.delivery.stop(within=5))
    await asyncio.sleep(0)
    gate.set()
    await stopping
    await rig.delivery.deliver_due()
    assert [(await rig.row(first)).state, (await rig.row(second)).state] == ["sent", "pending"]
    rig.delivery.nudge()

    def cause(unit: Unit) -> None:
        unit.nudge(5)
        rig.delivery.claim_at_birth(unit)
        assert unit.after_commit == []

    await rig.store.run(cause)


async def test_stop_does_not_wait_for_ever(make: MakeRig) -> None:
    rig = make()
    rig.courier.hold(5)
    [number] = await rig.post(draft(5))
    rig.delivery.nudge()
    await rig.courier.anything_began.wait()
    await rig.delivery.stop(within=0)
    assert (await rig.row(number)).state == "sending"


async def test_messages_claimed_at_birth_go_out_after_the_commit_and_in_order(make: MakeRig) -> None:
    rig = make()
    nudged: list[frozenset[int]] = []
    rig.store.on_nudge = nudged.append

    def cause(unit: Unit) -> None:
        for text in ("first", "second"):
            unit.insert(draft(5, text))
        unit.insert(draft(-6, "alert", Priority.ALERT))
        unit.insert(draft(7, "bulk", Priority.CHECK_IN))
        for chat in (5, -6, 7):
            unit.nudge(chat)
        rig.delivery.claim_at_birth(unit)
        assert rig.courier.began == []

    await rig.store.run(cause)
    await rig.courier.until(done=3)
    assert sorted(rig.courier.texts()) == ["alert", "first", "second"]
    assert rig.courier.texts().index("first") < rig.courier.texts().index("second")
    assert nudged == [frozenset({7})]


async def test_nothing_goes_out_when_the_cause_is_rolled_back(make: MakeRig) -> None:
    rig = make()

    def cause(unit: Unit) -> None:
        unit.insert(draft(5))
        unit.nudge(5)
        rig.delivery.claim_at_birth(unit)
        raise RuntimeError("the cause failed")

    with pytest.raises(RuntimeError):
        await rig.store.run(cause)
    await rig.delivery.deliver_due()
    assert (rig.courier.began, await rig.states()) == ([], [])


async def test_a_chat_beyond_its_pace_waits_and_its_advice_does_not(make: MakeRig) -> None:
    rig = make(rates=Rates())
    await rig.post(*(draft(5, f"answer {n}") for n in range(5)))
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["answer 0", "answer 1", "answer 2"]
    await rig.post(draft(5, "advice", Priority.ADVICE))
    await rig.delivery.deliver_due()
    assert rig.courier.texts()[3:] == ["advice"]
    rig.clock.advance(seconds=3)
    await rig.delivery.deliver_due()
    assert rig.courier.texts()[4:] == ["answer 3", "answer 4"]


async def test_a_chat_beyond_its_pace_wakes_up_by_itself(make: MakeRig) -> None:
    rig = make(rates=Rates(), jump=True)
    start = rig.clock()
    await rig.post(*(draft(5, f"answer {n}") for n in range(6)))
    while await rig.count(State.SENT) < 6:
        await rig.delivery.deliver_due()
    assert rig.courier.texts() == [f"answer {n}" for n in range(6)]
    assert timedelta(seconds=3) <= rig.clock() - start < timedelta(seconds=3.2)


async def test_an_edit_waits_for_the_message_that_it_changes(make: MakeRig) -> None:
    rig = make()
    [first] = await rig.post(draft(5, "question"))
    [edit] = await rig.post(draft(5, "changed", method=Method.EDIT, edits_id=first))
    await rig.delivery.deliver_due()
    assert [message.body.edits for message in rig.courier.began] == [None, 1000 + first]
    assert (await rig.row(edit)).state == "sent"


async def test_several_processes_share_one_pace(make: MakeRig) -> None:
    rates = Rates(per_second=2, bulk_per_second=2)
    one = make(rates=rates, jump=True, worker="w1", shared_pace="token")
    two = make(rates=rates, jump=True, worker="w2", shared_pace="token", clock=one.clock)
    start = one.clock()
    await one.post(*(draft(chat, "bulk", Priority.CHECK_IN) for chat in range(1, 11)))
    await one.post(draft(77, "alert", Priority.ALERT))
    while await one.count(State.SENT) < 11:
        await asyncio.gather(one.delivery.deliver_due(), two.delivery.deliver_due())
    assert len(one.courier.began) + len(two.courier.began) == 11
    assert one.clock() - start >= timedelta(seconds=4.5)


class ShakyStore(Store):
    """A store of whose transactions only every third one works."""

    turn = 0

    async def run(self, work: Callable[[Unit], T]) -> T:
        self.turn += 1
        if self.turn % 3:
            raise OperationalError("COMMIT", None, Exception("database is locked"))
        return await super().run(work)


async def test_a_failing_database_loses_nothing(make: MakeRig, sqlite_url: str, keyring: Keyring) -> None:
    sound = make()
    numbers = await sound.post(*(draft(chat) for chat in range(1, 6)))
    shaky = Rig(ShakyStore(sqlite_url, keyring), jump=True)
    for _ in range(20):
        await shaky.delivery.deliver_due()
    await shaky.delivery.stop()
    await shaky.store.close()
    assert [(await sound.row(number)).state for number in numbers] == ["sent"] * 5
    assert len(shaky.courier.began) == 5


async def test_words_of_patients_are_not_logged(make: MakeRig, caplog: pytest.LogCaptureFixture) -> None:
    rig = make(jump=True)
    rig.react_fails = 100
    rig.courier.will(5, RuntimeError("swollen lips"))
    await rig.post(draft(5, body=Body(text="swollen lips")))
    await rig.delivery.deliver_due()
    assert "swollen" not in caplog.text
    assert "words of a patient" not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_every_row_is_sent_exactly_once_by_two_workers(make: MakeRig, any_store: Store) -> None:
    one, two = Rig(any_store), Rig(any_store, worker="w2")
    rows: list[OutboxRow] = [draft(chat, f"{chat}-{n}") for n in range(3) for chat in range(1, 15)]
    rows += [draft(chat, f"{chat}-bulk", Priority.CHECK_IN) for chat in range(1, 15)]
    await one.post(*rows)
    for _ in range(3):
        await asyncio.gather(one.delivery.deliver_due(), two.delivery.deliver_due())
    sent = one.courier.texts() + two.courier.texts()
    assert sorted(sent) == sorted(Body.model_validate_json(row.body).text for row in rows)
