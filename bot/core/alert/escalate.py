"""``escalate(alert, policy, now)``: what to do about an open alert now, and when to look again. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.alert.policy import Policy, Tell
from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AlertState(StrEnum):
    """Where an alert stands. *Taken* is not *contacted*; only a person closes, with a reason."""

    SENT = "sent"
    SEEN = "seen"
    TAKEN = "taken"
    CONTACTED = "contacted"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What came of calling the patient."""

    FINE = "fine"
    SENT_TO_ER = "sent_to_er"
    IN_HOSPITAL = "in_hospital"
    NO_ANSWER = "no_answer"


class Why(StrEnum):
    """Why people are told (again)."""

    NEW = "new"
    NOT_TAKEN = "not_taken"
    TAKEN_NOT_CONTACTED = "taken_not_contacted"
    PATIENT_UNREACHED = "patient_unreached"
    NOT_CLOSED = "not_closed"


class Alert(_Frozen):
    """The part of an alert that escalation looks at.

    ``step`` is the next step of the ladder to take; ``rounds`` counts repetitions after its end.
    ``level_at`` is when the present level was reached; the ladder counts from there.
    """

    level: Level
    state: AlertState
    level_at: datetime
    next_at: datetime
    step: int = 0
    rounds: int = 0
    no_answers: int = 0


class Decision(_Frozen):
    """What to do now: tell these, for this reason; the alert's next step and when to look again.

    ``ahead`` are told too, without waiting, because a step that was due reaches nobody. ``next_at`` is always later than
    ``now``: an open alert never runs out of steps.
    """

    tell: tuple[Tell, ...]
    why: Why
    step: int
    rounds: int
    next_at: datetime
    ahead: tuple[Tell, ...] = ()


def escalate(alert: Alert, policy: Policy, now: datetime, empty: Collection[Tell] = ()) -> Decision:
    """Decide for an alert that is due (``next_at <= now``). ``empty`` are those whom nobody can be reached for now.

    Errors: ``ValueError`` for a closed alert; closed alerts have no next step.
    """
    ladder = policy.ladder(alert.level)
    everybody = ladder.steps[-1].tell
    match alert.state:
        case AlertState.CLOSED:
            raise ValueError("a closed alert does not escalate")
        case AlertState.SENT | AlertState.SEEN:
            return _climb(alert, policy, now, empty)
        case AlertState.TAKEN:
            unreached = alert.no_answers > 0
            tell = everybody
            if unreached and alert.no_answers >= policy.unanswered_tries:
                tell = tuple(dict.fromkeys((Tell.LEAD, *everybody)))
            again = policy.unanswered_again_min if unreached else policy.taken_again_min
            return Decision(
                tell=tell,
                why=Why.PATIENT_UNREACHED if unreached else Why.TAKEN_NOT_CONTACTED,
                step=alert.step,
                rounds=alert.rounds + 1,
                next_at=now + timedelta(minutes=again),
            )
        case AlertState.CONTACTED:
            return Decision(
                tell=(Tell.GROUP,),
                why=Why.NOT_CLOSED,
                step=alert.step,
                rounds=alert.rounds + 1,
                next_at=now + timedelta(minutes=policy.contacted_close_min),
            )


def _climb(alert: Alert, policy: Policy, now: datetime, empty: Collection[Tell]) -> Decision:
    """Take the next step; after an outage take all steps that are overdue at once, so that nobody is left out.

    A step that reaches nobody is passed without waiting: the next one is taken with it, and those after it come as much
    earlier.
    """
    ladder = policy.ladder(alert.level)
    steps = ladder.steps
    tell: list[Tell] = []
    ahead: list[Tell] = []
    step = alert.step
    while step < len(steps) and (
        step == alert.step or alert.level_at + timedelta(minutes=steps[step].after_min) <= now
    ):
        tell.extend(steps[step].tell)
        step += 1
    taken = step
    while 0 < step < len(steps) and step > alert.step and ladder.is_empty(step - 1, empty):
        ahead.extend(steps[step].tell)
        step += 1
    rounds = alert.rounds
    if not tell:
        tell.extend(steps[-1].tell)
        rounds += 1
    if step >= len(steps):
        next_at = now + timedelta(minutes=ladder.then_every_min)
    elif step > taken:
        next_at = now + timedelta(minutes=steps[step].after_min - steps[step - 1].after_min)
    else:
        # A step that was passed before made the later ones come earlier; none of them ever comes later than written.
        pause = timedelta(minutes=steps[step].after_min - steps[step - 1].after_min)
        written = alert.level_at + timedelta(minutes=steps[step].after_min)
        next_at = min(written, now + pause) if written > now else now + pause
    why = Why.NEW if alert.step == 0 and alert.rounds == 0 else Why.NOT_TAKEN
    told = tuple(dict.fromkeys(tell))
    return Decision(
        tell=told,
        why=why,
        step=step,
        rounds=rounds,
        next_at=next_at,
        ahead=tuple(each for each in dict.fromkeys(ahead) if each not in told),
    )


def after_taking(policy: Policy, now: datetime) -> datetime:
    """When a taken alert fires again unless a contact is noted before."""
    return now + timedelta(minutes=policy.taken_again_min)


def after_no_answer(policy: Policy, now: datetime) -> datetime:
    """When the patient is to be called again."""
    return now + timedelta(minutes=policy.unanswered_again_min)


def after_contact(policy: Policy, now: datetime) -> datetime:
    """When staff are reminded that a contacted alert is still open."""
    return now + timedelta(minutes=policy.contacted_close_min)
