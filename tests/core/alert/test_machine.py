"""Random staff, patients and clocks over the ladder: an open alert always has a next step in time, a closed one never fires."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.alert.escalate import Alert, AlertState, after_contact, after_no_answer, after_taking, escalate
from bot.core.alert.policy import Tell
from bot.core.level import Level
from tests.core.alert.ladders import policy

BEGINS = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
"""The evening before clocks are put back in Europe."""
OPEN = (AlertState.SENT, AlertState.SEEN)


class Ladder(RuleBasedStateMachine):
    """One alert under the clinic's policy. The cycle runs when it wants to, also much too late (an outage)."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = policy()
        self.now = BEGINS
        self.alert = Alert(level=Level.D3, state=AlertState.SENT, level_at=BEGINS, next_at=BEGINS)
        self.closed = False
        self.told: set[Tell] = set()
        self.late = timedelta(0)

    @initialize(level=st.sampled_from([Level.D1, Level.D2, Level.D3]))
    def raised(self, level: Level) -> None:
        self.alert = self.alert.model_copy(update={"level": level})
        self._cycle()

    @rule(minutes=st.integers(0, 240))
    def time_passes(self, minutes: int) -> None:
        """The cycle is alive: it is there at each moment that is due."""
        until = self.now + timedelta(minutes=minutes)
        while not self.closed and self.alert.next_at <= until:
            self.now = max(self.now, self.alert.next_at)
            self._cycle()
        self.now = until

    @rule(minutes=st.integers(1, 600))
    def outage(self, minutes: int) -> None:
        """Nothing runs for a while; then everything that is overdue is done at once."""
        self.now += timedelta(minutes=minutes)
        if not self.closed and self.alert.next_at <= self.now:
            self._cycle()

    @precondition(lambda self: not self.closed and self.alert.state in OPEN)
    @rule()
    def somebody_looks(self) -> None:
        self._set(state=AlertState.SEEN)

    @precondition(lambda self: not self.closed and self.alert.state in OPEN)
    @rule()
    def somebody_takes_it(self) -> None:
        self._set(state=AlertState.TAKEN, next_at=after_taking(self.policy, self.now))

    @precondition(lambda self: not self.closed)
    @rule(answered=st.booleans())
    def somebody_calls(self, answered: bool) -> None:
        if answered:
            self._set(state=AlertState.CONTACTED, no_answers=0, next_at=after_contact(self.policy, self.now))
        else:
            tries = self.alert.no_answers + 1
            self._set(state=AlertState.TAKEN, no_answers=tries, next_at=after_no_answer(self.policy, self.now))

    @precondition(lambda self: not self.closed and self.alert.level is not Level.D1)
    @rule()
    def she_gets_worse(self) -> None:
        worse = Level.D1 if self.alert.level is Level.D2 else Level.D2
        self._set(
            level=worse, state=AlertState.SENT, step=0, rounds=0, no_answers=0, level_at=self.now, next_at=self.now
        )
        self._cycle()

    @precondition(lambda self: not self.closed and self.alert.state is AlertState.CONTACTED)
    @rule()
    def somebody_closes_it(self) -> None:
        self._set(state=AlertState.CLOSED)
        self.closed = True

    @invariant()
    def an_open_alert_has_a_next_step_within_its_promise(self) -> None:
        if self.closed:
            return
        assert self.alert.next_at > self.now, "what was due is done, so the next step lies ahead"
        assert self.alert.next_at - self.now <= self._promise()

    @invariant()
    def a_closed_alert_never_fires(self) -> None:
        if self.closed:
            with pytest.raises(ValueError, match="closed"):
                escalate(self.alert, self.policy, self.now)

    def _promise(self) -> timedelta:
        ladder = self.policy.ladder(self.alert.level)
        match self.alert.state:
            case AlertState.TAKEN:
                most = max(self.policy.taken_again_min, self.policy.unanswered_again_min)
            case AlertState.CONTACTED:
                most = self.policy.contacted_close_min
            case _:
                steps = [step.after_min for step in ladder.steps]
                pauses = [later - earlier for earlier, later in pairwise(steps)]
                most = max([*pauses, ladder.then_every_min])
                assert most <= ladder.acknowledge_min or self.alert.level is not Level.D1
        return timedelta(minutes=most)

    def _cycle(self) -> None:
        decision = escalate(self.alert, self.policy, self.now)
        assert decision.tell, "a step always tells somebody"
        self._set(step=decision.step, rounds=decision.rounds, next_at=decision.next_at)

    def _set(self, **values: object) -> None:
        self.alert = self.alert.model_copy(update=values)


TestLadder = Ladder.TestCase
TestLadder.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
