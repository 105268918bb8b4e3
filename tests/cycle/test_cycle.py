"""One tick: a step that raises stops no other, a row that raises stops no other, and the heartbeat tells the truth."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.cycle.cycle import Cycle
from bot.cycle.metronome import Metronome
from bot.emulator import FaultKind
from bot.store.tables import AlertRow, RunRow
from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, open_clinic, real_flows


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts, read once."""
    return real_flows()


@pytest.fixture
async def clinic(sqlite_url: str, flows: Flows) -> AsyncIterator[Clinic]:
    """A clinic on SQLite."""
    async with open_clinic(sqlite_url, flows=flows) as opened:
        yield opened


class Beats:
    """The outside watcher, as far as the cycle sees it."""

    def __init__(self) -> None:
        self.heard = 0

    async def __call__(self) -> None:
        self.heard += 1


class BrokenIntake:
    """An intake whose step raises each time."""

    async def wake(self) -> None:
        raise RuntimeError("the inbox cannot be read")


def cycle_of(clinic: Clinic, beats: Beats, intake: object | None = None) -> Cycle:
    app = clinic.app
    return Cycle(app.store, app.clinic, clinic.clock, intake or app.intake, app.delivery, heartbeat=beats)  # type: ignore[arg-type]


async def test_a_step_that_raises_stops_no_other(clinic: Clinic) -> None:
    ana = await clinic.treat()
    clinic.app.cycle = cycle_of(clinic, Beats(), BrokenIntake())
    await clinic.to_check_in("c1")
    ana.expects("this is your check-in")


async def test_the_heartbeat_comes_only_while_promises_are_kept(clinic: Clinic) -> None:
    beats = Beats()
    cycle = cycle_of(clinic, beats)
    await cycle.tick()
    await cycle.tick()
    assert beats.heard == 1
    clinic.clock.move_to(clinic.now + timedelta(seconds=61))
    await cycle.tick()
    assert beats.heard == 2


async def test_no_heartbeat_while_a_promise_is_broken(clinic: Clinic) -> None:
    """A message that is tried again and again and never goes: the outside watcher hears nothing more until it went."""
    beats = Beats()
    ana = await clinic.treat()
    clinic.app.cycle = cycle = cycle_of(clinic, beats)
    await clinic.settle()
    heard = beats.heard
    assert heard == 1
    # Telegram knows the token no more: nothing goes out, and advice grows old.
    fault = clinic.fault(FaultKind.UNAUTHORIZED, times=None)
    await ana.writes("/next")
    await clinic.pass_time(minutes=2)
    assert {promise.name for promise in cycle.kept if promise.broken} == {"urgent_messages_sent"}
    broken_at = beats.heard
    await clinic.pass_time(minutes=2)
    assert beats.heard == broken_at
    clinic.world.faults.lift(fault)
    await clinic.pass_time(minutes=2)
    ana.expects("Your next check-in")
    assert beats.heard > broken_at


async def test_a_row_that_raises_stops_no_other(clinic: Clinic) -> None:
    """Ana's alert and run cannot be read any more; Bea's alert climbs, and somebody phones Ana."""
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    await clinic.to_check_in("c1", bea)
    for patient in (ana, bea):
        await patient.taps("Hard to breathe")
    clinic.staff_skim()
    who = await clinic.row_of(ana)
    await clinic.app.store.run(
        lambda unit: (
            unit.change(AlertRow, AlertRow.patient_id == who.id, card="nonsense")
            + unit.change(RunRow, RunRow.patient_id == who.id, body="nonsense")
        )
    )
    for patient in (ana, bea):
        patient.skims()
    await clinic.pass_time(minutes=6)
    assert clinic.group is not None
    clinic.group.expects("Nobody has taken this yet", "B.S.")
    clinic.group.expects("Phone the patient NOW", "A.R.", "The bot could not go on with this patient by itself")
    bea.expects("Nobody from our team has confirmed yet")
    alerts = {alert.patient_id: alert for alert in await clinic.alerts()}
    next_at = alerts[who.id].next_at
    assert next_at is not None
    assert next_at > clinic.now


async def test_the_metronome_ticks_at_once_and_again() -> None:
    ticks = asyncio.Semaphore(0)

    async def tick() -> None:
        ticks.release()

    metronome = Metronome(tick, 0.01)
    metronome.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await ticks.acquire()
    metronome.stop()
    metronome.stop()
