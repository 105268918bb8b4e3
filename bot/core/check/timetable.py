"""The timetable is in order, names each check-in once, and ends."""

from collections.abc import Iterator
from itertools import pairwise

from bot.core.check.finding import Finding, Place, error
from bot.core.check.space import due_hour
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Phase

_PHASES = tuple(Phase)


def _run(submission: Submission) -> Iterator[Finding]:
    check_ins = submission.script.plan.check_ins
    seen: set[str] = set()
    for entry in check_ins:
        if entry.id in seen:
            yield error(
                "timetable.repeated", Place("check_in", entry.id), "Its name is used twice.", "Rename one of them."
            )
        seen.add(entry.id)
        if (entry.after_h is None) == (entry.on_day is None):
            yield error(
                "timetable.no_time",
                Place("check_in", entry.id),
                "It must be due either some time after the session or on a day.",
                "Give it after or on_day, and not both.",
            )
    for earlier, later in pairwise(check_ins):
        if due_hour(later) <= due_hour(earlier):
            yield _out_of_order(later.id, f"It is not due after {earlier.id}.")
        elif _PHASES.index(later.phase) < _PHASES.index(earlier.phase):
            yield _out_of_order(later.id, f"It is {later.phase}, but {earlier.id} before it is {earlier.phase}.")
    if not check_ins or [entry for entry in check_ins if entry.closes] != [check_ins[-1]]:
        yield error(
            "timetable.no_end",
            Place("plan", "check_ins"),
            "It is not the last check-in, and that one alone, that closes the course.",
            "Write closes: true at the last one and nowhere else.",
        )


def _out_of_order(check_in: str, message: str) -> Finding:
    todo = "Put the check-ins in the order of their times and phases."
    return error("timetable.order", Place("check_in", check_in), message, todo)


CHECK = Check(
    name="timetable",
    promise="The check-ins follow each other in time, and the last one closes.",
    codes=("timetable.repeated", "timetable.no_time", "timetable.order", "timetable.no_end"),
    run=_run,
)
