"""Intake: order within a chat, chats in parallel, nothing twice, nothing lost, and what cannot be handled."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.core.post.message import Body, Priority
from bot.cycle.take_inbox import Intake, Unreadable
from bot.store import inbox
from bot.store.engine import Store
from bot.store.tables import AuditRow, InboxRow
from bot.store.unit import Unit
from tests.cycle.rig import Rig, StillClock, draft
from tests.support.rows import NOW


class Room:
    """An intake whose handler writes what it saw, and fails as often as it is told to."""

    def __init__(self, store: Store, *, before_commit: Callable[[Unit], None] = lambda unit: None) -> None:
        self.store = store
        self.clock = StillClock()
        self.failing: dict[int, list[Exception]] = {}
        self.dead: list[int] = []
        self.intake = Intake(
            store, self._handle, self.clock, on_dead=self._on_dead, before_commit=before_commit, at_once=4
        )

    async def receive(self, *updates: tuple[int, int]) -> None:
        """Keep updates: (number, chat)."""
        await self.store.run(lambda unit: inbox.put(unit, [(n, chat, "{}") for n, chat in updates], NOW))

    async def handled(self) -> list[tuple[str, str]]:
        """(chat, number) of every effect that was committed, in order."""
        rows = await self.store.look(lambda unit: unit.many(AuditRow, order_by=AuditRow.id))
        return [(row.subject, row.verb) for row in rows]

    async def row(self, number: int) -> InboxRow:
        return await self.store.look(lambda unit: unit.get(InboxRow, number))

    def _handle(self, unit: Unit, row: InboxRow) -> None:
        unit.insert(AuditRow(at=NOW, actor="test", verb=str(row.update_id), subject=str(row.chat_id)))
        if self.failing.get(row.update_id):
            raise self.failing[row.update_id].pop()

    def _on_dead(self, unit: Unit, row: InboxRow) -> None:
        self.dead.append(row.update_id)
        unit.insert(AuditRow(at=NOW, actor="test", verb="dead", subject=str(row.chat_id)))


@pytest.fixture
def room(sqlite_store: Store) -> Room:
    return Room(sqlite_store)


def of_chat(chat: int, numbers: Iterable[int]) -> list[tuple[str, str]]:
    return [(str(chat), str(number)) for number in numbers]


async def test_every_update_is_taken_once_and_in_order_for_its_chat(any_store: Store) -> None:
    room = Room(any_store)
    await room.receive(*((number, number % 7) for number in range(1, 71)))
    await room.receive((3, 3), (70, 0))
    await room.intake.take_all()
    handled = await room.handled()
    assert len(handled) == 70
    for chat in range(7):
        assert [pair for pair in handled if pair[0] == str(chat)] == of_chat(
            chat, (number for number in range(1, 71) if number % 7 == chat)
        )
    assert (await room.row(70)).state == "done"


async def test_a_nudge_is_enough_and_more_nudges_do_no_harm(room: Room) -> None:
    await room.receive((1, 5), (2, 5), (3, 6))
    for _ in range(3):
        room.intake.nudge([5, 6, 7])
    await room.intake.take_all()
    assert sorted(await room.handled()) == [("5", "1"), ("5", "2"), ("6", "3")]


async def test_two_processes_share_the_work(any_store: Store) -> None:
    one, two = Room(any_store), Room(any_store)
    await one.receive(*((number, number % 5) for number in range(1, 51)))
    for _ in range(3):
        await asyncio.gather(one.intake.take_all(), two.intake.take_all())
    assert len(await one.handled()) == 50


async def test_an_update_that_fails_is_rolled_back_and_tried_again_and_what_came_after_it_waits(room: Room) -> None:
    room.failing[1] = [ValueError("once")]
    await room.receive((1, 5), (2, 5), (3, 6))
    await room.intake.take_all()
    assert await room.handled() == of_chat(6, [3])
    row = await room.row(1)
    assert (row.state, row.tries, row.retry_at) == ("pending", 1, NOW + timedelta(seconds=1))
    room.clock.advance(seconds=1)
    await room.intake.take_all()
    assert await room.handled() == of_chat(6, [3]) + of_chat(5, [1, 2])


async def test_after_the_last_try_it_is_dead_staff_are_told_and_the_next_is_taken(room: Room) -> None:
    room.failing[1] = [ValueError("always")] * 10
    await room.receive((1, 5), (2, 5))
    for _ in range(10):
        await room.intake.take_all()
        room.clock.advance(seconds=16)
    assert room.dead == [1]
    assert await room.handled() == [("5", "dead"), ("5", "2")]
    row = await room.row(1)
    assert (row.state, row.tries) == ("dead", len(inbox.PAUSES) + 1)


async def test_what_cannot_be_read_is_dead_at_once_and_the_next_is_taken_without_waiting(room: Room) -> None:
    room.failing[1] = [Unreadable("no chat_instance")]
    await room.receive((1, 5), (2, 5))
    await room.intake.take_all()
    assert room.dead == [1]
    assert await room.handled() == [("5", "dead"), ("5", "2")]
    assert (await room.row(1)).retry_at is None


async def test_neither_the_log_nor_the_row_holds_the_words_of_an_error(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.failing[1] = [ValueError("my lips are" + " white")]
    await room.receive((1, 5))
    await room.intake.take_all()
    assert (await room.row(1)).error.startswith("ValueError at test_take_inbox.py:")
    assert "white" not in caplog.text + (await room.row(1)).error
    assert "ValueError" in caplog.text


async def test_a_failing_failure_leaves_the_update_for_the_next_tick(room: Room) -> None:
    room.failing[1] = [Unreadable("bad")]
    failures = [OperationalError("UPDATE", None, Exception("locked"))]

    def on_dead(unit: Unit, row: InboxRow) -> None:
        if failures:
            raise failures.pop()
        room.dead.append(row.update_id)

    def handle(unit: Unit, row: InboxRow) -> None:
        raise Unreadable

    intake = Intake(room.store, handle, room.clock, on_dead=on_dead)
    await room.receive((1, 5))
    await intake.take_all()
    assert ((await room.row(1)).state, room.dead) == ("pending", [])
    await intake.take_all()
    assert ((await room.row(1)).state, room.dead) == ("dead", [1])


async def test_a_restart_goes_on_where_the_process_ended(sqlite_store: Store) -> None:
    killed = Room(sqlite_store)
    await killed.receive(*((number, 5) for number in range(1, 21)))
    taken = 0

    def handle(unit: Unit, row: InboxRow) -> None:
        nonlocal taken
        taken += 1
        unit.insert(AuditRow(at=NOW, actor="test", verb=str(row.update_id), subject=str(row.chat_id)))
        if taken == 8:
            raise asyncio.CancelledError  # what a kill looks like from inside: nothing more of this process runs

    intake = Intake(sqlite_store, handle, killed.clock, on_dead=handle)
    intake.nudge([5])
    await intake.stop(within=5)
    before = len(await killed.handled())
    assert before < 20
    restarted = Room(sqlite_store)
    await restarted.intake.take_all()
    assert await restarted.handled() == of_chat(5, range(1, 21))


async def test_stop_takes_no_more(room: Room) -> None:
    await room.receive(*((number, 5) for number in range(1, 50)))
    room.intake.nudge([5])
    await room.intake.stop(within=5)
    count = len(await room.handled())
    assert count < 49
    room.intake.nudge([5])
    await room.intake.take_all()
    assert len(await room.handled()) == count


async def test_the_answer_is_claimed_in_the_transaction_of_its_update(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store)

    def handle(unit: Unit, row: InboxRow) -> None:
        unit.insert(draft(row.chat_id, body=Body(text=f"to {row.update_id}"), priority=Priority.ANSWER))
        unit.nudge(row.chat_id)

    intake = Intake(sqlite_store, handle, rig.clock, on_dead=handle, before_commit=rig.delivery.claim_at_birth)
    await sqlite_store.run(lambda unit: inbox.put(unit, [(1, 5, "{}"), (2, 6, "{}"), (3, 5, "{}")], NOW))
    await intake.take_all()
    await rig.delivery.deliver_due()
    assert sorted(rig.courier.texts()) == ["to 1", "to 2", "to 3"]
    assert [text for text in rig.courier.texts() if text != "to 2"] == ["to 1", "to 3"]
    await rig.delivery.stop()


async def born(room: Room, *updates: tuple[int, int]) -> set[int]:
    """Keep updates as the ingress does, and handle at once what may be; the chats that are left."""

    def keep(unit: Unit) -> set[int]:
        kept = [(n, chat, "{}") for n, chat in updates]
        return room.intake.take_at_birth(unit, inbox.put(unit, kept, NOW))

    return await room.store.run(keep)


async def test_a_few_updates_are_handled_in_the_transaction_that_keeps_them(any_store: Store) -> None:
    room = Room(any_store)
    assert await born(room, (1, 5), (2, 6), (3, 6)) == {6}
    assert await room.handled() == [("5", "1"), ("6", "2")]
    assert [(await room.row(number)).state for number in (1, 2, 3)] == ["done", "done", "pending"]
    # Sent again by Telegram, they do nothing more.
    assert await born(room, (1, 5)) == set()
    await room.intake.take_all()
    assert await room.handled() == [("5", "1"), ("6", "2"), ("6", "3")]


async def test_one_that_fails_at_birth_is_kept_alone_undone_and_counted_by_its_lane(any_store: Store) -> None:
    room = Room(any_store)
    room.failing[1] = [ValueError("twice"), ValueError("twice")]
    assert await born(room, (1, 5), (2, 6)) == {5}
    assert await room.handled() == [("6", "2")]
    assert ((await room.row(1)).state, (await room.row(1)).tries) == ("pending", 0)
    await room.intake.take_all()
    assert (await room.row(1)).tries == 1
    room.clock.advance(seconds=1)
    await room.intake.take_all()
    assert await room.handled() == [("6", "2"), ("5", "1")]


async def test_what_an_update_that_fails_at_birth_wanted_to_send_is_forgotten(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store)
    failing = [ValueError("after the message was written")]

    def handle(unit: Unit, row: InboxRow) -> None:
        unit.insert(draft(row.chat_id, body=Body(text=f"to {row.update_id}"), priority=Priority.ANSWER))
        unit.nudge(row.chat_id)
        if row.chat_id == 5 and failing:
            raise failing.pop()

    intake = Intake(sqlite_store, handle, rig.clock, on_dead=handle, before_commit=rig.delivery.claim_at_birth)

    def keep(unit: Unit) -> set[int]:
        kept = [(1, 5, "{}"), (2, 6, "{}")]
        left = intake.take_at_birth(unit, inbox.put(unit, kept, NOW))
        assert unit.nudged == set()
        return left

    assert await sqlite_store.run(keep) == {5}
    await rig.delivery.deliver_due()
    assert rig.courier.texts() == ["to 2"]
    await rig.delivery.stop()


async def test_a_crowd_is_left_to_the_lanes_but_for_a_few(room: Room) -> None:
    left = await born(room, *((number, number) for number in range(1, 21)))
    assert left == set(range(5, 21))
    room.intake.nudge(left)
    await room.intake.take_all()
    assert len(await room.handled()) == 20


async def test_nothing_is_taken_at_birth_after_stop(room: Room) -> None:
    await room.intake.stop(within=1)
    assert await born(room, (1, 5)) == {5}
    assert await room.handled() == []
    assert (await room.row(1)).state == "pending"
