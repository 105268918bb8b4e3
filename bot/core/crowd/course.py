"""The course of one random patient: every check-in of the timetable, played through the engine in simulated time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.care.clock import day_of, hours_since
from bot.core.care.plan import Due, timetable
from bot.core.crowd.dice import Dice
from bot.core.crowd.member import SILENT, SILENT_FOR_GOOD, Member, member, reply
from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import AdviceGiven, Input, Opened, Tapped, TimedOut
from bot.core.engine.run import Run, RunKind, RunState, Subject
from bot.core.flow.conditions import Facts, Given
from bot.core.flow.model import Phase, Script
from bot.core.level import Level

ZONE = "Europe/Madrid"
FIRST_DAY = datetime(2026, 3, 2, tzinfo=ZoneInfo(ZONE))
"""The day of every session; summer time begins four weeks later, within most courses."""
CHECK_IN_HOUR = 10
MOST_TURNS = 500
"""A conversation that is longer than this does not end."""
LONGEST_ANSWER_S = 90


@dataclass(frozen=True, slots=True)
class Visit:
    """One check-in as it went. ``taps`` are the patient's; ``turns`` count those of time too.

    ``asked`` are the questions in order, each once; ``answers`` what counts at the end, silence included.
    """

    step: str
    day: int
    hour: float
    level: Level
    turns: int
    taps: int
    asked: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    rules: tuple[str, ...]
    advice: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Course:
    """All check-ins of one random patient."""

    number: int
    procedure: str
    member: Member
    visits: tuple[Visit, ...]


def course(script: Script, dice: Dice, number: int = 0) -> Course:
    """Play one patient. The same dice give the same course. Errors: RuntimeError when a conversation never ends.

    Each check-in is opened at its time whatever came of the one before: re-checks, words and staff are left out.
    """
    who = member(script, dice)
    t0 = (FIRST_DAY + timedelta(minutes=who.session_minute)).astimezone(UTC)
    facts = Facts(
        answers={},
        hour=0,
        day=0,
        procedure=script.procedure,
        sites=frozenset(who.sites),
        modifiers=frozenset(who.modifiers),
    )
    previous: dict[str, Given] = {}
    visits = []
    for due in timetable(script.plan, t0, ZONE, CHECK_IN_HOUR, facts):
        visit, previous = _visit(script, who, t0, due, previous, dice)
        visits.append(visit)
    return Course(number, script.procedure, who, tuple(visits))


def _visit(
    script: Script, who: Member, t0: datetime, due: Due, previous: dict[str, Given], dice: Dice
) -> tuple[Visit, dict[str, Given]]:
    entry = script.plan.check_in(due.step)
    subject = Subject(
        session_id="random",
        procedure=script.procedure,
        t0=t0,
        zone=ZONE,
        sites=who.sites,
        modifiers=who.modifiers,
    )
    run = Run(
        id="random",
        revision=script.revision,
        kind=RunKind.PLANNED,
        step=due.step,
        phase=entry.phase if entry else Phase.EARLY,
        sets=due.sets,
        subjects=(subject,),
        previous=previous,
        opened_at=due.due_at,
    )
    talk = _Talk(script, run, due.due_at)
    talk.hold(who, dice)
    run = talk.run
    visit = Visit(
        step=due.step,
        day=day_of(t0, due.due_at, ZONE),
        hour=round(hours_since(t0, due.due_at), 2),
        level=run.level,
        turns=run.turn,
        taps=talk.taps,
        asked=tuple(dict.fromkeys(talk.asked)),
        answers={question: answer.given.codes for question, answer in run.answers.items()},
        rules=run.hits,
        advice=tuple(talk.advice),
        how=talk.how,
    )
    return visit, {**previous, **{question: answer.given for question, answer in run.answers.items()}}


class _Talk:
    """A conversation between the engine and chance."""

    def __init__(self, script: Script, run: Run, now: datetime) -> None:
        self.script = script
        self.run = run
        self.now = now
        self.taps = 0
        self.asked: list[str] = []
        self.advice: list[str] = []
        self.how = ""

    @property
    def _is_over(self) -> bool:
        return self.run.state is RunState.ENDED

    def hold(self, who: Member, dice: Dice) -> None:
        """Until it is over, or until she has been silent to the end of all waits."""
        self.give(Opened())
        for _ in range(MOST_TURNS):
            asking = self.run.asking
            if self._is_over or asking is None:
                self.how = "ended"
                return
            if dice.random() < SILENT:
                self._be_silent(for_good=dice.random() < SILENT_FOR_GOOD)
                if self.run.wake_at is None and not self._is_over:
                    self.how = "silent"
                    return
                continue
            self.now += timedelta(seconds=dice.randint(2, LONGEST_ANSWER_S))
            self._due()
            if self.run.asking == asking:
                self._answer(asking, reply(self.script.questions[asking], who.amiss, dice))
        raise RuntimeError(f"a conversation of {self.script.procedure} does not end")

    def give(self, given: Input) -> Turn:
        """One turn."""
        turn = advance(self.script, self.run, given, self.now)
        self.run = turn.run
        if self.run.asking is not None:
            self.asked.append(self.run.asking)
        self.advice += (event.advice for event in turn.events if isinstance(event, AdviceGiven))
        return turn

    def _answer(self, question: str, codes: tuple[str, ...]) -> None:
        for code in codes:
            self.taps += 1
            self.give(Tapped(question=question, code=code))

    def _be_silent(self, *, for_good: bool) -> None:
        """She says nothing until the run wakes by itself: once, or until it has no more reason to."""
        while self.run.wake_at is not None:
            self.now = max(self.now, self.run.wake_at)
            self.give(TimedOut())
            if not for_good:
                return

    def _due(self) -> None:
        """What ended while she was thinking."""
        while self.run.wake_at is not None and self.run.wake_at <= self.now:
            self.give(TimedOut())
