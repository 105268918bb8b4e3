"""Silence after a tapped line counts as the highest level that the line's detail question can give."""

from collections.abc import Callable, Iterator

from bot.core.check.answers import FixedAnswers
from bot.core.check.encode import NOTHING
from bot.core.check.finding import Finding, Place, error
from bot.core.check.logic import Truth
from bot.core.check.patient import Patient, level_of
from bot.core.check.submission import Check, Submission
from bot.core.flow.conditions import Given
from bot.core.flow.model import Line, Question, QuestionKind
from bot.core.level import Level

Said = dict[str, Given]


def _run(submission: Submission) -> Iterator[Finding]:
    for screen in submission.script.questions.values():
        for line in screen.lines:
            detail = submission.script.questions.get(line.detail or "")
            if detail is None or line.if_silent is None:
                continue
            if line.if_silent in detail.codes:
                yield from _too_low(submission, screen, line, detail)
            else:
                yield error(
                    "silence.answer_unknown",
                    Place("question", screen.id),
                    f"Silence after {line.code} counts as {line.if_silent}, which is no answer to {detail.id}.",
                    f"Name one of: {', '.join(detail.codes)}.",
                )


def _too_low(submission: Submission, screen: Question, line: Line, detail: Question) -> Iterator[Finding]:
    """Does silence after the tap count for less than something that could have been answered?"""
    negated = submission.space.logic.negated
    silent = _said(screen, line, detail, line.if_silent or "")
    assumed = _levels(submission, silent)
    for code in detail.codes:
        spoken = _said(screen, line, detail, code)
        reached = _levels(submission, spoken)
        for level in (Level.D1, Level.D2, Level.D3, Level.D4):
            patient = submission.space.patient(
                _falls_short(submission, level, spoken, silent), reached[level], negated(assumed[level])
            )
            if patient is not None:
                patient = _who(patient, spoken)
                yield error(
                    "silence.too_low",
                    Place("question", screen.id),
                    f"Silence after {line.code} counts for less than this patient's {level}: {patient}.",
                    f"Let if_silent be the answer to {detail.id} with the highest level.",
                    patient=patient,
                )
                return


def _said(screen: Question, line: Line, detail: Question, code: str) -> Said:
    number = int(code) if detail.kind is QuestionKind.SCALE else None
    return {screen.id: Given(codes=(line.code,)), detail.id: Given(codes=(code,), number=number)}


def _levels(submission: Submission, said: Said) -> dict[Level, Truth]:
    """When each level is reached by these answers alone."""
    fixed = FixedAnswers(said)
    # No other rule can hold.
    rules = submission.script.rules_for(said.items())
    hit = [(rule.level, submission.view.truth(rule.when, fixed, NOTHING)) for rule in rules]
    told = [(level, truth) for level, truth in hit if truth is not False]
    any_of = submission.space.logic.any_of
    return {level: any_of([truth for reached, truth in told if reached.at_least(level)]) for level in Level}


def _who(patient: Patient, said: Said) -> Patient:
    """The same patient at the same time, having said this and nothing else."""
    return patient.model_copy(update={"answers": said, "previous": {}})


def _falls_short(submission: Submission, level: Level, spoken: Said, silent: Said) -> Callable[[Patient], bool]:
    """Does a patient reach the level by speaking, and not by silence?"""

    def still(patient: Patient) -> bool:
        by_word = level_of(submission.script, _who(patient, spoken))
        by_silence = level_of(submission.script, _who(patient, silent))
        return by_word.at_least(level) and not by_silence.at_least(level)

    return still


CHECK = Check(
    name="silence",
    promise="Silence after a tapped line never counts for less than an answer would.",
    codes=("silence.answer_unknown", "silence.too_low"),
    run=_run,
)
