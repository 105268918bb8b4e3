"""What is proved about a mutant: it breaks the floor, or nobody can tell it from the script, or one patient can."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property

from bot.core.check.floor import Floor
from bot.core.check.logic import Truth
from bot.core.check.patient import Patient, level_of
from bot.core.check.space import Space
from bot.core.engine.agenda import opens
from bot.core.flow.conditions import AllOf, AnyOf, Condition, Days, Facts, Hours, holds
from bot.core.flow.model import Question, Rule, Script
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

        A call or a note more, for somebody who keeps her level and her text, is no error that counts.
        ``as_asked``: every patient in whose answers each question was opened by a line or by its own ``ask_when``.
        """
        given = [self._asked_in_order] if as_asked else []
        before = [(rule, self._view.rules[rule.id]) for rule in self._script.rules]
        after = self._mutated(mutant)
        for old, new, both_ways in self._outcomes(mutant, before, after):
            if self._logic.possible(*given, old, self._not(new)):
                return False
            if both_ways and self._logic.possible(*given, new, self._not(old)):
                return False
        return True

    def _outcomes(
        self, mutant: Mutant, before: list[tuple[Rule, Truth]], after: list[tuple[Rule, Truth]]
    ) -> Iterator[tuple[Truth, Truth, bool]]:
        """Each thing that may come of the rules that are another now: when it did before, when it does after, and
        whether it may not come anew either."""
        changed = list(self._changed(mutant))
        for weight in {self._weight(rule) for rule in changed}:
            yield (
                self._any(truth for rule, truth in before if self._weight(rule) >= weight),
                self._any(truth for rule, truth in after if self._weight(rule) >= weight),
                True,
            )
        for call in {call for rule in changed for call in rule.calls}:
            yield (
                self._any(truth for rule, truth in before if call in rule.calls),
                self._any(truth for rule, truth in after if call in rule.calls),
                False,
            )
        for note in {rule.note for rule in changed if rule.note}:
            yield (
                self._any(truth for rule, truth in before if rule.note == note),
                self._any(truth for rule, truth in after if rule.note == note),
                False,
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

    def tellers(self, mutant: Mutant) -> Iterator[Patient]:
        """Patients who are asked in order in a check-in and for whom a rule holds that did not, or the other way.

        A rule that is hit no more is told by its name in a case; one that is hit anew, by the level that it gives.
        """
        ten_in_the_morning = self._logic.all_of(
            [
                self._logic.ahead(self._space.at.hour, self._space.at.day, factor=24, plus=-10),
                self._logic.behind(self._space.at.hour, self._space.at.day, factor=24, plus=14),
            ]
        )
        first = self._script.questions[self._script.sets[self._script.plan.check_ins[0].sets[0]][0]]
        known = [ten_in_the_morning, self._in_order(free=frozenset())]
        # First those who tap nothing on the first screen: what it opens is asked before everything else.
        for them in ([*known, self._space.now.has(first.id, [first.well])], known):
            yield from self._tellers(mutant, them)

    def _tellers(self, mutant: Mutant, known: list[Truth]) -> Iterator[Patient]:
        for name, after in mutant.rules.items():
            before = next(rule for rule in self._script.rules if rule.id == name)
            old = self._view.rules[name]
            new = self._view.truth(after.when) if after is not None else False
            yield from self._teller(before, after, False, *known, old, self._not(new))
            if after is not None:
                level = self._not(self._view.at_least(after.level))
                yield from self._teller(before, after, True, *known, new, self._not(old), level)

    def _teller(self, before: Rule, after: Rule | None, wider: bool, *truths: Truth) -> Iterator[Patient]:
        def still(patient: Patient) -> bool:
            facts = patient.facts(self._script)
            held, holds_now = holds(before.when, facts), after is not None and holds(after.when, facts)
            if held is holds_now or held is wider or patient.day != (patient.hour + 10) // 24:
                return False
            lower = not wider or not level_of(self._script, patient).at_least(before.level)
            return lower and asked_in_order(self._script, patient)

        # A patient between two moments that a case cannot have is no teller.
        with suppress(RuntimeError):
            found = self._space.patient(still, *truths)
            if found is not None:
                yield found

    @cached_property
    def _asked_in_order(self) -> Truth:
        """Every answer was asked for: a line opened it, or ``ask_when`` did at some time, or words or a D2 may have."""
        plan = self._script.plan
        return self._in_order(
            frozenset({*self._script.symptom_questions.values(), *plan.after_d2, plan.follow_up.question})
        )

    def _in_order(self, free: frozenset[str]) -> Truth:
        """Every answer was asked for; those in ``free`` may come up by themselves."""
        script, now = self._script, self._space.now
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
        return self._logic.all_of(needs)

    def _any(self, truths: Iterable[Truth]) -> Truth:
        return self._logic.any_of(truths)

    def _not(self, truth: Truth) -> Truth:
        return self._logic.negated(truth)


def asked_in_order(script: Script, patient: Patient) -> bool:
    """Was every question opened by a tapped line, or by its own ``ask_when``, or is it asked of everybody?"""
    facts = patient.facts(script)
    return all(_was_opened(script, script.questions[name], facts) for name in patient.answers)


def _was_opened(script: Script, question: Question, facts: Facts) -> bool:
    for members in script.sets.values():
        if question.id in members:
            gates = tuple(gate for gate in script.openers.get(question.id, ()) if gate[0] in members)
            relaxed = question.ask_when and at_some_time(question.ask_when)
            if opens(question.model_copy(update={"ask_when": relaxed}), gates, facts):
                return True
    return False


def at_some_time(condition: Condition) -> Condition:
    """The condition as it was when the question was asked: some time before, so that only what ends may have ended."""
    match condition:
        case Hours() | Days():
            return condition.model_copy(update={"up_to": None})
        case AllOf() | AnyOf():
            return condition.model_copy(update={"of": tuple(at_some_time(part) for part in condition.of)})
        case _:
            return condition
