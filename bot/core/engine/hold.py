"""A person of the clinic speaks with the patient: what a conversation would ask again by itself waits."""

from datetime import datetime

from bot.core.engine.run import Run, RunKind, RunState, Wait, WaitKind

REMINDERS = (WaitKind.REMIND, WaitKind.STILL_THERE)


def is_routine(run: Run) -> bool:
    """Is what this conversation asks now routine? Nothing red was found, written or tapped, and nobody is re-checked."""
    if run.state is not RunState.OPEN or run.kind is not RunKind.PLANNED or run.asking is None:
        return False
    return not (run.level.is_red or run.unconfirmed or run.pulled or run.red_pending)


def hold(run: Run, until: datetime) -> Run:
    """The conversation with its reminders put off to ``until``, and at least one left, so that the question comes again.

    Nothing else moves: silence is noticed by staff when it would have been, and a reminder never comes after that.
    A conversation that is not routine stays as it is.
    """
    if not is_routine(run) or run.silent:
        return run
    others = tuple(wait for wait in run.waits if wait.kind not in REMINDERS)
    due = [wait for wait in run.waits if wait.kind in REMINDERS]
    kind = due[0].kind if due else WaitKind.STILL_THERE if run.order else WaitKind.REMIND
    given_up = min((wait.due_at for wait in others), default=until)
    moment = min(max(until, *(wait.due_at for wait in due)) if due else until, given_up)
    return run.model_copy(update={"waits": (Wait(kind=kind, due_at=moment), *others)})
