"""Replays a case: plays its conversation through the engine, and says where it goes another way than the case does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.care.plan import sets_of
from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Event,
    Input,
    Opened,
    Signal,
    Tapped,
    TimedOut,
    Typed,
)
from bot.core.engine.remembered import Remembered
from bot.core.engine.run import Run, RunKind, RunState, Subject
from bot.core.flow import cases
from bot.core.flow.conditions import Facts, holds
from bot.core.flow.model import Phase, QuestionKind, Script
from bot.core.level import Level
from bot.core.wording.shown import shown

ZONE = "Europe/Madrid"
SESSION = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
MOST_WAKES = 100

Hear = Callable[[cases.Said, str | None], tuple[Signal, ...]]
"""What is found in the patient's words, given the question that is open."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a case. ``said`` is every text of the script that the patient was shown; no problems: it is kept."""

    level: Level
    rules: tuple[str, ...]
    advice: tuple[str, ...]
    calls: tuple[str, ...]
    alerts: tuple[AlertRaised, ...]
    said: tuple[str, ...]
    turns: tuple[Turn, ...]
    problems: tuple[str, ...]


def replay(script: Script, case: cases.Case, hear: Hear | None = None) -> Replay:
    """Play ``case``; the run goes through JSON at every turn.

    ``hear`` screens the patient's words; without it the signals that the case names are taken as found.
    """
    return _played(script, case, hear, None).result()


def problems_of(
    script: Script, case: cases.Case, hear: Hear | None = None, known: Remembered | None = None
) -> tuple[str, ...]:
    """What is wrong with ``case``, and nothing else of it: the run is not taken through JSON, so this is quicker.

    ``known`` are the turns of other cases of this script: those with which this one begins too are not played again.
    """
    return tuple(_played(script, case, hear, Remembered(script) if known is None else known).problems)


def _played(script: Script, case: cases.Case, hear: Hear | None, known: Remembered | None) -> "_Play":
    hear = hear or as_the_case_says(script, case)
    play = _Play(script, _run_of(script, case), SESSION + timedelta(hours=case.hour), hear, known)
    play.open(case)
    for number, step in enumerate(case.steps, start=1):
        if not play.take(number, step):
            break
        if step.expect is not None:
            play.compare(f"after step {number}", step.expect)
    play.compare("at the end", case.expect)
    return play


def as_the_case_says(script: Script, case: cases.Case) -> Hear:
    """Hears the signals that the case names: clear when they are present, otherwise only asked about.

    A case does not say which of them stands first in the words, so they come as the case asks about them.
    """
    asks = [step.ask for step in case.steps if isinstance(step, cases.Asked)]

    def place(signal: cases.Signal) -> int:
        question = script.symptom_questions.get(signal.symptom)
        return asks.index(question) if question in asks else len(asks)

    def hear(said: cases.Said, asked: str | None) -> tuple[Signal, ...]:
        return tuple(
            Signal(symptom=each.symptom, level=each.level or Level.D3, ask=each.status not in (None, "present"))
            for each in sorted(said.signals, key=place)
        )

    return hear


def _run_of(script: Script, case: cases.Case) -> Run:
    entry = script.plan.check_in(case.check_in)
    facts = _facts(case)
    match case.check_in:
        case cases.FREE_TEXT:
            kind, sets = RunKind.FREE_TEXT, script.plan.on_demand_sets[:1]
        case cases.ON_DEMAND:
            kind, sets = RunKind.ON_DEMAND, script.plan.on_demand_sets
        case cases.GATE:
            kind, sets = RunKind.PLANNED, script.plan.gate
        case _:
            kind, sets = RunKind.PLANNED, sets_of(entry, facts) if entry else ()
    return Run(
        id="case",
        revision=script.revision,
        kind=kind,
        step=case.check_in,
        phase=entry.phase if entry else Phase.EARLY,
        sets=sets,
        subjects=(
            Subject(
                session_id="session",
                procedure=case.procedure,
                t0=SESSION,
                zone=ZONE,
                sites=case.sites,
                modifiers=case.modifiers,
            ),
        ),
        previous=case.previous,
        opened_at=SESSION + timedelta(hours=case.hour),
    )


def _facts(case: cases.Case) -> Facts:
    return Facts(
        answers={},
        hour=0,
        day=0,
        procedure=case.procedure,
        sites=frozenset(case.sites),
        modifiers=frozenset(case.modifiers),
    )


@dataclass(slots=True)
class _Play:
    script: Script
    run: Run
    now: datetime
    hear: Hear
    known: Remembered | None
    turns: list[Turn] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        return [event for turn in self.turns for event in turn.events]

    def open(self, case: cases.Case) -> None:
        entry = self.script.plan.check_in(case.check_in)
        if entry is not None and entry.only_when is not None and not holds(entry.only_when, _facts(case)):
            self.problems.append(f"This patient has no check-in {case.check_in}.")
        if case.check_in != cases.FREE_TEXT:
            self.give(Opened())
        elif not isinstance(case.steps[0], cases.Said):
            self.problems.append("Step 1: a conversation by free text begins with what the patient says.")
            self.give(Opened())

    def give(self, given: Input) -> None:
        """One turn, and the same turn with the run that was read back from the database."""
        if self.known is not None:
            self._keep(self.known.turn(self.run, given, self.now))
            return
        turn = advance(self.script, self.run, given, self.now)
        read = Run.model_validate_json(turn.run.model_dump_json())
        if read != turn.run:
            self.problems.append(f"Turn {turn.run.turn}: the run does not survive JSON.")
        self.turns.append(turn)
        self.run = read

    def _keep(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.run = turn.run

    def take(self, number: int, step: cases.Asked | cases.Said) -> bool:
        """Play one step; False when the conversation has gone another way and the rest makes no sense."""
        where = f"Step {number}"
        if isinstance(step, cases.Said):
            self._say(where, step)
            return True
        if self.run.asking != step.ask:
            instead = self.run.asking or ("the end" if self.run.state is RunState.ENDED else "nothing")
            self.problems.append(f"{where}: {step.ask} should be asked, but {instead} comes.")
            return False
        if step.silent_s is not None:
            self._be_silent(where, step.silent_s)
        for code in step.tap:
            self.give(Tapped(question=step.ask, code=code))
        if self.script.questions[step.ask].kind is QuestionKind.SCREEN and self.run.picked:
            self.give(Tapped(question=step.ask, code="done"))
        return True

    def _say(self, where: str, step: cases.Said) -> None:
        found = self.hear(step, self.run.asking)
        for wanted in step.signals:
            clear = wanted.status in (None, "present")
            if not any(
                each.symptom == wanted.symptom and wanted.level in (None, each.level) and each.ask is not clear
                for each in found
            ):
                heard = ", ".join(f"{each.symptom} {each.level}" for each in found) or "nothing"
                self.problems.append(f"{where}: {wanted.symptom} should be heard, but {heard} was.")
        self.give(Typed(signals=found))

    def _be_silent(self, where: str, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        for _ in range(MOST_WAKES):
            wake_at = self.run.wake_at
            if wake_at is None or wake_at > until:
                break
            self.now = max(self.now, wake_at)
            self.give(TimedOut())
        else:
            self.problems.append(f"{where}: the run never stops waking.")
        self.now = until

    def compare(self, when: str, wanted: cases.Expectation) -> None:
        """Hold what has happened by now against what must have."""
        events, level = self.events, self.run.level
        alerts = [event for event in events if isinstance(event, AlertRaised)]
        raised = {alert.level.value for alert in alerts}
        if wanted.level is not None and level is not wanted.level:
            self._wrong(when, "level", wanted.level, [level.value])
        if wanted.alert is not None and wanted.alert.value not in raised:
            self._wrong(when, "alert", wanted.alert, sorted(raised))
        given = [event.advice for event in events if isinstance(event, AdviceGiven)]
        calls = [call for alert in alerts for call in alert.calls]
        for kind, names, found in (
            ("advice", wanted.advice, given),
            ("rule", wanted.rules, [*self.run.hits]),
            ("call", wanted.calls, calls),
        ):
            for name in names:
                if name not in found:
                    self._wrong(when, kind, name, found)
        for words in wanted.never_says:
            for text in self.said():
                if words.casefold() in text.casefold():
                    self.problems.append(f"The bot must not say {words!r} {when}, but it said: {text}")

    def _wrong(self, when: str, kind: str, wanted: str, found: list[str]) -> None:
        self.problems.append(f"The {kind} must be {wanted} {when}, but there is {', '.join(found) or 'none'}.")

    def said(self) -> tuple[str, ...]:
        return tuple(text for event in self.events for text in shown(self.script, event))

    def result(self) -> Replay:
        alerts = tuple(event for event in self.events if isinstance(event, AlertRaised))
        return Replay(
            level=self.run.level,
            rules=self.run.hits,
            advice=tuple(event.advice for event in self.events if isinstance(event, AdviceGiven)),
            calls=tuple(dict.fromkeys(call for alert in alerts for call in alert.calls)),
            alerts=alerts,
            said=self.said(),
            turns=tuple(self.turns),
            problems=tuple(self.problems),
        )
