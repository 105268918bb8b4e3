"""A red flag in a sentence, whenever it comes: after the course, at night, from somebody who had blocked the bot."""

from datetime import timedelta

from bot.core.post.message import Body
from bot.store.tables import CheckInRow, OutboxRow, SessionRow
from bot.store.unit import Unit
from tests.support.clinic import Clinic, Person, in_english

RED = "my lips are huge n cant breath"


def _is_told(clinic: Clinic, ana: Person) -> None:
    ana.expects("EMERGENCY", "If this is happening now", "Call 112 now")
    ana.expects("Is this happening to you now?")
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "UNCONFIRMED", RED)
    assert clinic.group is not None
    clinic.group.expects("A.R. writes", RED)


async def _silence_counts(clinic: Clinic) -> None:
    await clinic.pass_time(minutes=2, seconds=5)
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", False)


async def test_after_the_course(clinic: Clinic) -> None:
    """All check-ins are over and her sessions are closed: she is asked all the same, by the newest session's script."""
    ana = await clinic.treat()
    clinic.staff_skim()

    def over(unit: Unit) -> None:
        unit.change(CheckInRow, CheckInRow.state == "planned", state="done", ended_at=clinic.now)
        unit.change(SessionRow, SessionRow.state == "open", state="closed")

    await clinic.app.store.run(over)
    clinic.clock.move_to(clinic.now + timedelta(days=200))
    await clinic.settle()
    clinic.staff_skim()
    ana.skims()
    await ana.writes(RED)
    _is_told(clinic, ana)
    await _silence_counts(clinic)


async def test_in_quiet_hours(clinic: Clinic) -> None:
    """At three in the morning by her clock."""
    ana = await clinic.treat(ended_ago=timedelta(hours=3))
    await clinic.pass_until((clinic.now + timedelta(days=1)).replace(hour=2, minute=0))
    ana.skims()
    clinic.staff_skim()
    await ana.writes(RED)
    _is_told(clinic, ana)
    await _silence_counts(clinic)


async def test_from_somebody_who_had_blocked_the_bot(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(ana.phone.block_bot)
    clinic.staff_skim()
    await ana.does(ana.phone.unblock_bot)
    await ana.writes(RED)
    _is_told(clinic, ana)
    await _silence_counts(clinic)


async def test_before_consent(clinic: Clinic) -> None:
    """Nothing is asked about her health yet; she has the number, and a person calls her."""
    ana = await clinic.treat(enrolled=False)
    await in_english(ana)
    ana.skims()
    await ana.writes(RED)
    assert "112" in ana.unread[0].text
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW", RED)
    assert not await clinic.alerts()


async def test_it_passes_everything_that_waits_for_her(clinic: Clinic) -> None:
    """Her chat has a queue of answers: the advice goes before them."""
    ana = await clinic.treat()
    for number in range(8):
        ana.phone.type(f"and what about number {number}?")
    ana.phone.type(RED)
    await clinic.settle()
    rows = await clinic.app.store.look(lambda unit: unit.many(OutboxRow, OutboxRow.kind == "advice"))
    (advice,) = rows
    assert advice.sent_at is not None and advice.sent_at - advice.made_at < timedelta(seconds=1)
    assert "EMERGENCY" in Body.model_validate_json(advice.body).text
