"""\"Not sure\" is never \"no\": it gives at least D3 to every patient, at any time."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.conditions import AnswerIs
from bot.core.level import Level

UNSURE = "unsure"
"""The code of "not sure" in every question that offers it."""


def _run(submission: Submission) -> Iterator[Finding]:
    for question in submission.script.questions.values():
        if UNSURE not in question.codes:
            continue
        patient = submission.patient_below(AnswerIs(question=question.id, any_of=(UNSURE,)), Level.D3)
        if patient is not None:
            yield error(
                "unsure.too_low",
                Place("question", question.id),
                f"Somebody who is not sure gets less than D3: {patient}.",
                f"Add a rule that gives {question.id} = {UNSURE} at least D3 without further conditions.",
                patient=patient,
            )


CHECK = Check(
    name="unsure",
    promise="Not sure gives at least D3 to every patient at any time.",
    codes=("unsure.too_low",),
    run=_run,
)
