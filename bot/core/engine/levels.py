"""What the answers mean: the rules that hold, the level, and the advice to give."""

from datetime import datetime

from bot.core.engine.events import AdviceGiven, AlertRaised, Event
from bot.core.engine.run import Run
from bot.core.flow.model import Rule, Script
from bot.core.level import Level, worst


def rules_that_hold(script: Script, run: Run, now: datetime) -> tuple[Rule, ...]:
    """The rules that hold for at least one session of the run, each by that session's own clock."""
    facts = run.all_facts(now)
    known = ((question, answer.given) for question, answer in run.answers.items())
    return tuple(rule for rule in script.rules_for(known) if any(map(rule.applies, facts)))


def advice_for(script: Script, rules: tuple[Rule, ...], level: Level) -> str:
    """The advice of the rules at ``level``: the first in the script's own order, so that rule order is irrelevant."""
    named = {rule.advice for rule in rules if rule.level is level}
    return next((advice for advice in script.advice_order if advice in named), level.value.lower())


def judge(script: Script, run: Run, now: datetime) -> tuple[Run, tuple[Event, ...]]:
    """Apply the rules: the level can only rise; red advice comes first, then the alert.

    Advice is given again at the same level only when it is a more urgent text than the one given before.
    """
    rules = rules_that_hold(script, run, now)
    fresh = tuple(rule for rule in rules if rule.id not in run.hits)
    level = worst((run.level, *(rule.level for rule in rules)))
    events: list[Event] = []
    advised = run.advised
    if level.is_red:
        advice = advice_for(script, rules, level)
        rose = level is not run.level
        if rose or _more_urgent(script, rules, run, level, advice):
            events.append(AdviceGiven(level=level, advice=advice))
            advised = (*advised, advice)
        red = tuple(rule for rule in fresh if rule.level.is_red)
        confirmed = run.unconfirmed and any(rule.level is Level.D1 for rule in red)
        if rose or red or confirmed:
            events.append(
                AlertRaised(
                    level=level,
                    rules=tuple(rule.id for rule in red),
                    calls=tuple(sorted({call for rule in rules for call in rule.calls})),
                    notes=tuple(sorted({rule.note for rule in rules if rule.note})),
                )
            )
            if level is Level.D1:
                run = run.model_copy(update={"unconfirmed": False})
    hits = (*run.hits, *(rule.id for rule in fresh))
    return run.model_copy(update={"level": level, "hits": hits, "advised": advised}), tuple(events)


def _more_urgent(script: Script, rules: tuple[Rule, ...], run: Run, level: Level, advice: str) -> bool:
    if advice in run.advised or not any(rule.level is level for rule in rules):
        return False
    order = {name: index for index, name in enumerate(script.advice_order)}
    given = [order[name] for name in run.advised if name in order]
    return order.get(advice, len(order)) < min(given, default=len(order))
