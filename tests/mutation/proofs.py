"""What is proved about a mutant: it breaks the floor, or nobody can tell it from the script, or one patient can."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from bot.core.check.floor import Floor
from bot.core.check.logic import Truth
from bot.core.check.space import Space
from bot.core.flow.conditions import AllOf, Always, AnyOf, Condition, Days, Hours
from bot.core.flow.model import Rule, Script
from tests.mutation.mutants import Mutant

Weight = tuple[int, int]


class Proofs:
    """The space of all patients of a script, asked about one mutant after the other."""

    def __init__(self, script: Script, floor: Floor) -> None:
        self._script = script
        self._floor = floor.binding(script.procedure)
        self._space = Space(script)
        self._view = self._space.views[0]
        self._logic = self._space.logic

    def breaks_floor(self, mutant: Mutant) -> str | None:
        """The first promise of the clinic that the mutant breaks for somebody, or None."""
        mutated = self._mutated(mutant)
        for entry in self._floor:
            if not any(rule.level.at_least(entry.at_least) for rule in self._changed(mutant)):
                continue
            reached = [truth for rule, truth in mutated if rule.level.at_least(entry.at_least)]
            if self._logic.possible(self._view.truth(entry.when), self._not(self._any(reached))):
                return entry.id
        return None

    def changes_nothing(self, mutant: Mutant, *, as_asked: bool = False) -> bool:
        """Has every patient the level, the text, the calls and the notes that she had?

        ``as_asked``: every patient in whose answers each question was opened by a line or by its own ``ask_when``.
        """
        given = [self._asked_in_order] if as_asked else []
        before = [(rule, self._view.rules[rule.id]) for rule in self._script.rules]
        after = self._mutated(mutant)
        for old, new in self._outcomes(mutant, before, after):
            if self._logic.possible(*given, old, self._not(new)) or self._logic.possible(*given, new, self._not(old)):
                return False
        return True

    def _outcomes(
        self, mutant: Mutant, before: list[tuple[Rule, Truth]], after: list[tuple[Rule, Truth]]
    ) -> Iterator[tuple[Truth, Truth]]:
        """Each thing that may come of the rules that are another now: when it did before, and when it does after."""
        changed = list(self._changed(mutant))
        for weight in {self._weight(rule) for rule in changed}:
            yield (
                self._any(truth for rule, truth in before if self._weight(rule) >= weight),
                self._any(truth for rule, truth in after if self._weight(rule) >= weight),
            )
        for call in {call for rule in changed for call in rule.calls}:
            yield (
                self._any(truth for rule, truth in before if call in rule.calls),
                self._any(truth for rule, truth in after if call in rule.calls),
            )
        for note in {rule.note for rule in changed if rule.note}:
            yield (
                self._any(truth for rule, truth in before if rule.note == note),
                self._any(truth for rule, truth in after if rule.note == note),
            )

    def _changed(self, mutant: Mutant) -> Iterator[Rule]:
        for rule in self._script.rules:
            if rule.id in mutant.rules:
                yield rule
        yield from (rule for rule in mutant.rules.values() if rule is not None)

    def _mutated(self, mutant: Mutant) -> list[tuple[Rule, Truth]]:
        found: list[tuple[Rule, Truth]] = []
        for rule in self._script.rules:
            if rule.id not in mutant.rules:
                found.append((rule, self._view.rules[rule.id]))
                continue
            other = mutant.rules[rule.id]
            if other is not None:
                same = other.when is rule.when
                found.append((other, self._view.rules[rule.id] if same else self._view.truth(other.when)))
        return found

    def _weight(self, rule: Rule) -> Weight:
        """What decides between rules: the level, then how early the text comes in the order of advice."""
        order = self._script.advice_order
        return rule.level.severity, -(order.index(rule.advice) if rule.advice in order else len(order))

    @cached_property
    def _asked_in_order(self) -> Truth:
        """Every answer was asked for: a line opened it, or ``ask_when`` did at some time, or words or a D2 may have."""
        script, now = self._script, self._space.now
        free = {*script.symptom_questions.values(), *script.plan.after_d2, script.plan.follow_up.question}
        needs = []
        for question in script.questions.values():
            if question.id in free:
                continue
            ways: list[Truth] = []
            for name, members in script.sets.items():
                if question.id not in members:
                    continue
                gates = [gate for gate in script.openers.get(question.id, ()) if gate[0] in script.sets[name]]
                ways += [now.has(screen, [code]) for screen, code in gates]
                if question.ask_when is not None:
                    ways.append(self._view.truth(at_some_time(question.ask_when)))
                elif not gates:
                    ways.append(True)
            needs.append(self._any([self._not(now.answered(question.id)), *ways]))
        return self._logic.named("asked in order", self._logic.all_of(needs))

    def _any(self, truths: Iterable[Truth]) -> Truth:
        return self._logic.any_of(truths)

    def _not(self, truth: Truth) -> Truth:
        return self._logic.negated(truth)


def at_some_time(condition: Condition) -> Condition:
    """The condition without its times: it was asked a while before it is judged."""
    match condition:
        case Hours() | Days():
            return Always()
        case AllOf() | AnyOf():
            return condition.model_copy(update={"of": tuple(at_some_time(part) for part in condition.of)})
        case _:
            return condition
