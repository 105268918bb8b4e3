"""Every rule can fire for somebody, and makes a difference for somebody."""

from collections.abc import Collection, Iterator

from bot.core.check.finding import Finding, Place, error, warning
from bot.core.check.logic import Truth
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Rule, Script


def never_fire(submission: Submission) -> frozenset[str]:
    """The rules of the script that no patient of this procedure can hit."""
    return submission.never_fire


def never_decide(
    submission: Submission, among: Collection[str], dead: Collection[str], given: Collection[Truth] = ()
) -> frozenset[str]:
    """Those of the rules ``among`` whose patients all have their level and text by other rules than the ``dead``.

    All of them could go at once. A rule that calls somebody, has a note, or is the raised sister of another one does
    more than decide. ``given`` is what is so besides: then the solver alone is asked.
    """
    script, view, logic = submission.script, submission.view, submission.space.logic
    applies = {rule.id: rule.applies for rule in script.rules}
    missed = {rule.id: logic.negated(view.rules[rule.id]) for rule in script.rules}
    weights = {rule.id: _weight(script, rule) for rule in script.rules if rule.id not in dead}
    idle: set[str] = set()
    for rule in reversed(script.rules):
        if rule.id not in among or rule.id in dead or rule.calls or rule.note or rule.raised_from:
            continue
        others = [
            name
            for name, weight in weights.items()
            if weight >= weights[rule.id] and name != rule.id and name not in idle
        ]
        facts = submission.somebody.get(rule.id)
        if facts is not None and not given and not any(applies[name](facts) for name in others):
            continue
        if not logic.possible(view.rules[rule.id], *(missed[name] for name in others), *given):
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
    dead = never_fire(submission)
    own = [rule.id for rule in submission.script.rules if not submission.is_shared(rule)]
    idle = never_decide(submission, own, dead)
    for rule in submission.script.rules:
        yield from _not_backed_up(submission, rule)
        if rule.id in idle and not rule.backs_up:
            yield idle_rule(rule)
        elif rule.id in dead and (rule.id in own or not submission.possible(rule.when, anywhere=True)):
            yield dead_rule(rule)


def _not_backed_up(submission: Submission, rule: Rule) -> Iterator[Finding]:
    """A rule that says it backs up others decides for nobody beside them: proved, or it should not say so."""
    if not rule.backs_up:
        return
    rules = {each.id: each for each in submission.script.rules}
    weight = _weight(submission.script, rule)
    named = [rules[name] for name in rule.backs_up if name in rules and name != rule.id]
    equal = [each for each in named if _weight(submission.script, each) >= weight]
    negated, hit = submission.space.logic.negated, submission.view.rules
    if submission.space.logic.possible(hit[rule.id], *(negated(hit[each.id]) for each in equal)):
        yield error(
            "rule.backs_up_nobody",
            Place("rule", rule.id),
            f"It fires where {' and '.join(rule.backs_up)} do not, or give less: it decides.",
            "Take 'backs_up' away, or look which rule lost some of its patients.",
        )


def _weight(script: Script, rule: Rule) -> tuple[int, int]:
    """What a rule sets against others: its level, then how early its text comes in the order of advice."""
    order = script.advice_order
    return rule.level.severity, -(order.index(rule.advice) if rule.advice in order else len(order))


CHECK = Check(
    name="rules",
    promise="Every rule can fire, and decides for somebody.",
    codes=("rule.never_fires", "rule.never_decides", "rule.backs_up_nobody"),
    run=_run,
)
