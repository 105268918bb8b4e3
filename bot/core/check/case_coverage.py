"""Every rule that a patient can hit has a case that pins it, so that a change of the rule is noticed."""

from collections.abc import Iterable, Iterator, Set

from bot.core.check.finding import Finding, Place, warning
from bot.core.check.rules import never_fire
from bot.core.check.submission import Check, Submission
from bot.core.flow.cases import Case, Expectation

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
    for rule in unpinned:
        if rule.id not in dead:
            yield warning(
                NO_CASE,
                Place("rule", rule.id),
                "No case names this rule.",
                "Add a case beside the script in which it fires, and name it there under rules.",
            )


CHECK = Check(
    name="cases",
    promise="Every rule that a patient can hit is named by a case.",
    codes=(NO_CASE,),
    run=_run,
)
