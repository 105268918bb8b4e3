"""Rules of shared parts, judged over all procedures that use them: each fires and decides in one at least."""

from collections.abc import Iterable

from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.rules import dead_rule, idle_rule, never_decide, never_fire
from bot.core.check.submission import Submission
from bot.core.flow.model import Rule, Script


def check_shared_rules(scripts: Iterable[Script]) -> tuple[Finding, ...]:
    """The shared rules that fire, or decide, in none of ``scripts``, which should be all that there are."""
    rules: dict[str, Rule] = {}
    firing: set[str] = set()
    deciding: set[str] = set()
    for script in scripts:
        submission = Submission(script, Floor(), languages=())
        dead = never_fire(submission)
        shared = {rule.id: rule for rule in script.rules if submission.is_shared(rule)}
        idle = never_decide(submission, shared, dead)
        rules |= shared
        firing |= shared.keys() - dead
        deciding |= shared.keys() - dead - idle
    return tuple(
        dead_rule(rule) if name not in firing else idle_rule(rule)
        for name, rule in rules.items()
        if name not in deciding
    )
