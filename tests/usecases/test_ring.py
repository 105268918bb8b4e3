"""Calls of other channels on both databases: one open call each, claimed by one worker, found by their indexes."""

import pytest
from sqlalchemy import text

from bot.core.post.channel import Channel
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.tables import AlertLogRow, AlertRow, ChannelCallRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.late import ring_late
from bot.usecases.ring import Call, calls_left_behind, claim_calls, ring, settle_call, stop_ringing
from bot.wiring.app import build_clinic
from tests.cycle.rig import StillClock
from tests.support import rows
from tests.support.clinic import KEY, real_flows

DESK = Channel("c-desk", "webhook", "json://127.0.0.1/s3cret")


@pytest.fixture
def clinic() -> Clinic:
    """A clinic with a webhook of its own."""
    settings = Settings(
        _env_file=None,
        telegram_token="7000000001:token-of-the-tests",
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
    )
    made = build_clinic(settings, real_flows())
    made.channels = (DESK,)
    return made


class Desk:
    """One open D1 of p1, and a colleague st1 with a webhook."""

    def __init__(self, store: Store, clinic: Clinic) -> None:
        self.store, self.clinic, self.clock = store, clinic, StillClock()

    async def opens(self) -> None:
        def family(unit: Unit) -> None:
            rows.insert_family(unit)
            unit.change_one(AlertRow, "a1", level="D1", card=CARD)
            unit.insert(rows.staff_channel())

        await self.store.run(family)

    async def rings(self, cause: str = "step", *, later: bool = False) -> int:
        now = self.clock()
        since = now if later else None
        return await self.store.run(
            lambda unit: ring(unit, self.clinic, now, unit.get(AlertRow, "a1"), ["st1"], cause, since=since)
        )

    async def claims(self, worker: str = "w1", *, busy: tuple[str, ...] = ()) -> list[Call]:
        now = self.clock()
        return await self.store.run(lambda unit: claim_calls(unit, self.clinic, now, worker, 60, 9, busy))

    async def settles(self, call: Call, error: str = "") -> None:
        now = self.clock()
        await self.store.run(lambda unit: settle_call(unit, self.clinic, now, call.id, error))

    async def calls(self) -> list[ChannelCallRow]:
        return await self.store.look(lambda unit: unit.many(ChannelCallRow, order_by=ChannelCallRow.id))


CARD = '{"case_code":"K7M2","initials":"A","phone":"","procedure":"Face","sites":"lips","day":1,"hour":3}'


@pytest.fixture
async def desk(any_store: Store, clinic: Clinic) -> Desk:
    """The clinic's desk on this database."""
    made = Desk(any_store, clinic)
    await made.opens()
    return made


async def test_one_open_call_for_each_channel(desk: Desk) -> None:
    assert await desk.rings() == 2
    assert await desk.rings() == 0
    first, second = await desk.claims()
    assert {first.channel_id, second.channel_id} == {"c-desk", "cn1"}
    assert await desk.claims("w2") == [], "another worker finds nothing"
    assert await desk.rings() == 0, "under way"
    for call in (first, second):
        await desk.settles(call)
    assert await desk.rings("late", later=True) == 0, "called since"
    desk.clock.advance(seconds=1)
    assert await desk.rings("late", later=True) == 2
    assert "s3cret" not in repr((first, DESK))


async def test_a_busy_channel_is_left_alone(desk: Desk) -> None:
    await desk.rings()
    (call,) = await desk.claims(busy=("cn1",))
    assert call.channel_id == "c-desk"


async def test_a_step_of_the_ladder_does_not_wait_for_the_pause(desk: Desk) -> None:
    await desk.rings()
    for call in await desk.claims():
        await desk.settles(call, "not accepted")
    assert await desk.claims() == []
    desk.clock.advance(seconds=1)
    await desk.rings()
    assert len(await desk.claims()) == 2
    log = await desk.store.look(lambda unit: unit.find_all(AlertLogRow, alert_id="a1"))
    assert [(row.what, row.detail) for row in log] == [("channel_failed", "webhook")] * 2


async def test_who_takes_it_stops_what_waits_and_nothing_begins_after(desk: Desk) -> None:
    await desk.rings()
    going, _ = await desk.claims()

    def take(unit: Unit) -> None:
        stop_ringing(unit, unit.get(AlertRow, "a1"))
        unit.change_one(AlertRow, "a1", state="taken", taken_by="st1")

    await desk.store.run(take)
    await desk.settles(going, "not accepted")
    assert await desk.rings() == 0
    desk.clock.advance(minutes=9)
    assert await desk.claims() == []
    states = {call.channel_id: call.state for call in await desk.calls()}
    assert states[going.channel_id] == "failed"


async def test_a_call_that_was_taken_meanwhile_is_not_made(desk: Desk) -> None:
    await desk.rings()
    await desk.store.run(lambda unit: unit.change_one(AlertRow, "a1", state="taken", taken_by="st1"))
    assert await desk.claims() == []
    assert {call.state for call in await desk.calls()} == {"dropped"}


async def test_a_channel_that_is_gone(desk: Desk) -> None:
    await desk.rings()
    desk.clinic.channels = ()
    assert [call.channel_id for call in await desk.claims()] == ["cn1"]
    gone = next(call for call in await desk.calls() if call.channel_id == "c-desk")
    assert (gone.state, gone.error) == ("failed", "the channel was removed")


async def test_what_a_dead_process_left_is_tried_again(desk: Desk) -> None:
    await desk.rings()
    await desk.claims()
    desk.clock.advance(seconds=61)
    assert await desk.store.run(lambda unit: calls_left_behind(unit, desk.clinic, desk.clock())) == 2
    desk.clock.advance(seconds=10)
    assert len(await desk.claims()) == 2


@pytest.mark.parametrize(("level", "state"), [("D4", "sent"), ("D1", "taken"), ("D1", "contacted")])
async def test_what_rings_nobody(desk: Desk, level: str, state: str) -> None:
    await desk.store.run(lambda unit: unit.change_one(AlertRow, "a1", level=level, state=state, taken_by="st1"))
    assert await desk.rings() == 0


async def test_late_cards_ring_once_each(desk: Desk) -> None:
    card = rows.outbox(priority=2, chat_id=77, kind="alert_card", alert_id="a1")
    await desk.store.run(lambda unit: unit.insert(card))
    await desk.store.run(lambda unit: unit.change_one(StaffRow, "st1", chat_id=77))
    for seconds, calls in ((19, 0), (1, 2), (5, 2)):
        desk.clock.advance(seconds=seconds)
        await desk.store.run(lambda unit: ring_late(unit, desk.clinic, desk.clock()))
        assert len(await desk.calls()) == calls
    assert {call.cause for call in await desk.calls()} == {"late"}


async def test_a_url_that_does_not_open_stops_neither_the_alert_nor_the_others(desk: Desk) -> None:
    """Sealed with a key that is gone, or damaged: the clinic's own channel rings, and this one is put off."""
    damaged = text("UPDATE staff_channel SET url = :junk")
    await desk.store.run(lambda unit: unit.connection.execute(damaged, {"junk": b"junk that was never sealed here"}))
    assert await desk.rings() == 2
    assert [call.channel_id for call in await desk.claims()] == ["c-desk"]
    stuck = next(call for call in await desk.calls() if call.channel_id == "cn1")
    assert (stuck.state, stuck.error) == ("pending", "could not be prepared")
    assert stuck.due_at > desk.clock()
