"""Which question is asked next: the first open one in the order of the check-in's sets."""

from dataclasses import replace
from datetime import datetime

from bot.core.engine.run import Run
from bot.core.flow.conditions import Facts
from bot.core.flow.model import Question, Script
from bot.core.level import Level


def opens(question: Question, gates: tuple[tuple[str, str], ...], facts: Facts) -> bool:
    """Is the question to be asked of this patient now? A tapped line opens it, or its own ``ask_when``."""
    if _tapped(gates, facts):
        return True
    asked_of = question.asked_of
    return not gates if asked_of is None else asked_of(facts)


def next_question(script: Script, run: Run, now: datetime) -> str | None:
    """The question to ask next, or None when the conversation is over.

    After a D1 nothing is asked but what the patient is doing now. After a D2 only what could make it
    a D1: tapped emergency lines, open questions of ``after_d2_follow_ups`` and those of ``after_d2`` (clinical
    brief, ground rule 3).
    """
    if run.level is Level.D1:
        return _unanswered(run, (script.plan.follow_up.question,))
    facts = run.all_facts(now)
    pulled = tuple(pull.question for pull in run.pulled)
    if run.level is Level.D2:
        tapped = tuple(
            place.question
            for place in script.places(run.sets)
            if place.question in script.may_reach_d1 and any(_tapped(place.gates, each) for each in facts)
        )
        worth = tuple(question for question in pulled if question in script.may_reach_d1)
        plan = script.plan
        opened = tuple(
            name for name in plan.after_d2_follow_ups if any(opens(script.questions[name], (), each) for each in facts)
        )
        return _unanswered(run, (*worth, *tapped, *opened, *plan.after_d2, plan.follow_up.question))
    first = _unanswered(run, pulled)
    if first is not None:
        return first
    for place in script.places(run.sets):
        if place.question in run.answers:
            continue
        question = script.questions[place.question]
        if question.calm_only and run.level.is_red:
            continue
        # Most questions of a conversation are details of lines that nobody tapped: they cost nothing more than this.
        for each in facts:
            if opens(question, place.gates, each):
                return question.id
    return None


def position(script: Script, run: Run, question: str, now: datetime) -> tuple[int, int]:
    """How many main questions of the check-in have been asked with ``question``, and how many there will be.

    Main questions are those that a well patient may be asked; a detail that a tap opened has position 0. The position
    counts what was answered, wherever in the order it stands: a follow-up that opens late (the sepsis screen after a
    fever) comes next, and never before what she has answered. So it grows with each answer; the number of all
    may grow, when an answer opens a question. What is still to come counts as answered by a well patient.
    """
    if run.level.at_least(Level.D2):
        return 0, 0
    main = {asked.id: asked for asked in script.main_questions(run.sets)}
    if question not in main:
        return 0, 0
    answers = {name: answer.given for name, answer in run.answers.items()}
    facts = tuple(replace(each, answers=answers) for each in run.all_facts(now))
    red = run.level.is_red
    done = sum(name in main for name in run.order)
    to_come = 0
    for asked in main.values():
        if asked.id in answers or (asked.calm_only and red):
            continue
        asked_of = asked.asked_of
        if asked.id == question or asked_of is None or any(map(asked_of, facts)):
            to_come += 1
            answers[asked.id] = script.well[asked.id]
    return done + 1, done + to_come


def _unanswered(run: Run, questions: tuple[str, ...]) -> str | None:
    return next((question for question in questions if question not in run.answers), None)


def _tapped(gates: tuple[tuple[str, str], ...], facts: Facts) -> bool:
    for screen, code in gates:
        given = facts.answers.get(screen)
        if given is not None and code in given.codes:
            return True
    return False
