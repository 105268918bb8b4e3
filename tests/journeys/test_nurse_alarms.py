"""Digests go once, the canary flies through everything, drills are timed, and what was taken and forgotten rings again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from bot.emulator import FaultKind
from bot.store.tables import AlertRow, AuditRow, RunRow, StaffRow, TaskRow
from bot.store.tables_nurse import CanaryRow, DigestRow
from bot.usecases.channels import find_person, set_channels
from bot.usecases.figures import figures
from bot.usecases.synthetic import CANARY, DRILL
from bot.usecases.week import week
from bot.wiring.flows import Flows
from bot.wiring.sources import new_id
from tests.support.clinic import Clinic, Person, open_clinic
from tests.support.hook import Hook, open_hook
from tests.support.scenes import hard_to_breathe, white_patch

TESTER = 777_000_111


class Watcher:
    """The outside watcher of the heartbeat: it counts what it hears."""

    def __init__(self) -> None:
        self.heard = 0
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watcher.heard += 1
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/ping"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """An outside watcher."""
    made = Watcher()
    yield made
    made.close()


@pytest.fixture
def pager() -> Iterator[Hook]:
    """The webhook of one person."""
    with open_hook() as hook:
        yield hook


@asynccontextmanager
async def at_five(url: str, flows: Flows, **settings: Any) -> AsyncIterator[Clinic]:
    """Monday, five in the morning in Madrid."""
    async with open_clinic(url, flows=flows, begins=datetime(2026, 3, 2, 4, 0, tzinfo=UTC), **settings) as clinic:
        yield clinic


async def test_the_digest_goes_once_a_morning_also_after_a_restart(sqlite_url: str, flows: Flows) -> None:
    async with at_five(sqlite_url, flows, digest_hour=8) as clinic:
        ana = await clinic.treat()
        await white_patch(clinic, ana)
        ana.skims()
        clinic.staff_skim()
        code = (await clinic.row_of(ana)).case_code
        tuesday = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
        await clinic.pass_until(tuesday - timedelta(minutes=1))
        clinic.staff_skim()
        ana.skims()
        await clinic.pass_until(tuesday)
        assert clinic.group is not None
        for who in (clinic.group, clinic.staff["Lola"], clinic.staff["Dr. Vega"]):
            digest = who.expects("Good morning. Tue 3 March", "Open alerts: 1", code, "NOBODY has taken it")
            assert "Open tasks" in digest.text and "No answer since yesterday" in digest.text
            assert "Ana" not in digest.text
        await clinic.restart()
        await clinic.pass_time(minutes=1)
        for who in (clinic.group, clinic.staff["Lola"]):
            assert not [each for each in who.unread if "Good morning" in each.text]
        kept = await clinic.app.store.look(lambda unit: unit.many(DigestRow, order_by=DigestRow.id))
        assert [row.id for row in kept] == ["daily:2026-03-02", "daily:2026-03-03", "weekly:2026-03-02"]


async def test_the_digest_speaks_each_readers_language_and_names_gaps(sqlite_url: str, flows: Flows) -> None:
    async with at_five(sqlite_url, flows, digest_hour=8) as clinic:
        lola = await clinic.staff_row(clinic.staff["Lola"])
        await clinic.app.store.run(lambda unit: unit.change_one(StaffRow, lola.id, language="ru"))
        begins = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)
        clinic.app.clinic.cover_gaps = lambda unit, made, now: [(begins, begins + timedelta(hours=8))]
        await clinic.pass_until(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
        clinic.staff["Lola"].expects("Доброе утро", "Некого было бы вызвать", "7 марта")
        clinic.staff["Lola"].expects("Последние 7 дней")
        assert clinic.group is not None
        clinic.group.expects("Good morning", "Nobody would be called", "Sat 7 March, 22:00 to Sun 8 March, 06:00")
        clinic.group.expects("The last 7 days", "Check-ins answered: 0 of 0")


async def test_the_figures_of_a_week(clinic: Clinic) -> None:
    ana = await clinic.treat()
    bea = await clinic.treat("Bea Soto")
    await clinic.to_check_in("c1", bea)
    await bea.is_well()
    await ana.taps("Hard to breathe")
    vega = clinic.staff["Dr. Vega"]
    await clinic.pass_time(minutes=3)
    await vega.taps("Contacted")
    await clinic.pass_time(minutes=1)
    await vega.taps("she is fine")
    await vega.taps("Close")
    await vega.taps("Resolved")
    await vega.taps("👎")
    now = clinic.now
    found = await clinic.app.store.look(
        lambda unit: week(unit, clinic.app.clinic, now - timedelta(days=7), now + timedelta(minutes=1))
    )
    assert (found.asked, found.answered, found.sessions) == (2, 1, 2)
    assert dict(found.alerts) == {"D1": 1}
    assert found.per_100_sessions == 50
    assert (found.useful, found.not_useful) == (0, 1)
    rounded = {step: round(wait[0]) for step, wait in found.waits.items() if wait is not None}
    assert rounded == {"seen": 3, "taken": 4, "contacted": 4}
    assert found.yields[0].alerted == 1 and found.yields[0].otherwise == 1
    assert all(each.answered >= each.otherwise >= each.alerted for each in found.yields)


async def _ticks(clinic: Clinic, minutes: int) -> None:
    """Time passes as it does for a process that ticks: the canary waits for no row that is due."""
    for _ in range(2 * minutes):
        await clinic.pass_time(seconds=30)


async def test_the_canary_flies_and_only_then_the_heart_beats(sqlite_url: str, flows: Flows, watcher: Watcher) -> None:
    async with open_clinic(
        sqlite_url, flows=flows, canary_chat_id=TESTER, canary_minutes=10, heartbeat_url=watcher.url
    ) as clinic:
        # The test recipient has not started the bot yet: Telegram accepts nothing, and no heartbeat goes.
        await _ticks(clinic, 21)
        assert watcher.heard == 0
        phone = clinic.world.user(id=TESTER, first_name="Tester", started=True)
        tester = Person(clinic, phone, "the test recipient")
        await _ticks(clinic, 21)
        assert watcher.heard == 2
        tester.expects("EMERGENCY", "Call 112 now")
        tester.expects("EMERGENCY (D1)", "case CANARY")
        for who in clinic.staff.values():
            assert not [each for each in who.unread if "CANARY" in each.text]
        assert clinic.group is not None
        assert not [each for each in clinic.group.unread if "CANARY" in each.text]
        stages = await clinic.app.store.look(lambda unit: unit.many(CanaryRow, order_by=CanaryRow.slot))
        assert {row.stage for row in stages[:2]} == {"failed"} and stages[-1].stage == "seen"
        await clinic.restart()
        await _ticks(clinic, 10)
        assert watcher.heard == 3
        clinic.fault(FaultKind.OUTAGE, until=(clinic.now + timedelta(minutes=15)).timestamp())
        await _ticks(clinic, 14)
        assert watcher.heard == 3
        await _ticks(clinic, 20)
        assert watcher.heard >= 4
        figured = await clinic.app.store.look(lambda unit: figures(unit, clinic.now))
        assert figured.patients == {} and figured.alerts == {}
        assert await clinic.app.store.look(lambda unit: unit.count(TaskRow, TaskRow.patient_id == CANARY)) == 0
        now = clinic.now
        found = await clinic.app.store.look(
            lambda unit: week(unit, clinic.app.clinic, now - timedelta(days=7), now + timedelta(minutes=1))
        )
        assert found.asked == 0 and found.alerts == {} and found.yields == ()
        await clinic.staff["Lola"].writes("/patients")
        clinic.staff["Lola"].expects("No patient found")
        runs = await clinic.app.store.look(lambda unit: unit.count(RunRow, RunRow.patient_id == CANARY))
        assert runs == 1
        assert await clinic.app.store.look(lambda unit: unit.count(AlertRow, AlertRow.patient_id == CANARY)) <= 1


async def test_the_canary_leaves_the_chats_of_people_alone(sqlite_url: str, flows: Flows, watcher: Watcher) -> None:
    async with open_clinic(sqlite_url, flows=flows, canary_chat_id=TESTER, heartbeat_url=watcher.url) as clinic:
        lola = await clinic.staff_row(clinic.staff["Lola"])
        await clinic.app.store.run(lambda unit: unit.change_one(StaffRow, lola.id, chat_id=TESTER))
        await _ticks(clinic, 21)
        assert watcher.heard == 0
        rounds = await clinic.app.store.look(lambda unit: unit.many(CanaryRow, order_by=CanaryRow.slot))
        assert rounds[-1].stage == "failed" and rounds[-1].ended_at == rounds[-1].started_at


async def test_a_drill_is_timed_and_marked(clinic: Clinic) -> None:
    lola, vega = clinic.staff["Lola"], clinic.staff["Dr. Vega"]
    await vega.writes("/drill")
    vega.expects("Only a lead or admin")
    await lola.writes("/drill")
    lola.expects("The drill has begun")
    card = vega.expects("DRILL: no patient is in danger", "case DRILL")
    assert clinic.group is not None
    clinic.group.expects("DRILL: no patient is in danger")
    lola.expects_nothing()
    await lola.writes("/drill")
    lola.expects("under way already")
    await clinic.pass_time(minutes=5)
    clinic.staff["Dr. Marín"].expects("DRILL", "Nobody has taken this yet")
    clinic.group.expects("DRILL", "Nobody has taken this yet")
    await clinic.staff["Dr. Marín"].taps("Contacted")
    await clinic.pass_time(seconds=30)
    await clinic.staff["Dr. Marín"].taps("Back")
    assert "taken" in await clinic.staff["Dr. Marín"].taps("I take it")
    for who in (lola, clinic.group):
        who.expects("Drill over", "Seen after 30", "taken after 33", "by Dr. Marín")
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.closed_reason, alert.patient_id) == ("closed", "drill", DRILL)
    vega.sees(card, "the drill is over") if not card.edited else None
    assert (await clinic.app.store.look(lambda unit: figures(unit, clinic.now))).alerts == {}
    assert await clinic.tasks() == []
    audit = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "start_drill"))
    assert audit[0].actor == (await clinic.staff_row(lola)).id


async def test_nobody_takes_a_drill(clinic: Clinic) -> None:
    await clinic.staff["Lola"].writes("/drill")
    await clinic.pass_time(minutes=16)
    clinic.staff["Lola"].expects("nobody took it within 15 minutes")
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.next_at) == ("closed", None)
    clinic.staff_skim()
    await clinic.pass_time(hours=2)
    await clinic.the_end()


async def test_taken_and_forgotten_rings_the_other_channels_again(clinic: Clinic, pager: Hook) -> None:
    now = clinic.now
    await clinic.app.store.run(
        lambda unit: set_channels(unit, new_id, now, "t", find_person(unit, "Dr. Vega"), [("webhook", pager.url())])
    )
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    assert len(pager.texts()) == 1
    vega = clinic.staff["Dr. Vega"]
    await vega.taps("I take it")
    await clinic.pass_time(minutes=19)
    assert pager.texts() == []
    await clinic.pass_time(minutes=2)
    (text,) = pager.texts()
    assert "raised 20 minutes ago and taken, but no contact is noted" in text
    assert "Ana" not in text and "breath" not in text
    await vega.taps("Contacted")
    await vega.taps("No answer")
    await clinic.pass_time(minutes=9)
    assert pager.texts() == []
    await clinic.pass_time(minutes=2)
    assert len(pager.texts()) == 1
    await vega.taps("Contacted")
    await vega.taps("sent to the ER")
    await clinic.pass_time(hours=3)
    assert pager.texts() == []
