"""What the words round a symptom make of it: negated, past, somebody else's, supposed, a figure of speech, mild."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from bot.core.screen.normalise import Reading

Place = tuple[int, ...]
"""The indexes of the tokens that a phrase covers."""

NEGATION_REACH = 5
_AFTER_REACH = 3
_INTRODUCTION = 4
_MILD_REACH = 5


class Status(StrEnum):
    """How a symptom is spoken of; only ``present`` raises an alarm at once."""

    PRESENT = "present"
    NEGATED = "negated"
    PAST = "past"
    OTHER_PERSON = "other_person"
    HYPOTHETICAL = "hypothetical"
    FIGURE = "figure"


class Verdict(NamedTuple):
    """How a symptom is spoken of, and the words that say so.

    ``worse``: it is said not to get better. ``mild``: it is called small. ``better``: it is going away.
    """

    status: Status
    worse: bool = False
    mild: bool = False
    better: bool = False
    because: Place = ()


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
        self._negation_ends = {place[-1]: place for place in negations}
        self._next_ends = self._negation_ends | {
            place[-1]: place for place in self._free("negations_next", no_negation)
        }
        self._after = {place[0]: place for place in self._free("negations_after", no_negation)}
        self._scope_breaks = self._tokens_of("scope_breaks")
        self._small = self._tokens_of("small_words")
        self._worse = self._by_clause("not_better")
        self._figures = list(self._at("figures"))
        self._recent = {self._sentences[place[0]] for place in self._at("recent")}
        self._past = {self._clauses[place[0]]: place for place in self._at("history")}
        self._openers = self._first_openers(reading.asking)
        self._persons = self._by_clause("other_person")
        self._own = self._tokens_of("self_words") - self._tokens_of("other_person")
        self._mild = self._free("mild", no_negation)
        self._better = self._at("better")

    def status(self, at: Place, *, guarded: bool, witnessed: bool = False) -> Verdict:
        """How a symptom at these tokens is spoken of.

        A symptom that is ``witnessed`` is told by others about the patient ("my wife does not wake up").
        """
        worse = any(self._clauses[index] in self._worse for index in at)
        for figure in self._figures:
            if not set(figure).isdisjoint(at):
                return Verdict(Status.FIGURE, worse, because=figure)
        if not guarded and not worse and (negation := self._negation(at)):
            return Verdict(Status.NEGATED, because=negation)
        if opener := self._opener(at):
            return Verdict(Status.HYPOTHETICAL, worse, because=opener)
        if not witnessed and (person := self._other_person(at)):
            return Verdict(Status.OTHER_PERSON, worse, because=person)
        if not worse and (history := self._history(min(at))):
            return Verdict(Status.PAST, because=history)
        if worse:
            return Verdict(Status.PRESENT, worse, because=self._worse_place(at))
        mild, better = self._mild_words(at), self._better_words(at)
        return Verdict(Status.PRESENT, mild=bool(mild), better=bool(better), because=better or mild)

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

    def _first_openers(self, asking: frozenset[int]) -> dict[int, Place]:
        marked = (place for place in self._at("question_openers_with_mark") if self._sentences[place[0]] in asking)
        first: dict[int, Place] = {}
        for place in (*self._at("question_openers"), *marked):
            clause = self._clauses[place[0]]
            first[clause] = min(place, first.get(clause, place))
        return first

    def _worse_place(self, at: Place) -> Place:
        return next(self._worse[self._clauses[index]][0] for index in at if self._clauses[index] in self._worse)

    def _negation(self, at: Place) -> Place:
        first = min(at)
        before = (self._reaching(first - back, first) for back in range(1, NEGATION_REACH + 1))
        beside = (self._standing_before(index, at) for index in at)
        return _first((*before, *beside, self._closing(max(at)), self._answered(max(at))))

    def _answered(self, last: int) -> Place:
        """A negation that is the whole clause after the one that the symptom ends ("fever? no", "fever: no")."""
        place = self._after.get(last + 1)
        if not place or self._bounds[self._clauses[last]][1] != last:
            return ()
        return place if self._bounds[self._clauses[place[0]]] == (place[0], place[-1]) else ()

    def _reaching(self, negation: int, first: int) -> Place:
        if negation not in self._negation_ends or self._clauses[negation] != self._clauses[first]:
            return ()
        return self._negation_ends[negation] if self._scope_breaks.isdisjoint(range(negation + 1, first)) else ()

    def _standing_before(self, index: int, at: Place) -> Place:
        before = index - 1
        while before in self._small and before not in at and before not in self._next_ends:
            before -= 1
        if before in self._next_ends and self._clauses[before] == self._clauses[index]:
            return self._next_ends[before]
        return ()

    def _closing(self, last: int) -> Place:
        """A negation that, small words aside, follows the symptom and ends its clause ("температуры у меня нет")."""
        clause_end = self._bounds[self._clauses[last]][1]
        for first in range(last + 1, last + 1 + _AFTER_REACH):
            place = self._after.get(first)
            if place and place[-1] == clause_end and self._small.issuperset(range(last + 1, first)):
                return place
        return ()

    def _opener(self, at: Place) -> Place:
        opener = self._openers.get(self._clauses[min(at)], ())
        return opener if opener and opener[0] <= min(at) else ()

    def _other_person(self, at: Place) -> Place:
        """Another person who is named in the clause, where the patient is not named again between them and the symptom."""
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
                return place
        return ()

    def _history(self, first: int) -> Place:
        """History counts in its own clause, and in the next one where it is a short introduction."""
        if self._sentences[first] in self._recent:
            return ()
        clause = self._clauses[first]
        if clause in self._past:
            return self._past[clause]
        end = self._bounds[clause][0] - 1
        if end < 0 or self._clauses[end] not in self._past or self._sentences[end] != self._sentences[first]:
            return ()
        return self._past[self._clauses[end]] if end - self._bounds[self._clauses[end]][0] < _INTRODUCTION else ()

    def _mild_words(self, at: Place) -> Place:
        """Words that call it small stand near, in its clause."""
        first, last = min(at), max(at)
        for place in self._mild:
            near = first - _MILD_REACH <= place[-1] and place[0] <= last + _MILD_REACH
            if near and self._clauses[place[0]] in {self._clauses[first], self._clauses[last]}:
                return place
        return ()

    def _better_words(self, at: Place) -> Place:
        """That it goes away may stand anywhere in its sentence."""
        sentence = self._sentences[min(at)]
        return _first(place for place in self._better if self._sentences[place[0]] == sentence)


def _first(places: Iterable[Place]) -> Place:
    return next((place for place in places if place), ())
