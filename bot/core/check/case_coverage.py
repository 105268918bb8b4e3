"""Every rule that a patient can hit has a case that pins it, so that a change of the rule is noticed."""

from collections.abc import Collection, Iterable, Iterator, Set

from bot.core.check.finding import Finding, Place, warning
from bot.core.check.rules import never_decide, never_fire
from bot.core.check.submission import Check, Submission
from bot.core.flow.cases import Case, Expectation
from bot.core.flow.conditions import questions_in

NO_CASE = "case.none"


def rules_named(cases: Iterable[Case]) -> frozenset[str]:
    """The rules that some case expects to be hit, at a step or at the end."""
    return frozenset(rule for case in cases for expected in _expectations(case) for rule in expected.rules)


def without_pinned(findings: Iterable[Finding], named: Set[str]) -> Iterator[Finding]:
    """What the checks would have found if cases had named these rules, too."""
    return (one for one in findings if one.code != NO_CASE or one.place.id not in named)


def _expectations(case: Case) -> Iterator[Expectation]:
    yield case.expect
    yield from (step.expect for step in case.steps if step.expect is not None)


def _run(submission: Submission) -> Iterator[Finding]:
    unpinned = [rule for rule in submission.script.rules if rule.id not in submission.cased]
    # A shared rule may be meant for another procedure: nobody here can be its case.
    dead = never_fire(submission) if unpinned else ()
    silent = _comes_too_late(submission, [rule.id for rule in unpinned if submission.is_shared(rule)], dead)
    for rule in unpinned:
        if rule.id not in dead and rule.id not in silent:
            yield warning(
                NO_CASE,
                Place("rule", rule.id),
                "No case names this rule.",
                "Add a case beside the script in which it fires, and name it there under rules.",
            )


def _comes_too_late(submission: Submission, shared: list[str], dead: Collection[str]) -> frozenset[str]:
    """The shared rules to whose questions no conversation of this procedure comes before others have decided.

    A question with an ``ask_when`` of its own is answered only by those of whom it is asked. Such a rule is pinned where
    it decides, by the cases of another procedure.
    """
    script, logic, now = submission.script, submission.space.logic, submission.space.now
    asked = {
        *script.openers,
        *script.symptom_questions.values(),
        *script.plan.after_d2,
        *script.plan.after_d2_follow_ups,
    }
    given = {
        question.id: logic.any_of([logic.negated(now.answered(question.id)), submission.view.truth(question.ask_when)])
        for question in script.questions.values()
        if question.ask_when is not None and question.id not in asked
    }
    conditions = {rule.id: rule.when for rule in script.rules}
    behind = [name for name in shared if not given.keys().isdisjoint(questions_in(conditions[name]))]
    return never_decide(submission, behind, dead, tuple(given.values()))


CHECK = Check(
    name="cases",
    promise="Every rule that a patient can hit is named by a case.",
    codes=(NO_CASE,),
    run=_run,
)
