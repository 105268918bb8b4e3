"""Every check-in opens with a screen whose every line decides: at once, or by one detail question."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.conditions import AnswerIs
from bot.core.flow.model import Line, Question, QuestionKind, Script
from bot.core.level import Level


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    openers: dict[str, Question] = {}
    for place, sets in _conversations(script):
        first = _first_question(script, sets)
        if first is None or first.kind is not QuestionKind.SCREEN:
            yield error(
                "emergency.not_first",
                place,
                "It does not open with the emergency screen.",
                "Put the set that begins with the emergency screen first.",
            )
        else:
            openers[first.id] = first
    for screen in openers.values():
        for line in screen.lines:
            yield from _undecided(screen, line)
    for question in script.questions.values():
        for line in question.lines:
            if line.at_once:
                yield from _at_once(submission, question, line)


def _conversations(script: Script) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for entry in script.plan.check_ins:
        yield Place("check_in", entry.id), entry.sets
    yield Place("plan", "on_demand"), script.plan.on_demand_sets
    if script.plan.gate:
        yield Place("plan", "gate"), script.plan.gate
    yield Place("plan", "recheck_sets"), script.plan.follow_up.recheck_sets


def _first_question(script: Script, sets: tuple[str, ...]) -> Question | None:
    asked = (question for name in sets for question in script.sets.get(name, ()))
    return script.questions.get(next(asked, ""))


def _undecided(screen: Question, line: Line) -> Iterator[Finding]:
    if not line.at_once and (line.detail is None or line.if_silent is None):
        yield error(
            "emergency.line_undecided",
            Place("question", screen.id),
            f"A tap on {line.code} alone decides nothing, and silence after it has no meaning.",
            "Give the line at_once, or detail together with if_silent.",
        )


def _at_once(submission: Submission, screen: Question, line: Line) -> Iterator[Finding]:
    tapped = AnswerIs(question=screen.id, any_of=(line.code,))
    patient = submission.patient_below(tapped, Level.D1)
    if patient is not None:
        yield error(
            "emergency.line_not_d1",
            Place("question", screen.id),
            f"The line {line.code} decides at once, yet this patient is not D1: {patient}.",
            f"Add a D1 rule for {screen.id} = {line.code} without further conditions, or take at_once away.",
            patient=patient,
        )


CHECK = Check(
    name="emergency_first",
    promise="Every conversation opens with the emergency screen, and each of its lines decides.",
    codes=("emergency.not_first", "emergency.line_undecided", "emergency.line_not_d1"),
    run=_run,
)
