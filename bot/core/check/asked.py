"""Every question of a script is asked of somebody: no rule waits for an answer that never comes."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import CheckIn, Script


def sets_in_use(script: Script) -> tuple[str, ...]:
    """The question sets that some conversation has, each once."""
    plan = script.plan
    planned = (name for entry in plan.check_ins for name in sets_of(script, entry))
    named = dict.fromkeys((*planned, *plan.on_demand_sets, *plan.gate, *plan.follow_up.recheck_sets))
    return tuple(name for name in named if name in script.sets)


def sets_of(script: Script, check_in: CheckIn) -> tuple[str, ...]:
    """The question sets that a check-in has for some patient, each once."""
    extra = (name for more in check_in.extra for name in more.sets)
    return tuple(name for name in dict.fromkeys((*check_in.sets, *extra)) if name in script.sets)


def questions_of(script: Script, check_in: CheckIn) -> tuple[str, ...]:
    """The questions that a check-in has for some patient, each once."""
    return tuple(dict.fromkeys(question for name in sets_of(script, check_in) for question in script.sets[name]))


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    used = sets_in_use(script)
    asked = {place.question for place in script.places(used)}
    plan = script.plan
    asked |= {*plan.after_d2, *plan.after_d2_follow_ups, plan.follow_up.question, *script.symptom_questions.values()}
    for question in script.questions.values():
        if question.id not in asked:
            yield error(
                "asked.never",
                Place("question", question.id),
                "No check-in, screen, follow-up or free text ever asks it.",
                "Put it into a set of the plan, or take it away.",
            )
        elif question.ask_when is not None and question.id not in script.openers:
            yield from _asked_of_nobody(submission, question.id)
    for name in used:
        yield from _detail_elsewhere(script, name)


def _asked_of_nobody(submission: Submission, question: str) -> Iterator[Finding]:
    ask_when, part = submission.script.questions[question].ask_when, submission.script.questions[question].part
    if ask_when is None:
        return
    shared = part in submission.script.parts
    if not submission.possible(ask_when, anywhere=shared):
        yield error(
            "asked.of_nobody",
            Place("question", question),
            "Its ask_when can hold for no patient.",
            "Correct ask_when, or take the question away.",
        )


def _detail_elsewhere(script: Script, name: str) -> Iterator[Finding]:
    """The engine opens a detail question only inside the set of its screen: elsewhere a tap would open nothing."""
    members = script.sets[name]
    for screen in members:
        if screen not in script.questions:
            continue
        for line in script.questions[screen].lines:
            if line.detail is not None and line.detail not in members:
                yield error(
                    "asked.detail_elsewhere",
                    Place("set", name),
                    f"A tap on {line.code} of {screen} opens nothing: {line.detail} is not in this set.",
                    f"Add {line.detail} to the set, after {screen}.",
                )


CHECK = Check(
    name="asked",
    promise="Every question is asked of somebody, and every tapped line opens its detail question.",
    codes=("asked.never", "asked.of_nobody", "asked.detail_elsewhere"),
    run=_run,
)
