"""A bad day at Telegram: blocked, flooded, cut, silent, away. Nothing is lost, and staff are told the truth."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.emulator import FaultKind
from bot.store.tables import InboxRow, PatientRow
from bot.usecases.clinic import Heard, Screening
from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, Person, open_clinic
from tests.support.scenes import cards, hard_to_breathe, white_patch


async def _at_the_edge(clinic: Clinic) -> Person:
    """Ana is one press away from a D2."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey", "Done")
    ana.skims()
    return ana


def _advice(clinic: Clinic, patient: Person) -> int:
    return sum("not be getting enough blood" in words for chat, words in clinic.accepted() if chat == patient.phone.id)


async def test_blocked_before_the_advice(clinic: Clinic) -> None:
    """403: every card says NOT DELIVERED, and somebody phones at once."""
    ana = await _at_the_edge(clinic)
    press = ana.phone.press("Yes")
    clinic.fault(FaultKind.BLOCKED, ana, times=None)
    await clinic.settle()
    assert press.answer is not None
    assert clinic.group is not None
    for who in (clinic.staff["Dr. Vega"], clinic.group):
        who.expects("ER NOW (D2)", "NOT DELIVERED: please phone her now", "+34600123456")
        who.expects("A message was NOT DELIVERED", "The emergency advice did NOT reach the patient")
        who.skims()
    ana.expects_nothing()
    row = await clinic.row_of(ana)
    assert not row.reachable
    await clinic.staff["Dr. Vega"].writes("/patient Ana")
    clinic.staff["Dr. Vega"].expects("Gets no messages", "phone only")


async def test_she_blocks_the_bot_and_comes_back(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(ana.phone.block_bot)
    assert clinic.group is not None
    for who in (clinic.staff["Dr. Vega"], clinic.group):
        who.expects("A message was NOT DELIVERED: phone the patient", "A.R.")
    await clinic.to_check_in("c1")
    clinic.group.expects("Phone the patient: no answer to a check-in")
    clinic.staff_skim()
    await ana.does(ana.phone.unblock_bot)
    await clinic.to_check_in("c2")
    ana.expects("this is your check-in")
    await clinic.staff["Dr. Vega"].writes("/patient Ana")
    assert "Gets no messages" not in clinic.staff["Dr. Vega"].expects("active").text


async def test_telegram_asks_the_alerts_to_wait(clinic: Clinic) -> None:
    """429 on the group's card: it comes when Telegram allows; the person on call is not kept waiting."""
    ana = await _at_the_edge(clinic)
    assert clinic.group is not None
    clinic.fault(FaultKind.FLOOD, clinic.group, retry_after=90)
    await ana.taps("Yes")
    ana.expects("Your skin may not be getting enough blood")
    ana.skims()
    clinic.staff["Dr. Vega"].expects("ER NOW (D2)")
    clinic.group.expects_nothing()
    await clinic.pass_time(seconds=91)
    clinic.group.expects("ER NOW (D2)")
    await clinic.the_end()


async def test_telegram_asks_the_advice_to_wait(clinic: Clinic) -> None:
    ana = await _at_the_edge(clinic)
    clinic.fault(FaultKind.FLOOD, ana, method="sendMessage", retry_after=30)
    await ana.taps("Yes")
    card = cards(clinic, "Dr. Vega")["group"]
    ana.sees(card, "on its way to her")
    await clinic.pass_time(seconds=31)
    ana.expects("Your skin may not be getting enough blood")
    ana.sees(card, "delivered at 12:00")
    assert _advice(clinic, ana) == 1


@pytest.mark.parametrize(
    ("kind", "times", "copies"),
    [
        (FaultKind.ERROR_BEFORE, 1, 1),
        (FaultKind.ERROR_AFTER, 1, 2),
        (FaultKind.CUT_BEFORE, 1, 1),
        (FaultKind.CUT_AFTER, 1, 2),
        (FaultKind.NOT_JSON, 1, 2),
        (FaultKind.ERROR_AFTER, 9, 2),
        (FaultKind.CUT_BEFORE, 9, 0),
    ],
)
async def test_the_fate_of_the_advice_is_unclear(clinic: Clinic, kind: FaultKind, times: int, copies: int) -> None:
    """Twice beats never, and never three times; when it stays unclear, the cards say so and somebody phones."""
    ana = await _at_the_edge(clinic)
    clinic.fault(kind, ana, method="sendMessage", times=times)
    await ana.taps("Yes")
    await clinic.pass_time(seconds=30)
    assert clinic.group is not None
    for who in (clinic.staff["Dr. Vega"], clinic.group):
        card = who.expects("ER NOW (D2)")
        who.sees(card, "delivered at 12:00" if times == 1 else "delivery unknown: please phone her")
        if times > 1:
            who.expects("A message was NOT DELIVERED", "The emergency advice did NOT reach the patient")
    assert len([message for message in ana.unread if "enough blood" in message.text]) == copies
    (alert,) = await clinic.alerts()
    assert alert.state == "sent"


@pytest.fixture
async def hasty(sqlite_url: str, flows: Flows) -> AsyncIterator[Clinic]:
    """A clinic that gives up a call after a third of a second."""
    async with open_clinic(sqlite_url, flows=flows, longest_send=0.3) as opened:
        yield opened


@pytest.mark.parametrize(("kind", "copies"), [(FaultKind.HANG_BEFORE, 1), (FaultKind.HANG_AFTER, 2)])
async def test_telegram_never_answers(hasty: Clinic, kind: FaultKind, copies: int) -> None:
    """The line hangs on the advice: it is given up, and sent once more; the alerts do not wait for it."""
    ana = await _at_the_edge(hasty)
    hasty.fault(kind, ana, method="sendMessage")
    await ana.taps("Yes")
    await hasty.pass_time(seconds=10)
    assert len([message for message in ana.unread if "enough blood" in message.text]) == copies
    card = cards(hasty, "Dr. Vega")["group"]
    ana.sees(card, "delivered at 12:00")


async def test_twenty_minutes_without_telegram(clinic: Clinic) -> None:
    """Telegram goes away in the moment of a D1: as soon as it is back staff know, and what is unclear is said."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    ana.phone.press("▫️ Hard to breathe, or lips, tongue or throat swelling")
    assert await clinic.app.polling.poll_once(0) == 1
    back = clinic.now + timedelta(minutes=20)
    clinic.fault(FaultKind.OUTAGE, until=back.timestamp())
    await clinic.settle()
    (alert,) = await clinic.alerts()
    await clinic.pass_time(minutes=19)
    for who in (*clinic.staff.values(), ana):
        who.expects_nothing()
    await clinic.pass_time(minutes=6)
    assert clinic.group is not None
    for who in (*clinic.staff.values(), clinic.group):
        who.expects("EMERGENCY (D1)", "delivery unknown: please phone her")
    assert [task.kind for task in await clinic.open_tasks("undelivered")]
    await clinic.staff["Lola"].taps("I take it")
    ana.expects("Lola", "has seen this")
    assert [row.state for row in await clinic.alerts()] == ["taken"]
    assert alert.level == "D1"


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
async def test_the_group_becomes_a_supergroup(clinic: Clinic, told: bool) -> None:
    """Its id changes: by Telegram's word, or by the refusal of the next message. No alert is lost."""
    ana = await clinic.treat()
    assert clinic.group is not None and clinic.group.chat is not None
    clinic.staff_skim()
    new = clinic.world.migrate(clinic.group.chat)
    if not told:
        clinic.world.updates.clear()
    clinic.group = Person(clinic, clinic.group.phone, "the supergroup", new)
    await white_patch(clinic, ana)
    found = cards(clinic, "Dr. Vega")
    await clinic.in_group("Lola").taps("I take it")
    ana.expects("Lola", "has seen this")
    ana.sees(found["group"], "Taken by Lola")
    await clinic.pass_time(minutes=1)
    clinic.group.skims()  # the supergroup is a forum: she has a topic with a second card
    await clinic.the_end()


async def test_the_bot_is_thrown_out_of_the_group(clinic: Clinic) -> None:
    """The lead and the person on call hear of it; an alert goes to each person at once."""
    ana = await clinic.treat()
    assert clinic.group is not None and clinic.group.chat is not None
    clinic.world.kick_bot(clinic.group.chat)
    await clinic.settle()
    for name in ("Dr. Vega", "Lola"):
        clinic.staff[name].expects("The staff group does not take the bot's messages any more")
    await white_patch(clinic, ana)
    for name in ("Dr. Vega", "Dr. Marín", "Lola"):
        clinic.staff[name].expects("ER NOW (D2)")
    await clinic.staff["Lola"].taps("I take it")
    ana.expects("Lola", "has seen this")
    clinic.staff["Dr. Vega"].expects("The staff group does not take the bot's messages any more", "OVERDUE")
    clinic.staff["Dr. Vega"].skims()
    await clinic.the_end()
    clinic.group.chat.set_bot_admin(True)
    await clinic.settle()
    assert not [task for task in await clinic.open_tasks("other") if task.cause.startswith("group_lost")]


async def test_the_person_on_call_has_blocked_the_bot(clinic: Clinic) -> None:
    """Her card is refused: the others get theirs now, not after five minutes."""
    ana = await _at_the_edge(clinic)
    clinic.fault(FaultKind.BLOCKED, clinic.staff["Dr. Vega"], times=None)
    await ana.taps("Yes")
    assert clinic.group is not None
    clinic.staff["Dr. Vega"].expects_nothing()
    for who in (clinic.staff["Dr. Marín"], clinic.staff["Lola"], clinic.group):
        who.expects("ER NOW (D2)")
    clinic.group.expects("Dr. Vega gets no messages from the bot any more")
    ana.skims()
    await clinic.the_end()


async def test_an_update_that_cannot_be_read(clinic: Clinic) -> None:
    """It is kept and staff are told at once; what came after it, from her and from others, goes on."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    ana.phone.send_raw({"callback_query": {"from": {"id": ana.phone.id}, "data": 7}})
    ana.phone.type("how much is the next session?")
    await clinic.settle()
    assert clinic.group is not None
    clinic.group.expects("Please read and answer", "The bot could not read a message")
    clinic.group.expects("A.R. writes", "how much is the next session?")
    clinic.staff_skim()
    ana.expects("our team will read this")
    ana.skims()
    dead = await clinic.app.store.look(lambda unit: unit.many(InboxRow, InboxRow.state == "dead"))
    assert len(dead) == 1
    await ana.taps("None of these")
    ana.expects("2 of")


async def test_raw_garbage_does_not_stop_anybody(clinic: Clinic) -> None:
    ana = await clinic.treat()
    for update in (
        {"message": {"message_id": "x"}},
        {"callback_query": 7},
        {"message": None},
        {"something_new": {"chat": {"id": ana.phone.id}}},
        {"edited_message": {"chat": {"id": ana.phone.id}}},
    ):
        ana.phone.send_raw(dict(update))
    await clinic.settle()
    clinic.staff_skim()
    await ana.writes("/next")
    ana.expects("Your next check-in comes on")


class Once:
    """A screening that fails the first time, as a bug would."""

    def __init__(self, real: Screening) -> None:
        self._real = real
        self.failed = 0

    def __call__(self, text: str, asked: str | None) -> Heard:
        if not self.failed:
            self.failed += 1
            raise RuntimeError("a bug")
        return self._real(text, asked)


async def test_a_handler_fails_once(clinic: Clinic) -> None:
    """Nothing of the failed try is left; the second try a second later has its effect once, and the order is kept."""
    ana = await clinic.treat()
    clinic.app.clinic.screening = once = Once(clinic.app.clinic.screening)
    ana.phone.type("how much is the next session?")
    ana.phone.type("/next")
    await clinic.settle()
    assert once.failed == 1
    assert [("Our team" in each.text, "next check-in comes" in each.text) for each in ana.unread] == [
        (True, False),
        (False, True),
    ]
    assert clinic.group is not None
    clinic.group.expects("A.R. writes")
    clinic.group.expects("Please read and answer")
    ana.skims()
    await clinic.the_end()


async def test_the_same_press_under_two_numbers(clinic: Clinic) -> None:
    """Telegram repeats an update, and a press under a new number: it counts once."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    clinic.fault(FaultKind.DUPLICATE_UPDATE, ana)
    await ana.taps("None of these")
    ana.expects("2 of")
    ana.expects_nothing()
    clinic.fault(FaultKind.PRESS_AGAIN, ana)
    await ana.taps("None of these")
    asked = [message.text for message in ana.unread]
    assert len(asked) == 1, asked


async def test_a_phone_that_is_gone(clinic: Clinic) -> None:
    """The account was deleted: 403 at the next check-in, and staff phone."""
    ana = await clinic.treat()
    ana.phone.deactivate()
    await clinic.to_check_in("c1")
    await clinic.settle()
    row = await clinic.app.store.look(lambda unit: unit.first(PatientRow, PatientRow.chat_id == ana.phone.id))
    assert row is not None and not row.reachable
    assert clinic.group is not None
    clinic.group.expects("A message was NOT DELIVERED")


async def test_an_emergency_while_everything_else_is_flooded(clinic: Clinic) -> None:
    """429 for every chat but hers: the advice goes at once, the alerts when they may."""
    ana = await clinic.treat()
    assert clinic.group is not None
    for who in (clinic.group, clinic.staff["Dr. Vega"]):
        clinic.fault(FaultKind.FLOOD, who, retry_after=20)
    await hard_to_breathe(clinic, ana)
    await clinic.pass_time(seconds=21)
    cards(clinic, "Dr. Vega")
    await clinic.the_end()
