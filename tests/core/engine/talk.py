"""A conversation with the real face script, one input at a time, by a clock that only the test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.core.care.plan import sets_of
from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import AlertRaised, Event, Input, Opened, Signal, Tapped, TimedOut, Typed, WentBack
from bot.core.engine.run import Run, RunKind, RunState, Subject
from bot.core.flow.conditions import Facts
from bot.core.flow.model import Phase, QuestionKind, Script
from bot.core.level import Level
from tests.flows.loaded import scripts

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday, 10:00 in Madrid."""
ZONE = "Europe/Madrid"
ORDER = ("recorded picked noted out_of_date", "advice_given", "alert_raised", "task_raised fell_silent reminded",
         "asked ended")  # fmt: skip
RANK = {kind: place for place, kinds in enumerate(ORDER) for kind in kinds.split()}

E = TypeVar("E")


def face() -> Script:
    """The real script."""
    return scripts()["face"]


def a_run(
    *,
    check_in: str = "c3",
    hour: float = 24,
    sites: tuple[str, ...] = ("cheek",),
    modifiers: tuple[str, ...] = (),
    kind: RunKind = RunKind.PLANNED,
    sets: tuple[str, ...] | None = None,
    zone: str = ZONE,
    t0: datetime = T0,
) -> Run:
    """A run that is about to be opened."""
    script = face()
    entry = script.plan.check_in(check_in)
    facts = Facts({}, 0, 0, "face", frozenset(sites), frozenset(modifiers))
    if sets is None:
        sets = sets_of(entry, facts) if entry and kind is RunKind.PLANNED else script.plan.on_demand_sets
    return Run(
        id="0123456789ab",
        revision=script.revision,
        kind=kind,
        step=check_in,
        phase=entry.phase if entry else Phase.EARLY,
        sets=sets,
        subjects=(Subject(session_id="s", procedure="face", t0=t0, zone=zone, sites=sites, modifiers=modifiers),),
        opened_at=t0 + timedelta(hours=hour),
    )


@dataclass(slots=True)
class Talk:
    """Gives inputs and keeps what came of them; every turn is held to the promises that all turns make."""

    run: Run
    now: datetime
    script: Script = field(default_factory=face)
    turns: list[Turn] = field(default_factory=list)

    def give(self, given: Input) -> tuple[Event, ...]:
        """One turn."""
        turn = advance(self.script, self.run, given, self.now)
        promised(self.run, turn)
        self.run = turn.run
        self.turns.append(turn)
        return turn.events

    @property
    def events(self) -> list[Event]:
        """Everything that followed so far."""
        return [event for turn in self.turns for event in turn.events]

    def all(self, kind: type[E]) -> list[E]:
        """The events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def last(self, kind: type[E]) -> E:
        """The event of this kind in the last turn; there must be one."""
        return next(event for event in self.turns[-1].events if isinstance(event, kind))

    @property
    def kinds(self) -> list[str]:
        """What kinds of event the last turn gave."""
        return [event.kind for event in self.turns[-1].events]

    def tap(self, question: str, *codes: str) -> tuple[Event, ...]:
        """Tap an answer of the question that is asked; lines of a screen are sent with Done."""
        assert self.run.asking == question, f"{self.run.asking} is asked"
        events: tuple[Event, ...] = ()
        for code in codes:
            events = self.give(Tapped(question=question, code=code))
        if self.script.questions[question].kind is QuestionKind.SCREEN and self.run.asking == question:
            return self.give(Tapped(question=question, code="done")) if self.run.picked else events
        return events

    def toggle(self, code: str) -> tuple[Event, ...]:
        """Tap a line of the open screen, without Done."""
        assert self.run.asking is not None
        return self.give(Tapped(question=self.run.asking, code=code))

    def well(self, until: str = "") -> Talk:
        """Answer like a well patient until ``until`` is asked, or to the end."""
        while self.run.asking not in (None, until):
            question = self.script.questions[self.run.asking or ""]
            self.give(Tapped(question=question.id, code=question.well))
        assert self.run.asking == (until or None)
        return self

    def types(self, symptom: str = "", level: Level = Level.D3, *, ask: bool = False) -> tuple[Event, ...]:
        """Write words; without a symptom they mean nothing to the screen."""
        signals = (Signal(symptom=symptom, level=level, ask=ask),) if symptom else ()
        return self.give(Typed(signals=signals))

    def back(self) -> tuple[Event, ...]:
        """Go back one answer."""
        return self.give(WentBack())

    def wait(self, **time: float) -> list[Event]:
        """Let time pass; the run is woken when it asked to be, never before. What followed meanwhile."""
        until, found = self.now + timedelta(**time), list[Event]()
        while (wake_at := self.run.wake_at) is not None and wake_at <= until:
            self.now = max(self.now, wake_at)
            found.extend(self.give(TimedOut()))
        self.now = until
        return found


def opened(**how: object) -> Talk:
    """A talk whose first question is asked; see :func:`a_run`."""
    run = a_run(**how)  # type: ignore[arg-type]
    talk = Talk(run, run.opened_at)
    talk.give(Opened())
    return talk


def in_words(symptom: str, level: Level = Level.D3, *, ask: bool = False, **how: object) -> Talk:
    """A talk that the patient's own words began."""
    run = a_run(kind=RunKind.FREE_TEXT, check_in="words", sets=("A",), **how)  # type: ignore[arg-type]
    talk = Talk(run, run.opened_at)
    talk.types(symptom, level, ask=ask)
    return talk


def promised(before: Run, turn: Turn) -> None:
    """What every turn of every run keeps."""
    after = turn.run
    assert after.level.at_least(before.level), "the level fell"
    assert Run.model_validate_json(after.model_dump_json()) == after
    assert Turn.model_validate_json(turn.model_dump_json()) == turn
    assert set(before.hits) <= set(after.hits)
    assert before.advised == after.advised[: len(before.advised)]
    ranks = [RANK[event.kind] for event in turn.events]
    assert ranks == sorted(ranks), "advice comes before alerts, and both before the next question"
    assert (after.asking is None) == (after.asked_at is None) or after.state is RunState.ENDED
    if before.state is RunState.ENDED:
        assert after == before
        return
    assert after.turn == before.turn + 1
    alerts = [event for event in turn.events if isinstance(event, AlertRaised)]
    if after.level is not before.level and after.level.is_red:
        assert any(event.kind == "advice_given" for event in turn.events), "a red level without advice"
        assert any(alert.level is after.level for alert in alerts), "a red level without an alert"
    assert all(after.advised for alert in alerts), "an alert without any advice before it"
    if after.state is RunState.ENDED:
        assert not after.waits
        assert after.asking is None
    elif after.asking is not None:
        assert after.waits or after.silent, "nobody would notice silence"
