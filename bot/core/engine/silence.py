"""What silence does: each wait that is over gives its events, one a turn, the earliest first."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.core.engine.events import Asked, Ended, Event, FellSilent, Reminded, TaskRaised
from bot.core.engine.levels import judge
from bot.core.engine.run import Run, RunKind, WaitKind
from bot.core.engine.steps import PHONE_NOW, Step, ask, keep_picked, once_more, record
from bot.core.engine.waits import RED_WAITS, not_later, pulled_now, tapped_lines, waits_for
from bot.core.engine.words import raise_by_words
from bot.core.flow.model import Line, QuestionKind, Script, Silence

PHONE_SOON = timedelta(minutes=30)
"""How soon staff must phone a patient who said that she is worse and then said nothing more."""


def timed_out(script: Script, run: Run, now: datetime) -> Step:
    """Time passed. A call that comes too early, or twice, changes nothing."""
    due = sorted((wait for wait in run.waits if wait.due_at <= now), key=lambda wait: wait.due_at)
    if not due or run.asking is None:
        return run, ()
    wait = due[0]
    run = run.model_copy(update={"waits": tuple(each for each in run.waits if each is not wait)})
    match wait.kind:
        case WaitKind.LINE:
            return _line_silent(script, run, now)
        case WaitKind.PULLED:
            return _pull_silent(script, run, now)
        case WaitKind.REMIND:
            run = run.model_copy(update={"reminded": run.reminded + 1})
            return _remind(script, run, now, half_way=False)
        case WaitKind.STILL_THERE:
            run = run.model_copy(update={"nudged": True})
            return _remind(script, run, now, half_way=True)
        case WaitKind.NO_ANSWER:
            return _fell_silent(script, run, now)
        case WaitKind.ACT:
            return _phone(script, run, now)
        case _:
            assert_never(wait.kind)


def _remind(script: Script, run: Run, now: datetime, *, half_way: bool) -> Step:
    """Ask once more. Being reminded gives no new time to a red line or word."""
    assert run.asking is not None
    run = run.model_copy(update={"waits": not_later(waits_for(script, run, now), run)})
    return run, (Reminded(question=run.asking, half_way=half_way), *once_more(script, run, now))


def _fell_silent(script: Script, run: Run, now: datetime) -> Step:
    """No answer in the time of the plan; what was tapped or written still counts when its own time is over."""
    silence = script.plan.silence[run.phase]
    due_at = max(now, run.opened_at + timedelta(seconds=silence.task_due_s))
    if run.kind is RunKind.ON_DEMAND:
        due_at = now + PHONE_SOON
    red = tuple(wait for wait in run.waits if wait.kind in RED_WAITS)
    run = run.model_copy(update={"silent": True, "waits": red})
    return run, (FellSilent(half_way=bool(run.order)), TaskRaised(task=silence.task, due_at=due_at))


def _phone(script: Script, run: Run, now: datetime) -> Step:
    """No tap in time after a D1 or D2: staff phone, and "what are you doing now?" is asked before anything else."""
    follow_up = script.plan.follow_up.question
    run, kept = keep_picked(script, run, now)
    if run.asking != follow_up:
        run = run.model_copy(update={"asking": follow_up, "asked_at": now, "picked": ()})
    run = run.model_copy(update={"silent": True, "waits": ()})
    task = TaskRaised(task="phone_now", due_at=now + PHONE_NOW)
    return run, (*kept, task, Reminded(question=follow_up, half_way=True), *once_more(script, run, now))


def _line_silent(script: Script, run: Run, now: datetime) -> Step:
    """Silence after a red line: the highest level of each tapped line applies."""
    assert run.asking is not None
    events: list[Event] = []
    question = script.questions[run.asking]
    lines = tapped_lines(script, run)
    if question.silence is not None and _over(run, question.silence, now):
        run, recorded = record(script, run, question.id, (question.silence.counts_as,), now, assumed=True)
        events.append(recorded)
    elif question.kind is QuestionKind.SCREEN and run.picked:
        run, recorded = record(script, run, question.id, run.picked, now, assumed=True)
        events.append(recorded)
    for line in sorted(lines, key=lambda each: -_rank(script, each)):
        if line.detail is not None and line.if_silent is not None and line.detail not in run.answers:
            run, recorded = record(script, run, line.detail, (line.if_silent,), now, assumed=True)
            events.append(recorded)
    run, judged = judge(script, run, now)
    run, asked = ask(script, run, now)
    return run, (*events, *judged, *asked)


def count_pending(script: Script, run: Run, now: datetime) -> Step:
    """The conversation is broken off: red lines and words that wait for an answer count as if nobody had answered."""
    events: list[Event] = []
    for _ in range(len(script.questions)):
        pending = next((wait for wait in run.waits if wait.kind in (WaitKind.LINE, WaitKind.PULLED)), None)
        if pending is None:
            break
        due = pending.model_copy(update={"due_at": now})
        waits = (due, *(each for each in run.waits if each is not pending))
        run = run.model_copy(update={"waits": waits, "asked_at": None})
        run, more = _line_silent(script, run, now) if pending.kind is WaitKind.LINE else _pull_silent(script, run, now)
        events.extend(event for event in more if not isinstance(event, Asked | Ended))
    return run, tuple(events)


def _over(run: Run, silence: Silence, now: datetime) -> bool:
    """Was the question open for its own time? A line that was tapped earlier may wake the run before."""
    return run.asked_at is None or now >= run.asked_at + timedelta(seconds=silence.after_s)


def _rank(script: Script, line: Line) -> int:
    """How bad silence after the line is, in its detail question's own order."""
    codes = script.questions[line.detail].codes if line.detail else ()
    return codes.index(line.if_silent) if line.if_silent in codes else 0


def _pull_silent(script: Script, run: Run, now: datetime) -> Step:
    """Silence after a question that free text brought up: the level of the words counts."""
    pull = pulled_now(run)
    if pull is None:
        return run, ()
    run = run.model_copy(update={"pulled": tuple(each for each in run.pulled if each is not pull)})
    run, kept = keep_picked(script, run, now)
    run, raised = raise_by_words(run, pull.level, pull.symptom, pull.advice)
    run, asked = ask(script, run, now)
    return run, (*kept, *raised, *asked)
