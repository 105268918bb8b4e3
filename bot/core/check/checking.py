"""All checks of a script before it is published, in order: the closed list, and the one call that runs it."""

from collections.abc import Callable, Iterable

from bot.core.check import (
    asked,
    burden,
    case_coverage,
    emergency_first,
    escalation,
    floor_proof,
    languages,
    limits,
    plain_words,
    questions,
    references,
    rules,
    silence,
    timetable,
    unsure,
    waits,
)
from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.submission import Check, Submission
from bot.core.flow.cases import Case
from bot.core.flow.model import Script
from bot.core.level import Level

CHECKS: tuple[Check, ...] = (
    references.CHECK,
    questions.CHECK,
    floor_proof.CHECK,
    emergency_first.CHECK,
    unsure.CHECK,
    silence.CHECK,
    waits.CHECK,
    escalation.CHECK,
    rules.CHECK,
    asked.CHECK,
    timetable.CHECK,
    burden.CHECK,
    languages.CHECK,
    limits.CHECK,
    plain_words.CHECK,
    case_coverage.CHECK,
)
"""Every rule of the checker, in the order in which its findings are shown."""


def check(
    script: Script,
    floor: Floor,
    *,
    cases: Iterable[Case] = (),
    languages: Iterable[str] | None = None,
    uncovered: Callable[[Level], str | None] | None = None,
) -> tuple[Finding, ...]:
    """Everything that is wrong with a script; nothing at all is the proof that it may be published.

    ``cases`` are those beside the script. ``languages`` must be complete, the first
    leads; without it, all that the script has, English first. ``uncovered`` says what is missing in the ladder
    of a level, see :class:`Submission`. A script with errors under the first two checks may get false findings
    from the later ones, and never fewer of them.
    """
    submission = submission_of(script, floor, cases=cases, languages=languages, uncovered=uncovered)
    return findings_of(submission)


def submission_of(
    script: Script,
    floor: Floor,
    *,
    cases: Iterable[Case] = (),
    languages: Iterable[str] | None = None,
    uncovered: Callable[[Level], str | None] | None = None,
) -> Submission:
    """The script handed in, see :func:`check`."""
    wanted = sorted(script.texts, key=lambda language: (language != plain_words.LANGUAGE, language))
    return Submission(
        script=script,
        floor=floor,
        languages=tuple(wanted if languages is None else languages),
        cased=case_coverage.rules_named(cases),
        uncovered=uncovered,
    )


def findings_of(submission: Submission) -> tuple[Finding, ...]:
    """Everything that the checks find, in their order."""
    return tuple(finding for one in CHECKS for finding in one.run(submission))
