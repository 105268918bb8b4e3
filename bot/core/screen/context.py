"""What the words round a symptom make of it: negated, past, somebody else's, supposed, a figure of speech."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import accumulate

from bot.core.screen.normalise import Reading

Place = tuple[int, ...]
"""The indexes of the tokens that a phrase covers."""

NEGATION_REACH = 5
_AFTER_REACH = 3
_INTRODUCTION = 4


class Status(StrEnum):
    """How a symptom is spoken of; only ``present`` raises an alarm at once."""

    PRESENT = "present"
    NEGATED = "negated"
    PAST = "past"
    OTHER_PERSON = "other_person"
    HYPOTHETICAL = "hypothetical"
    FIGURE = "figure"


class Context:
    """The context words of one language in one message.

    ``found`` holds, for each list of the lexicon by its name, where its phrases stand; ``guarded`` the
    tokens of symptoms that are negations themselves ("cant breathe"), which negate nothing else.
    """

    def __init__(self, reading: Reading, found: Mapping[str, Sequence[Place]], guarded: set[int]) -> None:
        self._found = found
        self._sentences = [token.sentence for token in reading.tokens]
        self._clauses = self._number_clauses(reading)
        self._bounds = self._clause_bounds()

        no_negation = guarded | self._tokens_of("not_negations") | self._tokens_of("not_better")
        negations = self._free("negations", no_negation)
        self._negation_ends = {place[-1] for place in negations}
        self._next_ends = self._negation_ends | {place[-1] for place in self._free("negations_next", no_negation)}
        self._after = {place[0]: place[-1] for place in self._free("negations_after", no_negation)}
        self._scope_breaks = self._tokens_of("scope_breaks")
        self._small = self._tokens_of("small_words")
        self._worse = {self._clauses[place[0]] for place in self._at("not_better")}
        self._figures = self._tokens_of("figures")
        self._recent = {self._sentences[place[0]] for place in self._at("recent")}
        self._past = {self._clauses[place[0]] for place in self._at("history")}
        self._openers = self._first_openers(reading.asking)
        self._persons = self._by_clause("other_person")
        self._own = self._tokens_of("self_words") - self._tokens_of("other_person")

    def status(self, at: Place, *, guarded: bool) -> tuple[Status, bool]:
        """The status of a symptom at these tokens, and whether it is said not to get better."""
        worse = any(self._clauses[index] in self._worse for index in at)
        if not self._figures.isdisjoint(at):
            return Status.FIGURE, worse
        if not guarded and not worse and self._is_negated(at):
            return Status.NEGATED, False
        if self._is_supposed(at):
            return Status.HYPOTHETICAL, worse
        if self._is_of_other(at):
            return Status.OTHER_PERSON, worse
        if not worse and self._is_past(min(at)):
            return Status.PAST, False
        return Status.PRESENT, worse

    def _at(self, name: str) -> Sequence[Place]:
        return self._found.get(name, ())

    def _tokens_of(self, name: str) -> set[int]:
        return {index for place in self._at(name) for index in place}

    def _free(self, name: str, taken: set[int]) -> list[Place]:
        return [place for place in self._at(name) if taken.isdisjoint(place)]

    def _number_clauses(self, reading: Reading) -> list[int]:
        breaks = {place[0] for place in self._at("clause_breaks")}
        begun = accumulate(index in breaks for index in range(len(reading.tokens)))
        return [token.clause + extra for token, extra in zip(reading.tokens, begun, strict=True)]

    def _clause_bounds(self) -> dict[int, tuple[int, int]]:
        bounds: dict[int, tuple[int, int]] = {}
        for index, clause in enumerate(self._clauses):
            bounds[clause] = (bounds.get(clause, (index, index))[0], index)
        return bounds

    def _by_clause(self, name: str) -> dict[int, list[Place]]:
        places: dict[int, list[Place]] = {}
        for place in self._at(name):
            places.setdefault(self._clauses[place[0]], []).append(place)
        return places

    def _first_openers(self, asking: frozenset[int]) -> dict[int, int]:
        marked = (place for place in self._at("question_openers_with_mark") if self._sentences[place[0]] in asking)
        first: dict[int, int] = {}
        for place in (*self._at("question_openers"), *marked):
            clause = self._clauses[place[0]]
            first[clause] = min(place[0], first.get(clause, place[0]))
        return first

    def _is_negated(self, at: Place) -> bool:
        first = min(at)
        return (
            any(self._reaches(first - back, first) for back in range(1, NEGATION_REACH + 1))
            or any(self._stands_just_before(index, at) for index in at)
            or self._is_closed(max(at))
        )

    def _reaches(self, negation: int, first: int) -> bool:
        if negation not in self._negation_ends or self._clauses[negation] != self._clauses[first]:
            return False
        return self._scope_breaks.isdisjoint(range(negation + 1, first))

    def _stands_just_before(self, index: int, at: Place) -> bool:
        before = index - 1
        while before in self._small and before not in at and before not in self._next_ends:
            before -= 1
        return before in self._next_ends and self._clauses[before] == self._clauses[index]

    def _is_closed(self, last: int) -> bool:
        """Does a negation, small words aside, follow the symptom and end its clause ("температуры у меня нет")?"""
        clause_end = self._bounds[self._clauses[last]][1]
        return any(
            self._after.get(first) == clause_end and self._small.issuperset(range(last + 1, first))
            for first in range(last + 1, last + 1 + _AFTER_REACH)
        )

    def _is_supposed(self, at: Place) -> bool:
        opener = self._openers.get(self._clauses[min(at)])
        return opener is not None and opener <= min(at)

    def _is_of_other(self, at: Place) -> bool:
        """Is another person named in the clause, and the patient not named again between them and the symptom?"""
        first, last = min(at), max(at)
        clause = self._clauses[first]
        for place in self._persons.get(clause, ()):
            if place[0] <= last:
                between = range(place[-1] + 1, last + 1)
            elif place[0] - last <= _AFTER_REACH and self._scope_breaks.isdisjoint(range(last + 1, place[0])):
                between = range(self._bounds[clause][0], place[0])
            else:
                continue
            if self._own.isdisjoint(between):
                return True
        return False

    def _is_past(self, first: int) -> bool:
        """History counts in its own clause, and in the next one where it is a short introduction."""
        if self._sentences[first] in self._recent:
            return False
        clause = self._clauses[first]
        if clause in self._past:
            return True
        end = self._bounds[clause][0] - 1
        if end < 0 or self._clauses[end] not in self._past or self._sentences[end] != self._sentences[first]:
            return False
        return end - self._bounds[self._clauses[end]][0] < _INTRODUCTION
