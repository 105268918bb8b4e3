"""Every name that a script uses is defined: questions, answers and sets, wherever they are mentioned."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.conditions import AllOf, AnswerIs, AnyOf, Condition, Twice, Worse, questions_in
from bot.core.flow.model import QuestionKind, Script


def unknown_in(script: Script, condition: Condition) -> Iterator[str]:
    """The questions and answers that the condition names and the script does not have, in words."""
    yield from (f"question {name}" for name in sorted(questions_in(condition) - set(script.questions)))
    for part in parts_of(condition):
        if isinstance(part, AnswerIs) and part.question in script.questions:
            known = script.questions[part.question].codes
            yield from (f"answer {part.question} = {code}" for code in part.any_of if code not in known)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and every condition inside it."""
    yield condition
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.of:
            yield from parts_of(part)
    elif isinstance(condition, Twice):
        yield from parts_of(condition.of)


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    for place, condition in _conditions(script):
        for name in unknown_in(script, condition):
            yield _unknown(place, name)
        for part in parts_of(condition):
            if isinstance(part, Worse) and _is_screen(script, part.question):
                yield error(
                    "reference.worse_of_screen",
                    place,
                    f"It asks whether {part.question} is worse, but the lines of a screen have no order.",
                    "Ask about a choice or a scale.",
                )
    for place, question in _mentions(script):
        if question not in script.questions:
            yield _unknown(place, f"question {question}")
    for place, name in _set_mentions(script):
        if name not in script.sets:
            yield _unknown(place, f"set {name}")


def _unknown(place: Place, name: str) -> Finding:
    return error("reference.unknown", place, f"There is no {name}.", "Correct the name, or define it.")


def _is_screen(script: Script, question: str) -> bool:
    return question in script.questions and script.questions[question].kind is QuestionKind.SCREEN


def _conditions(script: Script) -> Iterator[tuple[Place, Condition]]:
    for question in script.questions.values():
        place = Place("question", question.id)
        if question.ask_when is not None:
            yield place, question.ask_when
        yield from ((place, wording.when) for wording in question.wording)
    for rule in script.rules:
        yield Place("rule", rule.id), rule.when
    for reason in (*script.expected, *script.self_care):
        yield Place("text", reason.id), reason.when
    for entry in script.plan.check_ins:
        place = Place("check_in", entry.id)
        if entry.only_when is not None:
            yield place, entry.only_when
        yield from ((place, extra.when) for extra in entry.extra)


def _mentions(script: Script) -> Iterator[tuple[Place, str]]:
    for name, questions in script.sets.items():
        yield from ((Place("set", name), question) for question in questions)
    for question in script.questions.values():
        yield from ((Place("question", question.id), line.detail) for line in question.lines if line.detail)
    for symptom, asked in script.symptom_questions.items():
        yield Place("symptom", symptom), asked
    yield from ((Place("plan", "after_d2"), question) for question in script.plan.after_d2)
    yield from ((Place("plan", "after_d2"), question) for question in script.plan.after_d2_follow_ups)
    yield Place("plan", "follow_up"), script.plan.follow_up.question


def _set_mentions(script: Script) -> Iterator[tuple[Place, str]]:
    plan = script.plan
    for entry in plan.check_ins:
        names = (*entry.sets, *(name for extra in entry.extra for name in extra.sets))
        yield from ((Place("check_in", entry.id), name) for name in names)
    yield from ((Place("plan", "on_demand"), name) for name in plan.on_demand_sets)
    yield from ((Place("plan", "gate"), name) for name in plan.gate)
    yield from ((Place("plan", "recheck_sets"), name) for name in plan.follow_up.recheck_sets)


CHECK = Check(
    name="references",
    promise="Every question, answer and set that is mentioned exists.",
    codes=("reference.unknown", "reference.worse_of_screen"),
    run=_run,
)
