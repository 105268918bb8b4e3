"""The proof of the safety floor: no patient whom a promise is about gets less than it promises."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.floor import FloorEntry
from bot.core.check.patient import level_of
from bot.core.check.references import unknown_in
from bot.core.check.submission import Check, Submission


def _run(submission: Submission) -> Iterator[Finding]:
    for entry in submission.floor.binding(submission.script.procedure):
        yield from _is_about_something(submission, entry)
        patient = submission.patient_below(entry.when, entry.at_least)
        if patient is not None:
            level = level_of(submission.script, patient)
            yield error(
                "floor.broken",
                Place("floor", entry.id),
                f"{patient}: {level}, floor {entry.id} says {entry.at_least}.",
                f"Add or widen a rule: {entry.why}",
                patient=patient,
            )


def _is_about_something(submission: Submission, entry: FloorEntry) -> Iterator[Finding]:
    """A promise about an answer that nobody can give would be kept by every script, also by an empty one."""
    place = Place("floor", entry.id)
    procedure = submission.script.procedure
    for name in unknown_in(submission.script, entry.when):
        yield error(
            "floor.unknown",
            place,
            f"There is no {name} in {procedure}, so this part of the promise protects nobody.",
            "Correct the name, add it to the script, or name the procedures that the entry binds.",
        )
    if not submission.possible(entry.when):
        yield error(
            "floor.empty",
            place,
            f"No patient of {procedure} can be in this case, so the promise protects nobody.",
            "Ask the question in this procedure, or name the procedures that the entry binds.",
        )


CHECK = Check(
    name="floor",
    promise="Every promise of the clinic's safety floor holds for every patient.",
    codes=("floor.unknown", "floor.empty", "floor.broken"),
    run=_run,
)
