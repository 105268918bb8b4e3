"""The same promise with rows: whatever staff, faults and clocks do, an open alert goes on and a closed one is still."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.alert.escalate import Outcome
from bot.core.errors import Refused
from bot.core.level import Level
from bot.settings import Settings
from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import AlertRow, ChannelCallRow, OutboxRow, PatientRow, PolicyRow, RunRow, ShiftRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.escalate_alert import escalate_due
from bot.usecases.handle_alert import close_alert, contact_alert, mark_useful, see_alert, take_alert
from bot.usecases.leave import mark
from bot.wiring.app import build_clinic
from tests.support import rows
from tests.support.clinic import KEY, real_flows

T = TypeVar("T")
STAFF = ("st1", "st2", "st3")
CARD = '{"case_code":"K7M2","initials":"A","phone":"","procedure":"Face","sites":"lips","day":1,"hour":3}'


@cache
def template() -> Path:
    """A migrated database to copy."""
    folder = Path(mkdtemp(prefix="aftercare-machine-"))
    migrate.upgrade(f"sqlite:///{folder / 'template.sqlite3'}")
    return folder / "template.sqlite3"


@cache
def the_clinic() -> Clinic:
    """The clinic with its real scripts and policy."""
    made = Settings(
        _env_file=None,
        telegram_token="7000000001:token-of-the-tests",
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
    )
    return build_clinic(made, real_flows())


class Desk(RuleBasedStateMachine):
    """One D1 and three of staff; the cycle ticks each minute unless the process is down."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="aftercare-machine-"))
        copyfile(template(), self.folder / "desk.sqlite3")
        self.loop = asyncio.new_event_loop()
        self.store = Store(f"sqlite:///{self.folder / 'desk.sqlite3'}", Keyring.from_text(KEY))
        self.clinic, self.now = the_clinic(), rows.NOW
        self.cards_when_closed = -1
        self._run(self._begin)
        self.tick()

    def teardown(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        rmtree(self.folder)

    def _run(self, work: Callable[[Unit], T]) -> T:
        return self.loop.run_until_complete(self.store.run(work))

    def _begin(self, unit: Unit) -> None:
        rows.insert_family(unit)
        policy = self.clinic.policy
        unit.insert_new(PolicyRow(id=policy.revision, policy=policy.model_dump_json(), published_at=self.now))
        unit.change_one(AlertRow, "a1", level="D1", card=CARD, policy=policy.revision)
        unit.change_one(PatientRow, "p1", chat_id=77, stage="active")
        unit.change_one(RunRow, "r1", state="ended", ended_at=self.now)
        unit.change_one(StaffRow, "st1", role="clinician", chat_id=11)
        unit.insert(rows.staff(id="st2", role="lead", chat_id=12))
        unit.insert(rows.staff(id="st3", role="reception", chat_id=13))
        unit.insert(ShiftRow(id="sh1", staff_id="st1", rank=1, starts_at=self.now - timedelta(days=1)))

    @rule()
    def tick(self) -> None:
        """The cycle looks."""
        self._run(lambda unit: escalate_due(unit, self.clinic, self.now))

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.tick()

    @rule(hours=st.integers(1, 15))
    def the_process_is_down(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.tick()

    @rule(who=st.sampled_from(STAFF), reachable=st.booleans())
    def somebody_blocks_the_bot(self, who: str, reachable: bool) -> None:
        self._run(lambda unit: unit.change_one(StaffRow, who, reachable=reachable))

    @rule(who=st.sampled_from(STAFF), act=st.sampled_from(("see", "take", "close", "useful", "deceased", *Outcome)))
    def staff_act(self, who: str, act: str) -> None:
        """A press, also one that is not allowed or comes too late; twice in the same second."""

        def work(unit: Unit) -> None:
            staff, now = unit.get(StaffRow, who), self.now
            match act:
                case "see":
                    see_alert(unit, now, staff, unit.get(AlertRow, "a1"))
                case "take":
                    take_alert(unit, self.clinic, now, staff, "a1")
                case "close":
                    close_alert(unit, self.clinic, now, staff, "a1", "resolved")
                case "useful":
                    mark_useful(unit, self.clinic, now, staff, "a1", useful=True)
                case "deceased":
                    mark(unit, self.clinic, now, staff, unit.get(PatientRow, "p1"), "deceased")
                case _:
                    contact_alert(unit, self.clinic, now, staff, "a1", Outcome(act))

        for _ in range(2):
            try:
                self._run(work)
            except Refused:
                continue

    @invariant()
    def the_promise_holds(self) -> None:
        def look(unit: Unit) -> tuple[AlertRow, int, int]:
            cards = unit.count(OutboxRow, OutboxRow.kind == "alert_card")
            return unit.get(AlertRow, "a1"), cards, unit.count(ChannelCallRow, ChannelCallRow.state == "pending")

        alert, cards, calls = self._run(look)
        if alert.state == "closed":
            assert alert.next_at is None and alert.closed_by and alert.closed_reason
            if self.cards_when_closed < 0:
                self.cards_when_closed = cards
            assert cards == self.cards_when_closed, "a closed alert told somebody again"
            assert calls == 0
            return
        assert self.cards_when_closed < 0, "a closed alert opened by itself"
        assert cards > 0
        assert alert.next_at is not None and alert.next_at > self.now
        policy, ladder = self.clinic.policy, self.clinic.policy.ladder(Level.D1)
        most = {
            "taken": max(policy.taken_again_min, policy.unanswered_again_min),
            "contacted": policy.contacted_close_min,
        }.get(alert.state, max(ladder.acknowledge_min, ladder.then_every_min))
        assert alert.next_at - self.now <= timedelta(minutes=most)


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
