"""What happens with an open alert, for every state and level: somebody always hears of it again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.core.alert.escalate import (
    Alert,
    AlertState,
    Decision,
    Why,
    after_contact,
    after_no_answer,
    after_taking,
    escalate,
)
from bot.core.alert.policy import Tell
from bot.core.level import Level
from tests.core.alert.ladders import NOW, an_alert, minutes, policy

ALERTED = (Level.D1, Level.D2, Level.D3, Level.D4)
OPEN = tuple(state for state in AlertState if state is not AlertState.CLOSED)


def climbed(alert: Alert, decision: Decision) -> Alert:
    return alert.model_copy(update={"step": decision.step, "rounds": decision.rounds, "next_at": decision.next_at})


@pytest.mark.parametrize("level", ALERTED)
@pytest.mark.parametrize("state", AlertState)
def test_every_state_and_level(state: AlertState, level: Level) -> None:
    alert = an_alert(level, state)
    if state is AlertState.CLOSED:
        with pytest.raises(ValueError, match="closed"):
            escalate(alert, policy(), NOW)
        return
    decision = escalate(alert, policy(), NOW)
    assert decision.tell
    assert decision.next_at > NOW
    match state:
        case AlertState.SENT | AlertState.SEEN:
            assert decision.why is Why.NEW
            assert decision.tell == policy().ladder(level).steps[0].tell
        case AlertState.TAKEN:
            assert decision.why is Why.TAKEN_NOT_CONTACTED
            assert decision.next_at == after_taking(policy(), NOW) == minutes(20)
            assert decision.tell == policy().ladder(level).steps[-1].tell
        case _:
            assert decision.why is Why.NOT_CLOSED
            assert decision.next_at == after_contact(policy(), NOW)


def test_the_steps_of_a_d1() -> None:
    alert, told = an_alert(), []
    for _ in range(5):
        decision = escalate(alert, policy(), alert.next_at)
        told.append(((alert.next_at - NOW) / timedelta(minutes=1), decision.why, decision.tell, decision.rounds))
        alert = climbed(alert, decision)
    last = (Tell.LEAD, Tell.EVERYONE, Tell.GROUP)
    assert told == [
        (0, Why.NEW, (Tell.ON_CALL, Tell.INJECTOR, Tell.GROUP), 0),
        (5, Why.NOT_TAKEN, (Tell.SECOND, Tell.ON_CALL, Tell.GROUP), 0),
        (10, Why.NOT_TAKEN, last, 0),
        (15, Why.NOT_TAKEN, last, 1),
        (20, Why.NOT_TAKEN, last, 2),
    ]


def test_after_an_outage_nobody_is_left_out() -> None:
    decision = escalate(an_alert(Level.D2), policy(), minutes(60))
    assert decision.step == 4
    assert set(decision.tell) == {Tell.ON_CALL, Tell.INJECTOR, Tell.GROUP, Tell.SECOND, Tell.LEAD, Tell.EVERYONE}
    assert len(set(decision.tell)) == len(decision.tell)
    assert decision.next_at == minutes(65)


def test_the_patient_does_not_answer_the_phone() -> None:
    tried = an_alert(state=AlertState.TAKEN, no_answers=1)
    decision = escalate(tried, policy(), NOW)
    assert (decision.why, decision.next_at) == (Why.PATIENT_UNREACHED, after_no_answer(policy(), NOW))
    assert after_no_answer(policy(), NOW) == minutes(10)
    often = escalate(an_alert(Level.D4, AlertState.TAKEN, no_answers=3), policy(), NOW)
    assert Tell.LEAD in often.tell


def test_a_level_that_rose_climbs_from_then() -> None:
    risen = an_alert(Level.D1).model_copy(update={"level_at": minutes(30), "next_at": minutes(30)})
    decision = escalate(risen, policy(), minutes(30))
    assert (decision.step, decision.next_at) == (1, minutes(35))


@settings(deadline=None)
@given(
    st.sampled_from(ALERTED),
    st.sampled_from(OPEN),
    st.integers(0, 9),
    st.integers(0, 99),
    st.integers(0, 9),
    st.integers(0, 10_000),
)
def test_an_open_alert_always_has_a_next_time(
    level: Level, state: AlertState, step: int, rounds: int, no_answers: int, late: int
) -> None:
    alert = an_alert(level, state, step=step, rounds=rounds, no_answers=no_answers)
    decision = escalate(alert, policy(), minutes(late))
    assert decision.tell
    assert minutes(late) < decision.next_at <= minutes(late) + timedelta(hours=24)
    assert decision.step >= alert.step
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


class Ladder(RuleBasedStateMachine):
    """A clinic that takes, drops, phones and sleeps; the cycle comes at any time."""

    alert: Alert
    now: datetime
    told: list[tuple[datetime, tuple[Tell, ...]]]

    @initialize(level=st.sampled_from(ALERTED))
    def raise_it(self, level: Level) -> None:
        self.alert, self.now, self.told = an_alert(level), NOW, []
        self.cycle()

    def cycle(self) -> None:
        if self.alert.next_at <= self.now:
            decision = escalate(self.alert, policy(), self.now)
            assert decision.next_at > self.now
            self.told.append((self.now, decision.tell))
            self.alert = climbed(self.alert, decision)

    @rule(late=st.integers(1, 2000))
    def time_passes(self, late: int) -> None:
        self.now += timedelta(minutes=late)
        self.cycle()

    @rule()
    def the_cycle_runs_at_its_time(self) -> None:
        self.now = max(self.now, self.alert.next_at)
        before = len(self.told)
        self.cycle()
        assert len(self.told) == before + 1

    @rule()
    def somebody_sees_it(self) -> None:
        if self.alert.state is AlertState.SENT:
            self.alert = self.alert.model_copy(update={"state": AlertState.SEEN})

    @rule()
    def somebody_takes_it(self) -> None:
        next_at = after_taking(policy(), self.now)
        self.alert = self.alert.model_copy(update={"state": AlertState.TAKEN, "next_at": next_at})

    @rule()
    def nobody_answers_the_phone(self) -> None:
        if self.alert.state is AlertState.TAKEN:
            tries, next_at = self.alert.no_answers + 1, after_no_answer(policy(), self.now)
            self.alert = self.alert.model_copy(update={"no_answers": tries, "next_at": next_at})

    @rule()
    def it_gets_worse(self) -> None:
        self.alert = an_alert(Level.D1).model_copy(update={"level_at": self.now, "next_at": self.now})
        self.cycle()
        self.now += timedelta(minutes=5)
        self.cycle()
        told = {who for at, tell in self.told if at >= self.alert.level_at for who in tell}
        assert Tell.SECOND in told

    @invariant()
    def there_is_a_next_time(self) -> None:
        assert self.alert.next_at > self.now


TestLadder = Ladder.TestCase
TestLadder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
