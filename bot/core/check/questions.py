"""Every question defines its answers as its kind demands, and what a well patient gives."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Question, QuestionKind


def _run(submission: Submission) -> Iterator[Finding]:
    for question in submission.script.questions.values():
        place = Place("question", question.id)
        yield from _shape(question, place)
        if question.well not in question.codes:
            yield error(
                "question.well_unknown",
                place,
                f"A well patient answers {question.well!r}, which is none of its answers.",
                f"Name one of: {', '.join(question.codes)}.",
            )
        if question.silence is not None and question.silence.counts_as not in question.codes:
            yield error(
                "question.silence_unknown",
                place,
                f"Silence counts as {question.silence.counts_as!r}, which is none of its answers.",
                f"Name one of: {', '.join(question.codes)}.",
            )


def _shape(question: Question, place: Place) -> Iterator[Finding]:
    is_screen = question.kind is QuestionKind.SCREEN
    if is_screen != bool(question.lines) or (is_screen or question.kind is QuestionKind.SCALE) == bool(
        question.answers
    ):
        yield error(
            "question.wrong_answers",
            place,
            f"A {question.kind} has {'lines' if is_screen else 'other answers than these'}.",
            "Give lines to a screen, answers to a choice or text, and nothing to a scale.",
        )
    if len(set(question.codes)) < len(question.codes):
        yield error(
            "question.repeated_answer",
            place,
            "Two of its answers have the same code (a screen has the code none already).",
            "Give every answer a code of its own.",
        )


CHECK = Check(
    name="questions",
    promise="Every question has the answers that its kind demands, and says what a well patient gives.",
    codes=(
        "question.wrong_answers",
        "question.repeated_answer",
        "question.well_unknown",
        "question.silence_unknown",
    ),
    run=_run,
)
