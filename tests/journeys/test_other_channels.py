"""Alerts leave by other ways than Telegram: with each step, and at once when Telegram does not do its part."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.core.errors import SettingsError
from bot.emulator import FaultKind
from bot.store.tables import AlertLogRow, AuditRow, ChannelCallRow
from bot.usecases.channels import find_person, set_channels
from bot.wiring.flows import Flows
from bot.wiring.sources import new_id
from tests.support.clinic import Clinic, Person, open_clinic
from tests.support.hook import Hook, open_hook
from tests.support.scenes import cards, hard_to_breathe, white_patch

CLINICAL = ("breath", "Ana", "A.R.", "+34600", "cheek", "Face", "EMERGENCY", "white", "ER", "D1", "D2")


@pytest.fixture
def desk() -> Iterator[Hook]:
    """The clinic's own webhook."""
    with open_hook() as hook:
        yield hook


@pytest.fixture
def pager() -> Iterator[Hook]:
    """The webhook of one person."""
    with open_hook() as hook:
        yield hook


@pytest.fixture
async def clinic(sqlite_url: str, flows: Flows, desk: Hook) -> AsyncIterator[Clinic]:
    """A clinic with a webhook of its own."""
    async with open_clinic(sqlite_url, flows=flows, alert_urls=desk.url(), longest_call=5) as opened:
        yield opened


async def _gets(clinic: Clinic, name: str, hook: Hook) -> None:
    """This person is called by this webhook from now on."""
    now = clinic.now
    await clinic.app.store.run(
        lambda unit: set_channels(unit, new_id, now, "test", find_person(unit, name), [("webhook", hook.url())])
    )


async def _calls(clinic: Clinic) -> list[ChannelCallRow]:
    return await clinic.app.store.look(lambda unit: unit.many(ChannelCallRow, order_by=ChannelCallRow.id))


async def _at_the_edge(clinic: Clinic) -> Person:
    """Ana is asked; her next answer is a D1."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    return ana


async def test_a_d1_rings_at_each_step_until_somebody_takes_it(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    await _gets(clinic, "Dr. Vega", pager)
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    code = (await clinic.row_of(ana)).case_code
    for hook in (desk, pager):
        (text,) = hook.texts()
        assert text == (
            f"Alarm · Clinic Sol | Alarm: case {code}, Clinic Sol. It has just come in. Please open Telegram and take it."
            " If Telegram does not work, call +34 910 000 000."
        )
        assert not [word for word in CLINICAL if word in text]
    found = cards(clinic, "Dr. Vega")
    clinic.staff["Dr. Vega"].sees(
        found["group"], "Webhook to Dr. Vega: sent 12:00", "Webhook to Clinic Sol: sent 12:00"
    )
    await clinic.pass_time(minutes=5)
    for hook in (desk, pager):
        (text,) = hook.texts()
        assert "It has waited 5 minutes, and nobody has taken it." in text
    clinic.staff_skim()
    await clinic.staff["Dr. Vega"].taps("I take it")
    await clinic.pass_time(minutes=15)
    assert desk.texts() == pager.texts() == []
    what = [row.what for row in await clinic.app.store.look(lambda unit: unit.many(AlertLogRow))]
    assert what.count("channel_sent") == 4
    audits = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "channel_sent"))
    assert len(audits) == 4
    assert not [row for row in audits if "json://" in row.detail or "s3cret" in row.detail]


async def test_telegram_is_down_for_twenty_minutes(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    """Her press came in, nothing gets out: both webhooks ring at once, say so when the advice did not get through, and go on."""
    await _gets(clinic, "Dr. Vega", pager)
    ana = await _at_the_edge(clinic)
    ana.phone.press("▫️ Hard to breathe, or lips, tongue or throat swelling")
    assert await clinic.app.polling.poll_once(0) == 1
    clinic.fault(FaultKind.OUTAGE, until=(clinic.now + timedelta(minutes=20)).timestamp())
    await clinic.settle()
    assert len(desk.texts()) == len(pager.texts()) == 1
    await clinic.pass_time(minutes=2)
    (text,) = desk.texts()
    assert "NOT DELIVERED: as far as we know, the bot's message did not reach the patient." in text
    assert {task.patient_id for task in await clinic.open_tasks("undelivered")} == {(await clinic.row_of(ana)).id}
    await clinic.pass_time(minutes=18)
    assert len(desk.texts()) == 4, "5, 10, 15 and 20 minutes"
    await clinic.pass_time(minutes=6)
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "Webhook to Dr. Vega: sent")
    assert clinic.group is not None
    clinic.group.expects("A message was NOT DELIVERED", "The emergency advice did NOT reach the patient")


async def test_telegram_does_not_take_the_advice_for_a_minute(clinic: Clinic, desk: Hook) -> None:
    """429 for her chat: after 60 seconds somebody has her number, the card and the webhook say NOT DELIVERED."""
    ana = await _at_the_edge(clinic)
    clinic.fault(FaultKind.FLOOD, ana, retry_after=600, times=None)
    await ana.taps("Hard to breathe")
    card = clinic.staff["Dr. Vega"].expects("EMERGENCY", "on its way to her")
    assert "NOT DELIVERED" not in desk.texts()[0]
    await clinic.pass_time(seconds=59)
    assert not await clinic.open_tasks("undelivered")
    await clinic.pass_time(seconds=2)
    clinic.staff["Dr. Vega"].sees(card, "NOT DELIVERED: please phone her now")
    clinic.staff["Dr. Vega"].expects("A message was NOT DELIVERED", "+34600123456")
    (text,) = desk.texts()
    assert "It has waited 1 minute" in text and "NOT DELIVERED" in text
    assert len(await clinic.open_tasks("undelivered")) == 1
    await clinic.pass_time(minutes=3)
    assert desk.texts() == [], "said once"


async def test_the_person_on_call_blocked_the_bot(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    """An hour ago, so no card is even tried: her own channel rings all the same."""
    await _gets(clinic, "Dr. Vega", pager)
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await vega.does(vega.phone.block_bot)
    await clinic.pass_time(hours=1)
    await hard_to_breathe(clinic, ana)
    assert len(pager.texts()) == len(desk.texts()) == 1
    causes = {call.cause for call in await _calls(clinic)}
    assert causes == {"step"}


async def test_a_card_is_refused(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    """A D3 rings nobody while it is in time; the 403 of the on-call person's card does so at once."""
    await _gets(clinic, "Dr. Vega", pager)
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    clinic.fault(FaultKind.BLOCKED, clinic.staff["Dr. Vega"], times=None)
    await _a_d3(clinic, ana)
    (alert,) = await clinic.alerts()
    assert alert.level == "D3"
    assert len(pager.texts()) == len(desk.texts()) == 1
    assert {call.cause for call in await _calls(clinic)} == {"refused"}


async def test_a_d3_rings_when_it_is_overdue(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    await _gets(clinic, "Lola", pager)
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await _a_d3(clinic, ana)
    await clinic.pass_time(minutes=29)
    assert desk.texts() == pager.texts() == []
    await clinic.pass_time(minutes=1)
    (text,) = pager.texts()
    assert "Open alert: case" in text and "It has waited 30 minutes" in text
    assert len(desk.texts()) == 1


async def test_a_429_of_a_d3_rings_after_twenty_seconds(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    await _gets(clinic, "Dr. Vega", pager)
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    clinic.fault(FaultKind.FLOOD, clinic.staff["Dr. Vega"], retry_after=300, times=None)
    await _a_d3(clinic, ana)
    assert pager.texts() == []
    await clinic.pass_time(seconds=21)
    assert len(pager.texts()) == 1
    await clinic.pass_time(minutes=4)
    assert pager.texts() == [], "once for each card"


async def test_the_group_is_lost(clinic: Clinic, desk: Hook, pager: Hook) -> None:
    await _gets(clinic, "Lola", pager)
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await _a_d3(clinic, ana)
    assert desk.texts() == pager.texts() == []
    assert clinic.group is not None and clinic.group.chat is not None
    clinic.world.kick_bot(clinic.group.chat)
    await clinic.settle()
    assert len(desk.texts()) == len(pager.texts()) == 1


async def test_a_webhook_that_refuses_is_tried_again_with_growing_pauses(clinic: Clinic, desk: Hook) -> None:
    desk.status = 503
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    vega = clinic.staff["Dr. Vega"]
    card = vega.expects("EMERGENCY")
    vega.sees(card, "Webhook to Clinic Sol: failed 12:00")
    began, moments = clinic.now, []
    for _ in range(16):
        await clinic.pass_time(seconds=10)
        if desk.texts():
            moments.append((clinic.now - began).total_seconds())
    pauses = [later - earlier for earlier, later in pairwise([0, *moments])]
    assert pauses == [10, 20, 40, 80]
    desk.status = 200
    await clinic.pass_time(minutes=3)
    assert desk.texts()
    clinic.staff_skim()
    await vega.writes("/alerts")
    vega.skims()
    assert {call.state for call in await _calls(clinic)} == {"done"}


async def test_taking_stops_a_call_that_waits_for_its_next_try(clinic: Clinic, desk: Hook) -> None:
    desk.status = 500
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    await clinic.staff["Dr. Vega"].taps("I take it")
    desk.texts()
    await clinic.pass_time(minutes=19)
    assert desk.texts() == []
    assert [call.state for call in await _calls(clinic)] == ["failed"]


async def test_a_url_that_hangs_holds_nobody_up(sqlite_url: str, flows: Flows, desk: Hook, pager: Hook) -> None:
    """The hanging one is given up; the other one and Telegram have everything at once."""
    pager.hangs = True
    async with open_clinic(sqlite_url, flows=flows, alert_urls=desk.url(), longest_call=0.3) as clinic:
        await _gets(clinic, "Dr. Vega", pager)
        ana = await clinic.treat()
        await hard_to_breathe(clinic, ana)
        assert len(desk.texts()) == 1
        card = clinic.staff["Dr. Vega"].expects("EMERGENCY")
        clinic.staff["Dr. Vega"].sees(card, "Webhook to Dr. Vega: failed", "Webhook to Clinic Sol: sent")
        hanging = next(call for call in await _calls(clinic) if call.staff_id)
        assert (hanging.state, hanging.error) == ("pending", "no answer in time")
        pager.over.set()


async def test_a_d2_in_the_language_of_whoever_is_rung(clinic: Clinic, pager: Hook) -> None:
    await _gets(clinic, "Dr. Vega", pager)
    vega = await clinic.staff_row(clinic.staff["Dr. Vega"])
    await clinic.app.store.run(lambda unit: unit.change_one(type(vega), vega.id, language="ru"))
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    (text,) = pager.texts()
    assert text.startswith("Срочно · Clinic Sol | Срочно: код")


async def test_a_colleague_who_left_is_not_rung(clinic: Clinic, pager: Hook) -> None:
    await _gets(clinic, "Dr. Vega", pager)
    ana = await clinic.treat(injector="Dr. Marín")
    await clinic.remove("Dr. Vega")
    await hard_to_breathe(clinic, ana)
    assert pager.texts() == []


async def test_a_process_that_died_while_it_rang(clinic: Clinic, desk: Hook) -> None:
    """The call is found by its lease and made again."""
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    desk.texts()
    (call,) = await _calls(clinic)
    lease = {"state": "sending", "done_at": None, "lease_until": clinic.now}
    await clinic.app.store.run(lambda unit: unit.change_one(ChannelCallRow, call.id, **lease))
    await clinic.pass_time(seconds=25)
    assert len(desk.texts()) == 1


async def test_a_wrong_url_stops_the_start_and_is_not_shown(sqlite_url: str, flows: Flows) -> None:
    with pytest.raises(SettingsError) as error:
        async with open_clinic(sqlite_url, flows=flows, alert_urls="json://127.0.0.1/good nonsense://s3cret"):
            pass
    assert str(error.value).startswith("ALERT_URLS: number 2 is no Apprise URL")
    assert "s3cret" not in str(error.value)


async def _a_d3(clinic: Clinic, ana: Person) -> None:
    await ana.taps("Chest pain", "Done", "Had it, now gone")
