"""A well patient gets through a check-in with few taps, in every variant."""

from collections.abc import Iterator, Mapping

from bot.core.check.finding import Finding, Place, error
from bot.core.check.patient import rank
from bot.core.check.space import due_hour
from bot.core.check.submission import Check, Submission
from bot.core.engine.agenda import opens
from bot.core.flow.conditions import Facts, Given, holds
from bot.core.flow.model import CheckIn, Phase, Question, QuestionKind, Script

MOST_TAPS = {Phase.EARLY: 10, Phase.MIDDLE: 10, Phase.LATE: 4}
"""The most taps that a check-in may ask of a well patient (clinical brief, section 3.2)."""


def well_answers(script: Script) -> dict[str, Given]:
    """What a well patient answers to every question."""
    return {question.id: _well(question) for question in script.questions.values()}


def taps(script: Script, check_in: CheckIn, modifiers: frozenset[str], well: Mapping[str, Given]) -> tuple[str, ...]:
    """The questions that a well patient with these modifiers answers in a check-in, a tap for each.

    The patient was treated everywhere (a site can only add questions), and was ``well`` the time before.
    """
    hour = due_hour(check_in)
    answers: dict[str, Given] = {}
    facts = Facts(
        answers=answers,
        hour=hour,
        day=int((hour + 10) // 24),
        procedure=script.procedure,
        sites=frozenset(script.sites),
        modifiers=modifiers,
        previous=well,
    )
    if check_in.only_when is not None and not holds(check_in.only_when, facts):
        return ()
    extra = (name for more in check_in.extra if more.applies(facts) for name in more.sets)
    sets = tuple(name for name in dict.fromkeys((*check_in.sets, *extra)) if name in script.sets)
    asked = True
    while asked:
        asked = False
        for place in script.places(sets):
            question = script.questions.get(place.question)
            if question is not None and question.id not in answers and opens(question, place.gates, facts):
                answers[question.id] = well[question.id]
                asked = True
    return tuple(answers)


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    well = well_answers(script)
    variants = (frozenset[str](), *(frozenset({modifier}) for modifier in script.modifiers))
    for check_in in script.plan.check_ins:
        most = MOST_TAPS[check_in.phase]
        worst, modifiers = max(((taps(script, check_in, marks, well), marks) for marks in variants), key=_number)
        if len(worst) > most:
            who = f"a well patient with {', '.join(modifiers)}" if modifiers else "a well patient"
            yield error(
                "burden.too_many",
                Place("check_in", check_in.id),
                f"It takes {who} {len(worst)} taps: {', '.join(worst)}. The limit is {most}.",
                "Put questions together into a screen, or ask some of them at another check-in.",
            )


def _well(question: Question) -> Given:
    is_number = question.kind is QuestionKind.SCALE and question.well.isdecimal()
    number = int(question.well) if is_number else None
    return Given(codes=(question.well,), number=number, rank=rank(question, (question.well,)))


def _number(variant: tuple[tuple[str, ...], frozenset[str]]) -> int:
    return len(variant[0])


CHECK = Check(
    name="burden",
    promise="A well patient needs at most 10 taps for a check-in, and 4 for a late one.",
    codes=("burden.too_many",),
    run=_run,
)
