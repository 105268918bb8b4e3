"""Every small error that somebody could make in the rules of a script, one at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.check.references import parts_of
from bot.core.flow.conditions import (
    AllOf,
    AnswerIs,
    AnyOf,
    Condition,
    Days,
    HasModifier,
    Hours,
    NumberIs,
    ProcedureIs,
    SiteIs,
    Twice,
    WithoutModifier,
)
from bot.core.flow.model import Rule, Script
from bot.core.flow.writing import as_written
from bot.core.level import Level

LONGEST = 120
"""So much of a condition is shown in the description of a mutant."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One error: ``rules`` are the rules that are another now, by id; None: the rule is gone."""

    kind: str
    change: str
    rules: Mapping[str, Rule | None]

    def apply(self, script: Script) -> Script:
        """The script with the error in it."""
        mutated = (self.rules.get(rule.id, rule) for rule in script.rules)
        return script.model_copy(update={"rules": tuple(rule for rule in mutated if rule is not None)})

    def __str__(self) -> str:
        names = list(self.rules)
        where = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        return f"{where}: {self.kind}: {self.change}"


def mutants(script: Script) -> Iterator[Mutant]:
    """Every mutant of the script's rules.

    A condition that was given a name is one object in all rules that use it, and so are a rule's own words in its
    raised sister: an error in it is made once and has its effect everywhere, as it would in the file.
    """
    for rule in script.rules:
        if rule.raised_from is None:
            yield from _of_rule(script, rule)
        else:
            yield Mutant("not raised", f"no {rule.level} for patients at risk", {rule.id: None})
    seen: set[int] = set()
    for rule in script.rules:
        for part in parts_of(rule.when):
            if id(part) not in seen:
                seen.add(id(part))
                yield from _of_condition(script, part)


def _of_rule(script: Script, rule: Rule) -> Iterator[Mutant]:
    sister = next((other for other in script.rules if other.id == f"{rule.id}+" and other.raised_from), None)
    both = (rule,) if sister is None else (rule, sister)
    yield Mutant("dropped", f"no rule {rule.id}", {each.id: None for each in both})
    lower = next((level for level in Level if level.severity == rule.level.severity - 1), None)
    if lower is not None:
        yield Mutant("lowered", f"{rule.level} is {lower}", dict(_lowered(both, lower)))


def _lowered(both: tuple[Rule, ...], lower: Level) -> Iterator[tuple[str, Rule | None]]:
    for each in both:
        level = lower if each.raised_from is None else lower.raised()
        own = each.advice if each.advice != each.level.value.lower() else level.value.lower()
        yield each.id, each.model_copy(update={"level": level, "advice": own})


def _of_condition(script: Script, part: Condition) -> Iterator[Mutant]:
    using = [rule for rule in script.rules if any(inner is part for inner in parts_of(rule.when))]
    for kind, other in variants(part):
        changed = {rule.id: rule.model_copy(update={"when": replaced(rule.when, part, other)}) for rule in using}
        yield Mutant(kind, f"{_short(part)} is {_short(other)}", changed)


def variants(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The ways in which this one condition, leaving alone what is inside it, can be wrong."""
    match condition:
        case AnswerIs() | SiteIs() | HasModifier() | ProcedureIs():
            if len(condition.any_of) > 1:
                for name in condition.any_of:
                    kept = tuple(each for each in condition.any_of if each != name)
                    yield f"without {name}", condition.model_copy(update={"any_of": kept})
            if isinstance(condition, HasModifier):
                yield "flipped", WithoutModifier(none_of=condition.any_of)
        case WithoutModifier():
            yield "flipped", HasModifier(any_of=condition.none_of)
        case NumberIs():
            yield from _shifted(condition, {"at_least": (0, 10), "at_most": (0, 10)}, open_end={"at_most": 10})
        case Hours():
            yield from _shifted(condition, {"after": (0, 24_000), "up_to": (0, 24_000)}, open_end={})
        case Days():
            yield from _shifted(condition, {"after": (-1, 1000), "up_to": (-1, 1000)}, open_end={})
        case AllOf():
            yield from _of_list(condition, AnyOf(of=condition.of))
        case AnyOf():
            yield from _of_list(condition, AllOf(of=condition.of))
        case Twice():
            yield "once is enough", condition.of
        case _:
            return


def _of_list(condition: AllOf | AnyOf, flipped: Condition) -> Iterator[tuple[str, Condition]]:
    if len(condition.of) < 2:
        return
    yield "flipped", flipped
    for place, part in enumerate(condition.of):
        kept = (*condition.of[:place], *condition.of[place + 1 :])
        yield f"without {_short(part)}", condition.model_copy(update={"of": kept})


def _shifted(
    condition: NumberIs | Hours | Days, bounds: Mapping[str, tuple[int, int]], open_end: Mapping[str, int]
) -> Iterator[tuple[str, Condition]]:
    """Each bound one up and one down. A bound that was not written stays unwritten."""
    for name, (lowest, highest) in bounds.items():
        value = getattr(condition, name)
        if value is None or open_end.get(name) == value or (name == "at_least" and value == 0):
            continue
        for step in (-1, 1):
            if lowest <= value + step <= highest:
                yield f"{name} {value + step:g}", condition.model_copy(update={name: value + step})


def replaced(condition: Condition, part: Condition, other: Condition) -> Condition:
    """The condition with ``other`` in place of the very object ``part``."""
    if condition is part:
        return other
    match condition:
        case AllOf() | AnyOf():
            return condition.model_copy(update={"of": tuple(replaced(each, part, other) for each in condition.of)})
        case Twice():
            return condition.model_copy(update={"of": replaced(condition.of, part, other)})
        case _:
            return condition


def _short(condition: Condition) -> str:
    text = as_written(condition)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
