"""Every wait ends: no answer is noticed in each phase, and all times of the plan go forward."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Script, SilencePlan


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    for phase in dict.fromkeys(entry.phase for entry in script.plan.check_ins):
        silence = script.plan.silence.get(phase)
        if silence is None:
            yield error(
                "wait.unnoticed",
                Place("plan", phase),
                "Nobody would notice that a check-in of this phase is not answered.",
                f"Give the phase {phase} its reminders and its staff task under silence.",
            )
        elif not _goes_forward(silence):
            yield _endless(Place("plan", phase), "The reminders and the staff task must follow each other in time.")
    yield from _follow_up(script)
    for question in script.questions.values():
        if question.silence is not None and question.silence.after_s <= 0:
            yield _endless(Place("question", question.id), "Its silence must be longer than nothing.")


def _follow_up(script: Script) -> Iterator[Finding]:
    place, follow_up = Place("plan", "follow_up"), script.plan.follow_up
    if min(script.plan.still_there_after_s, follow_up.act_within_s) <= 0:
        yield _endless(place, "still_there_after and act_within must be longer than nothing.")
    if list(follow_up.recheck_after_s) != sorted({after for after in follow_up.recheck_after_s if after > 0}):
        yield _endless(place, "The re-checks must follow each other in time.")


def _goes_forward(silence: SilencePlan) -> bool:
    times = [0, *silence.remind_after_s, silence.task_after_s]
    return times == sorted(set(times)) and silence.task_due_s >= silence.task_after_s


def _endless(place: Place, message: str) -> Finding:
    return error("wait.bad_times", place, message, "Give times that rise, each above 0.")


CHECK = Check(
    name="waits",
    promise="No answer is noticed in every phase, and every wait ends.",
    codes=("wait.unnoticed", "wait.bad_times"),
    run=_run,
)
