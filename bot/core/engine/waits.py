"""What silence means: the waits of a run, and what happens when one of them is over."""

from datetime import datetime, timedelta

from bot.core.care.clock import after_quiet
from bot.core.engine.run import Pulled, Run, RunKind, Wait, WaitKind
from bot.core.flow.model import Line, Script
from bot.core.level import Level

RED_WAITS = (WaitKind.LINE, WaitKind.PULLED, WaitKind.ACT)
"""The waits whose end raises a level or makes staff phone. No reminder and no other words may put them off."""


def tapped_lines(script: Script, run: Run) -> tuple[Line, ...]:
    """The lines tapped so far (sent or only picked) whose detail has no answer yet and for which silence counts."""
    found: list[Line] = []
    for question in script.screens:
        answer = run.answers.get(question.id)
        tapped = answer.given.codes if answer else ()
        if question.id == run.asking:
            tapped = (*tapped, *run.picked)
        if not tapped:
            continue
        found.extend(
            line
            for line in question.lines
            if line.code in tapped and line.detail and line.if_silent and line.detail not in run.answers
        )
    return tuple(found)


def pulled_now(run: Run) -> Pulled | None:
    """What free text brought up and is being asked now."""
    return next((pull for pull in run.pulled if pull.question == run.asking), None)


def waits_for(script: Script, run: Run, now: datetime) -> tuple[Wait, ...]:
    """Every wait of the run as it stands, counted from now."""
    if run.asking is None:
        return ()
    question = script.questions[run.asking]
    plan = script.plan
    act = Wait(kind=WaitKind.ACT, due_at=now + timedelta(seconds=plan.follow_up.act_within_s))
    if question.id == plan.follow_up.question:
        return (act,)
    waits: list[Wait] = []
    line_s = [question.silence.after_s] if question.silence is not None else []
    if tapped_lines(script, run):
        line_s.append(plan.line_silent_after_s)
    if line_s:
        waits.append(Wait(kind=WaitKind.LINE, due_at=now + timedelta(seconds=min(line_s))))
    pull = pulled_now(run)
    if pull is not None and question.silence is None:
        waits.append(Wait(kind=WaitKind.PULLED, due_at=now + timedelta(seconds=pull.after_s)))
    if run.level.at_least(Level.D2) or run.kind is RunKind.RECHECK:
        # Advice is given and staff are alerted; the remaining questions must not hold up "what are you doing now?".
        # A re-check comes after a D1 or D2 that is still open: there too silence is a reason to phone.
        waits.append(act)
    return (*waits, *_patience(script, run, now))


def not_later(waits: tuple[Wait, ...], before: Run, kinds: tuple[WaitKind, ...] = RED_WAITS) -> tuple[Wait, ...]:
    """``waits``, but those of ``kinds`` that were running in ``before`` end when they would have ended."""
    running = {wait.kind: wait.due_at for wait in before.waits if wait.kind in kinds}
    return tuple(
        wait.model_copy(update={"due_at": min(wait.due_at, running.get(wait.kind, wait.due_at))}) for wait in waits
    )


def _patience(script: Script, run: Run, now: datetime) -> tuple[Wait, ...]:
    plan = script.plan
    silence = plan.silence[run.phase]
    waits: list[Wait] = []
    if run.silent:
        return ()
    said_worse = run.kind is RunKind.ON_DEMAND
    if (run.order or said_worse) and not run.nudged:
        waits.append(Wait(kind=WaitKind.STILL_THERE, due_at=now + timedelta(seconds=plan.still_there_after_s)))
    if not run.order and not said_worse and run.reminded < len(silence.remind_after_s):
        due = run.opened_at + timedelta(seconds=silence.remind_after_s[run.reminded])
        due = after_quiet(max(due, now), plan.quiet_from, plan.quiet_to, run.zone)
        waits.append(Wait(kind=WaitKind.REMIND, due_at=due))
    # She said herself that she is worse: her silence is noticed half-way, not by the clock of the timetable.
    gone = run.opened_at + timedelta(seconds=0 if said_worse else silence.task_after_s)
    here = run.asked_at is not None and run.asked_at > run.opened_at
    if run.order or run.picked or here or run.kind in (RunKind.ON_DEMAND, RunKind.FREE_TEXT):
        # Somebody who was just here: silence half-way is noticed by the last input, not by the plan's clock.
        gone = max(gone, now + timedelta(seconds=2 * plan.still_there_after_s))
    waits.append(Wait(kind=WaitKind.NO_ANSWER, due_at=gone))
    return tuple(waits)
