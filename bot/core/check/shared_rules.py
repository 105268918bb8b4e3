"""Rules of shared parts, judged over all procedures that use them: each fires and decides in one at least."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.rules import dead_rule, idle_rule, never_decide, never_fire
from bot.core.check.submission import Submission
from bot.core.flow.model import Rule, Script


@dataclass(frozen=True, slots=True)
class Judged:
    """The shared rules of one procedure: those that somebody can hit there, and those that decide for somebody."""

    rules: Mapping[str, Rule]
    firing: Set[str]
    deciding: Set[str]


def check_shared_rules(scripts: Iterable[Script]) -> tuple[Finding, ...]:
    """The shared rules that fire, or decide, in none of ``scripts``, which should be all that there are."""
    return shared_findings(judge_shared(Submission(script, Floor(), languages=())) for script in scripts)


def judge_shared(submission: Submission) -> Judged:
    """What the shared rules do in one procedure."""
    dead = never_fire(submission)
    shared = {rule.id: rule for rule in submission.script.rules if submission.is_shared(rule)}
    idle = never_decide(submission, shared, dead)
    return Judged(shared, firing=shared.keys() - dead, deciding=shared.keys() - dead - idle)


def shared_findings(judged: Iterable[Judged]) -> tuple[Finding, ...]:
    """The shared rules that fire, or decide, in none of the procedures."""
    rules: dict[str, Rule] = {}
    firing: set[str] = set()
    deciding: set[str] = set()
    for one in judged:
        rules |= one.rules
        firing |= one.firing
        deciding |= one.deciding
    return tuple(
        dead_rule(rule) if name not in firing else idle_rule(rule)
        for name, rule in rules.items()
        if name not in deciding
    )
