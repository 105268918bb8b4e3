"""One turn: ``advance(script, run, input, now)`` gives the next run and what follows from it. No clock, no chance."""

from datetime import datetime
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    Ended,
    Event,
    FellSilent,
    Input,
    Noted,
    Opened,
    OutOfDate,
    Picked,
    Recorded,
    Reminded,
    SentPhoto,
    Tapped,
    TaskRaised,
    TimedOut,
    Typed,
    WentBack,
    Withdrew,
)
from bot.core.engine.run import Run, RunState
from bot.core.engine.silence import count_pending, timed_out
from bot.core.engine.steps import (
    Step,
    answer,
    ask,
    ask_this,
    asked_now,
    end,
    keep_picked,
    last_told,
    once_more,
    without,
)
from bot.core.engine.waits import waits_for
from bot.core.engine.words import still_specific, typed
from bot.core.flow.model import Question, QuestionKind, Script

__all__ = ["Turn", "advance", "asked_now"]

BREAKS_OFF = ("replaced", "stopped", "paused", "recalled")
"""Why a conversation ends before its end, while the patient is still ours to care for: nothing red may be dropped."""


class Turn(BaseModel):
    """One step of a conversation: what the run became, and what follows from it, in order."""

    model_config = ConfigDict(frozen=True)

    run: Run
    events: tuple[Event, ...]


def advance(script: Script, run: Run, given: Input, now: datetime) -> Turn:
    """The next turn. An ended run takes no input: taps and words are then out of date or noted.

    Errors: ``ValueError`` when a tap names a question or code that the script does not have.
    """
    if run.state is RunState.ENDED:
        return Turn(run=run, events=_after_the_end(given))
    match given:
        case Opened():
            after, events = ask(script, run, now) if run.asking is None else (run, once_more(script, run, now))
        case Tapped():
            after, events = _tapped(script, run, given, now)
        case Typed():
            after, events = typed(script, run, given, now)
        case SentPhoto():
            after, events = run, (Noted(photo=True), *once_more(script, run, now))
        case TimedOut():
            after, events = timed_out(script, run, now)
        case WentBack():
            after, events = _went_back(script, run, now)
        case Withdrew():
            after, counted = count_pending(script, run, now) if given.why in BREAKS_OFF else (run, ())
            after, ended = end(after, Ended(how="withdrawn", why=given.why, level=after.level))
            events = (*counted, *ended)
        case _:
            assert_never(given)
    after, events = still_specific(script, run, after, events)
    return Turn(run=after.model_copy(update={"turn": run.turn + 1}), events=_in_order(events))


def _after_the_end(given: Input) -> tuple[Event, ...]:
    match given:
        case Tapped():
            return (OutOfDate(question=given.question),)
        case Typed():
            return (Noted(),)
        case SentPhoto():
            return (Noted(photo=True),)
        case Opened() | TimedOut() | WentBack() | Withdrew():
            return ()
        case _:
            assert_never(given)


def _tapped(script: Script, run: Run, tap: Tapped, now: datetime) -> Step:
    question = _known(script, tap)
    if question.id != run.asking:
        known = run.answers.get(question.id)
        same = known is not None and (tap.code in known.given.codes or tap.code == "done")
        return run, (OutOfDate(question=question.id, same=same),)
    if question.kind is QuestionKind.SCREEN:
        return _tapped_screen(script, run, question, tap.code, now)
    return answer(script, run, question.id, (tap.code,), now)


def _known(script: Script, tap: Tapped) -> Question:
    question = script.questions.get(tap.question)
    if question is None:
        raise ValueError(f"the script has no question {tap.question}")
    if tap.code not in question.codes and not (tap.code == "done" and question.kind is QuestionKind.SCREEN):
        raise ValueError(f"{question.id} has no answer {tap.code}")
    return question


def _tapped_screen(script: Script, run: Run, question: Question, code: str, now: datetime) -> Step:
    """A line toggles, or decides at once; "Done" sends what is tapped."""
    line = question.line(code)
    if line is not None and not line.at_once:
        picked = tuple(each.code for each in question.lines if (each.code in run.picked) != (each.code == code))
        run = run.model_copy(update={"picked": picked})
        run = run.model_copy(update={"waits": waits_for(script, run, now)})
        return run, (Picked(question=question.id, picked=picked),)
    if line is not None:
        codes = tuple(each.code for each in question.lines if each.code in run.picked or each is line)
        return answer(script, run, question.id, codes, now)
    if code == "none" and not run.picked:
        return answer(script, run, question.id, ("none",), now)
    if code == "done" and run.picked:
        return answer(script, run, question.id, run.picked, now)
    # "Done" with nothing tapped, or "none of these" from an old keyboard after a line was tapped: neither counts.
    return run, once_more(script, run, now)


def _went_back(script: Script, run: Run, now: datetime) -> Step:
    """Ask the last answered question again. Its rules stay hit: only a person can lower a level."""
    run, kept = keep_picked(script, run, now)
    last = last_told(run)
    if last is not None:
        run, asked = ask_this(script, without(run, last), last, now)
        return run, (*kept, *asked)
    if kept:
        run, asked = ask(script, run, now)
        return run, (*kept, *asked)
    return run, once_more(script, run, now)


def _in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """What was recorded, then advice, then alerts, then tasks, and only then the next question (brief, rule 1)."""
    return tuple(sorted(events, key=_place))


def _place(event: Event) -> int:
    match event:
        case Recorded() | Picked() | Noted() | OutOfDate():
            return 0
        case AdviceGiven():
            return 1
        case AlertRaised():
            return 2
        case TaskRaised() | FellSilent() | Reminded():
            return 3
        case Asked() | Ended():
            return 4
        case _:
            assert_never(event)
