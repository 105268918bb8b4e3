"""What the cases of a script look at: the facts of each turn, so that a mutant replays only the cases that it touches."""

from collections.abc import Iterable, Sequence

from bot.core.engine.replay import SESSION, problems_of, replay
from bot.core.flow.cases import Case
from bot.core.flow.conditions import ANY_CODE, Facts, answers_needed, holds
from bot.core.flow.model import Rule, Script
from tests.mutation.mutants import Mutant


class Witnesses:
    """The cases, and every moment in them at which rules are judged.

    Errors: ``ValueError`` for a case that breaks without any error in the script: it would kill whatever it touches.
    """

    def __init__(self, script: Script, cases: Sequence[Case]) -> None:
        self._script = script
        self._cases = cases
        self._rules = {rule.id: rule for rule in script.rules}
        self._facts: list[tuple[int, Facts]] = []
        self._by_answer: dict[tuple[str, str], list[int]] = {}
        for number, case in enumerate(cases):
            self._look(number, case)

    def _look(self, number: int, case: Case) -> None:
        seen: set[str] = set()
        played = replay(self._script, case)
        if played.problems:
            raise ValueError(f"{case.file} breaks already: {played.problems[0]}")
        for turn in played.turns:
            # The moments of a turn: answers are judged when they come, so the latest answer tells the time.
            now = max((answer.at for answer in turn.run.answers.values()), default=turn.run.opened_at)
            for facts in turn.run.all_facts(now):
                key = f"{(now - SESSION)} {facts.answers}"
                if key in seen:
                    continue
                seen.add(key)
                place = len(self._facts)
                self._facts.append((number, facts))
                for question, given in facts.answers.items():
                    for code in (*given.codes, ANY_CODE):
                        self._by_answer.setdefault((question, code), []).append(place)

    def kill(self, mutant: Mutant) -> Case | None:
        """The first case that goes another way with the mutant than it says; None when no case notices."""
        spoilt = mutant.apply(self._script)
        for case in self._touched(mutant):
            if problems_of(spoilt, case):
                return case
        return None

    def _touched(self, mutant: Mutant) -> Iterable[Case]:
        """The cases in which a rule holds that did not, or the other way; those that name such a rule come first."""
        numbers = {
            self._facts[place][0]
            for name, after in mutant.rules.items()
            for place in self._candidates(self._rules[name], after)
            if _differs(self._rules[name], after, self._facts[place][1])
        }
        touched = [self._cases[number] for number in sorted(numbers)]
        return sorted(touched, key=lambda case: not mutant.rules.keys() & set(case.expect.rules))

    def _candidates(self, before: Rule, after: Rule | None) -> Iterable[int]:
        """The moments with an answer without which neither rule holds."""
        found: set[int] = set()
        for rule in (before, after):
            pairs = frozenset() if rule is None else answers_needed(rule.when)
            if pairs is None:
                return range(len(self._facts))
            for pair in pairs:
                found.update(self._by_answer.get(pair, ()))
        return found


def _differs(before: Rule, after: Rule | None, facts: Facts) -> bool:
    held = holds(before.when, facts)
    if after is None or after.level is not before.level:
        return held
    return held != holds(after.when, facts)
