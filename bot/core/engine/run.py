"""A run: the conversation of one check-in as a frozen value that goes through JSON unchanged."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.care.clock import day_of, hours_since
from bot.core.flow.conditions import Facts, Given
from bot.core.flow.model import Phase
from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Subject(_Frozen):
    """One session that this run asks about; each rule is judged by each session's own clock.

    ``revision`` is the script of the session: in a run of several scripts its rules apply to it, and no others.
    """

    session_id: str
    procedure: str
    t0: datetime
    zone: str
    sites: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    revision: str = ""


class Answer(_Frozen):
    """An answer and when it came; ``assumed`` means that silence counted as this."""

    given: Given
    at: datetime
    assumed: bool = False


class WaitKind(StrEnum):
    """What a run waits for when nobody says anything."""

    LINE = "line"
    """A red line was tapped: silence counts as the highest level of that line."""
    PULLED = "pulled"
    """A question that free text brought up: silence counts as the level of what was written."""
    REMIND = "remind"
    STILL_THERE = "still_there"
    NO_ANSWER = "no_answer"
    ACT = "act"
    """After a D1 or D2: no tap on "what are you doing now?" means that staff phone."""


class Wait(_Frozen):
    """The run wakes at ``due_at`` if nothing else happens before."""

    kind: WaitKind
    due_at: datetime


class Pulled(_Frozen):
    """A question that free text brought up, and what silence after it means.

    ``advice`` is the emergency text for the words, kept where it says more than the general one.
    """

    question: str
    symptom: str
    level: Level
    after_s: int
    advice: str = ""


class RunKind(StrEnum):
    """Why the conversation was opened."""

    PLANNED = "planned"
    RECHECK = "recheck"
    ON_DEMAND = "on_demand"
    FREE_TEXT = "free_text"


class RunState(StrEnum):
    """Open runs take answers; ended ones only a kind reply."""

    OPEN = "open"
    ENDED = "ended"


class Run(_Frozen):
    """The whole state of a conversation.

    ``picked`` are the lines of the open screen that are tapped but not yet sent with "Done". ``order`` lists the
    answered questions, last one last. ``hits`` are the rules that fired, ``advised`` the advice given; neither
    ever shrinks, and ``level`` never falls.
    """

    id: str
    revision: str
    kind: RunKind
    step: str
    phase: Phase
    sets: tuple[str, ...]
    subjects: tuple[Subject, ...]
    previous: dict[str, Given] = {}
    opened_at: datetime
    answers: dict[str, Answer] = {}
    order: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    asking: str | None = None
    asked_at: datetime | None = None
    pulled: tuple[Pulled, ...] = ()
    level: Level = Level.D5
    hits: tuple[str, ...] = ()
    advised: tuple[str, ...] = ()
    unconfirmed: bool = False
    reminded: int = 0
    nudged: bool = False
    silent: bool = False
    waits: tuple[Wait, ...] = ()
    turn: int = 0
    state: RunState = RunState.OPEN

    @property
    def wake_at(self) -> datetime | None:
        """When the run wakes by itself, or None."""
        return min((wait.due_at for wait in self.waits), default=None)

    @property
    def red_pending(self) -> bool:
        """Was a line tapped, or a word written, whose silence will raise the level when its time is over?"""
        return any(wait.kind in (WaitKind.LINE, WaitKind.PULLED) for wait in self.waits)

    @property
    def zone(self) -> str:
        """The patient's time zone."""
        return self.subjects[0].zone

    def facts(self, subject: Subject, now: datetime) -> Facts:
        """What the conditions may look at for one session, now."""
        return Facts(
            answers={question: answer.given for question, answer in self.answers.items()},
            previous=self.previous,
            hour=hours_since(subject.t0, now),
            day=day_of(subject.t0, now, subject.zone),
            procedure=subject.procedure,
            sites=frozenset(subject.sites),
            modifiers=frozenset(subject.modifiers),
            revision=subject.revision,
        )

    def all_facts(self, now: datetime) -> tuple[Facts, ...]:
        """The facts of each session that this run asks about."""
        return tuple(self.facts(subject, now) for subject in self.subjects)
