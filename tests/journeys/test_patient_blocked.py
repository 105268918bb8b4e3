"""A patient who blocks the bot, comes back, or cannot be reached when a check-in is due."""

from bot.emulator.faults import Fault, FaultKind
from bot.store.tables import CheckInRow
from tests.support.clinic import Clinic, Person


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def test_blocked_and_back(clinic: Clinic) -> None:
    """Staff hear of it at once and phone; a check-in that falls due meanwhile is a call; back, it goes on."""
    ana = await clinic.treat()
    await ana.does(ana.phone.block_bot)
    _group(clinic).expects("A message was NOT DELIVERED: phone the patient", "A.R.", "+34600123456")
    clinic.staff["Dr. Vega"].expects("NOT DELIVERED")
    clinic.staff_skim()
    await clinic.to_check_in("c1")
    _group(clinic).expects("Phone the patient: no answer to a check-in")
    assert (await clinic.check_in("c1")).state == "no_answer"
    clinic.staff_skim()
    vega = clinic.staff["Dr. Vega"]
    await vega.writes(f"/patient {(await clinic.row_of(ana)).case_code}")
    vega.expects("Gets no messages (blocked the bot or left): phone only")
    ana.expects_nothing()
    await clinic.pass_time(hours=1)
    clinic.staff_skim()
    await ana.does(lambda: ana.phone.start())
    ana.expects("What I can do")
    assert (await clinic.row_of(ana)).reachable
    await clinic.to_check_in("c2")
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("fits normal healing")
    clinic.staff_skim()
    await clinic.the_end()


async def test_blocked_in_the_middle_of_a_red_flag(clinic: Clinic) -> None:
    """The advice does not arrive: staff phone now, and the card says so."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey")
    ana.skims()
    await ana.does(ana.phone.block_bot)
    clinic.staff_skim()
    await clinic.pass_time(minutes=2, seconds=10)
    vega = clinic.staff["Dr. Vega"]
    vega.expects("ER NOW (D2)")
    cards = [message.text for message in vega.phone.messages() if "ER NOW (D2)" in message.text]
    assert any("NOT DELIVERED" in card for card in cards)
    assert "undelivered" in [task.kind for task in await clinic.open_tasks()]
    ana.expects_nothing()


async def test_a_deleted_account(clinic: Clinic) -> None:
    """Telegram says nothing until the check-in is refused; then it is a task."""
    ana = await clinic.treat()
    ana.phone.deactivate()
    await clinic.to_check_in("c1")
    await clinic.pass_time(seconds=10)
    _group(clinic).expects("NOT DELIVERED")
    assert not (await clinic.row_of(ana)).reachable
    kinds = [task.kind for task in await clinic.open_tasks()]
    assert set(kinds) == {"undelivered"}
    clinic.staff_skim()
    # What is due next is a phone call from the start.
    await clinic.to_check_in("c2")
    assert (await clinic.check_in("c2")).state == "no_answer"
    assert "phone_call" in [task.kind for task in await clinic.open_tasks()]


async def test_a_check_in_whose_fate_is_unknown(clinic: Clinic) -> None:
    """The line is cut after the request: it may have arrived, so it is not sent blindly again; silence is noticed."""
    ana = await clinic.treat()
    clinic.world.faults.add(Fault(FaultKind.CUT_AFTER, method="sendMessage", chat_id=ana.phone.id))
    await clinic.to_check_in("c1")
    await clinic.pass_time(seconds=30)
    greetings = [message for message in ana.unread if "Hello Ana" in message.text]
    assert len(greetings) == 1
    await ana.is_well()
    assert "fits normal healing" in ana.unread[-1].text
    row = await clinic.app.store.look(lambda unit: unit.first(CheckInRow, CheckInRow.step == "c1"))
    assert row is not None
    assert row.state == "done"
