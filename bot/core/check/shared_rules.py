"""Rules of shared parts, judged over all procedures that use them: each fires and decides in one at least."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.rules import dead_rule, idle_rule, never_decide, never_fire
from bot.core.check.submission import Submission
from bot.core.flow.model import Rule, Script


@dataclass(frozen=True, slots=True)
class Judged:
    """The shared rules of one procedure: those that somebody can hit there, and those that decide for somebody."""

    rules: tuple[str, ...]
    firing: Set[str]
    deciding: Set[str]


def check_shared_rules(scripts: Iterable[Script]) -> tuple[Finding, ...]:
    """The shared rules that fire, or decide, in none of ``scripts``, which should be all that there are."""
    known = tuple(scripts)
    return shared_findings(known, (judge_shared(Submission(script, Floor(), languages=())) for script in known))


def judge_shared(submission: Submission) -> Judged:
    """What the shared rules do in one procedure."""
    dead = never_fire(submission)
    shared = tuple(rule.id for rule in submission.script.rules if submission.is_shared(rule))
    firing = frozenset(shared) - dead
    return Judged(shared, firing, deciding=firing - never_decide(submission, shared, dead))


def shared_findings(scripts: Iterable[Script], judged: Iterable[Judged]) -> tuple[Finding, ...]:
    """The shared rules that fire, or decide, in none of the procedures; each as the last of ``scripts`` has it."""
    rules: dict[str, Rule] = {rule.id: rule for script in scripts for rule in script.rules}
    names: dict[str, None] = {}
    firing: set[str] = set()
    deciding: set[str] = set()
    for one in judged:
        names |= dict.fromkeys(one.rules)
        firing |= one.firing
        deciding |= one.deciding
    return tuple(
        dead_rule(rules[name]) if name not in firing else idle_rule(rules[name])
        for name in names
        if name not in deciding and not (name in firing and rules[name].backs_up)
    )
