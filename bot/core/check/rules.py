"""Every rule can fire for somebody, and makes a difference for somebody."""

from collections.abc import Collection, Iterator

from bot.core.check.finding import Finding, Place, error, warning
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Rule, Script


def never_fire(submission: Submission) -> frozenset[str]:
    """The rules of the script that no patient of this procedure can hit."""
    return submission.never_fire


def never_decide(submission: Submission, among: Collection[str], dead: Collection[str]) -> frozenset[str]:
    """Those of the rules ``among`` whose patients all have their level and text by other rules than the ``dead``.

    All of them could go at once. A rule that calls somebody, has a note, or is the raised sister of another one does
    more than decide.
    """
    script, view, logic = submission.script, submission.view, submission.space.logic
    missed = {rule.id: logic.negated(view.rules[rule.id]) for rule in script.rules}
    weights = {rule.id: _weight(script, rule) for rule in script.rules if rule.id not in dead}
    idle: set[str] = set()
    for rule in reversed(script.rules):
        if rule.id not in among or rule.id in dead or rule.calls or rule.note or rule.raised_from:
            continue
        others = [name for name, weight in weights.items() if weight >= weights[rule.id] and name != rule.id]
        if not logic.possible(view.rules[rule.id], *(missed[name] for name in others if name not in idle)):
            idle.add(rule.id)
    return frozenset(idle)


def dead_rule(rule: Rule) -> Finding:
    """The finding about a rule that nobody can hit."""
    return error(
        "rule.never_fires",
        Place("rule", rule.id),
        "No patient can ever be in this case.",
        "Look for parts that exclude each other, or for an answer that does not exist.",
    )


def idle_rule(rule: Rule) -> Finding:
    """The finding about a rule without which nothing would be different."""
    return warning(
        "rule.never_decides",
        Place("rule", rule.id),
        f"Whenever it fires, other rules give {rule.level} or more, and their text.",
        "Take it away, or look whether its level or its condition is what you meant.",
    )


def _run(submission: Submission) -> Iterator[Finding]:
    """A rule of a shared part may be meant for another procedure: it is judged here by what is so everywhere."""
    view, logic = submission.view, submission.space.logic
    dead = never_fire(submission)
    own = [rule.id for rule in submission.script.rules if not submission.is_shared(rule)]
    idle = never_decide(submission, own, dead)
    for rule in submission.script.rules:
        if rule.id in idle:
            yield idle_rule(rule)
        elif rule.id in dead and (rule.id in own or not logic.possible(view.truth(rule.when, anywhere=True))):
            yield dead_rule(rule)


def _weight(script: Script, rule: Rule) -> tuple[int, int]:
    """What a rule sets against others: its level, then how early its text comes in the order of advice."""
    order = script.advice_order
    return rule.level.severity, -(order.index(rule.advice) if rule.advice in order else len(order))


CHECK = Check(
    name="rules",
    promise="Every rule can fire, and decides for somebody.",
    codes=("rule.never_fires", "rule.never_decides"),
    run=_run,
)
