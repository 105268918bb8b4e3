"""Phrases found among tokens: word for word, or in any order within six words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Generic, TypeVar

from bot.core.screen.lexicon import LONGEST_PHRASE, Slots
from bot.core.screen.normalise import Token
from bot.core.screen.words import Vocabulary

_GLUED_AT_LEAST = 8
_SPELT_AT_LEAST = 5
_GLUED_HEAD = 4
_AHEAD_REACH = 3
_REMEMBERED, _REMEMBERED_LENGTH = 4096, 24
_MOST_GLUED = 200

Tag = TypeVar("Tag")


@dataclass(frozen=True)
class Phrase(Generic[Tag]):
    """What to look for, and the ``tag`` to report it under.

    A ``loose`` phrase stands within six words of one sentence in any order and may have typos, the others
    stand word for word in one clause. Of a loose phrase, words in ``ahead`` stand before the word that they
    belong to, at most three words ("no respiro", and not "respiro bien, no ..."). A match with one of the
    ``guards`` is reported as guarded, and a loose phrase that may have one stays inside one clause.
    """

    slots: Slots
    tag: Tag
    loose: bool = False
    ahead: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match(Generic[Tag]):
    """A phrase that was found, and the indexes of its tokens in the order of the phrase.

    ``typed_right`` says that no word of it had a typo.
    """

    tag: Tag
    at: tuple[int, ...]
    guarded: bool = False
    typed_right: bool = True


@dataclass(frozen=True)
class _Compiled(Generic[Tag]):
    phrase: Phrase[Tag]
    slots: tuple[frozenset[int], ...]
    ahead: frozenset[int]
    guards: frozenset[int]
    one_clause: bool
    anchor: int


class PhraseFinder(Generic[Tag]):
    """Finds many phrases at once, from an index of the rarest word of each."""

    def __init__(self, phrases: Iterable[Phrase[Tag]], never_typos: tuple[str, ...] = ()) -> None:
        self._words = Vocabulary()
        self._words.never_typos(never_typos)
        self._anchored: defaultdict[int, list[_Compiled[Tag]]] = defaultdict(list)
        self._glued: defaultdict[str, list[tuple[str, bool, Tag]]] = defaultdict(list)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        for phrase in phrases:
            compiled = self._compile(phrase)
            for number in compiled.slots[compiled.anchor]:
                self._anchored[number].append(compiled)
            if phrase.loose:
                self._glue(phrase)

    def find(self, tokens: tuple[Token, ...]) -> list[Match[Tag]]:
        """Every phrase at every place, each place once."""
        known = {forms: self._known(forms) for forms in {token.forms for token in tokens}}
        exact = [known[token.forms][0] for token in tokens]
        likely = [known[token.forms][1] for token in tokens]
        search = _Search(tokens, exact, likely)
        possible = self._possible(frozenset().union(*(numbers for _, numbers in known.values())))
        found: dict[Match[Tag], None] = {}
        for index, token in enumerate(tokens):
            for number in likely[index]:
                for compiled in possible.get(number, ()):
                    if places := search.place(compiled, index):
                        found[search.match(compiled, places)] = None
            for tag in self._unglued(token):
                found[Match(tag, (index,), guarded=True)] = None
        return list(found)

    def _possible(self, numbers: frozenset[int]) -> dict[int, list[_Compiled[Tag]]]:
        """By the number of their anchor, the phrases of which every word is somewhere in the message."""
        return {
            number: [
                compiled
                for compiled in self._anchored[number]
                if not any(numbers.isdisjoint(slot) for slot in compiled.slots)
            ]
            for number in numbers
            if number in self._anchored
        }

    def _compile(self, phrase: Phrase[Tag]) -> _Compiled[Tag]:
        slots = tuple(frozenset(self._words.add(word) for word in slot) for slot in phrase.slots)
        shortest = [min(len(word) for word in slot) for slot in phrase.slots]
        ahead, guards = (frozenset(self._words.add(word) for word in words) for words in (phrase.ahead, phrase.guards))
        one_clause = any(not phrase.guards.isdisjoint(slot) for slot in phrase.slots)
        return _Compiled(phrase, slots, ahead, guards, one_clause, shortest.index(max(shortest)))

    def _known(self, forms: tuple[str, ...]) -> tuple[frozenset[int], frozenset[int]]:
        # Long words are not worth remembering, and hostile ones would fill the memory.
        return self._remembered(forms) if len(forms[0]) <= _REMEMBERED_LENGTH else self._look_up(forms)

    def _look_up(self, forms: tuple[str, ...]) -> tuple[frozenset[int], frozenset[int]]:
        exact: set[int] = set()
        likely: set[int] = set()
        for form in forms:
            exact |= self._words.exact(form)
            likely |= self._words.near(form)
        return frozenset(exact), frozenset(exact | likely)

    def _glue(self, phrase: Phrase[Tag]) -> None:
        """Remember how the phrase looks with no spaces; of phrases with many choices, the first ones."""
        for count, words in enumerate(product(*phrase.slots)):
            if count == _MOST_GLUED:
                break
            glued = "".join(word.removesuffix("*") for word in words)
            alone = len(words) == 1
            if len(glued) >= (_SPELT_AT_LEAST if alone else _GLUED_AT_LEAST) and glued.isalpha():
                self._glued[glued[:_GLUED_HEAD]].append((glued, alone, phrase.tag))

    def _unglued(self, token: Token) -> Iterator[Tag]:
        """Phrases that lie in one token: "cantbreathe"; single words only where it was spelt out."""
        for form in token.forms:
            if len(form) < _GLUED_AT_LEAST and not token.spelt:
                continue
            for start in range(len(form) - _GLUED_HEAD):
                for glued, alone, tag in self._glued.get(form[start : start + _GLUED_HEAD], ()):
                    if (token.spelt or not alone) and form.startswith(glued, start):
                        yield tag


class _Search:
    """Places the words of a phrase around one token of a message."""

    def __init__(self, tokens: tuple[Token, ...], exact: list[frozenset[int]], likely: list[frozenset[int]]) -> None:
        self._tokens = tokens
        self._exact = exact
        self._likely = likely

    def place(self, compiled: _Compiled[Tag], index: int) -> tuple[int, ...] | None:
        """Where the words stand when the anchor stands at ``index``; None when they do not."""
        phrase = compiled.phrase
        in_row = tuple(range(index - compiled.anchor, index - compiled.anchor + len(compiled.slots)))
        if self._fits_in_row(compiled, in_row):
            return in_row
        if not phrase.loose or len(compiled.slots) == 1:
            return None
        if not self._has_all_near(compiled, index):
            return None
        places = [-1] * len(compiled.slots)
        places[compiled.anchor] = index
        return tuple(places) if self._fill(compiled, places, 0) else None

    def match(self, compiled: _Compiled[Tag], places: tuple[int, ...]) -> Match[Tag]:
        """The match of a phrase whose words stand at ``places``."""
        if not (compiled.phrase.loose or compiled.guards):
            return Match(compiled.phrase.tag, places)
        seen = [self._exact[at] for at in places]
        guarded = any(not words.isdisjoint(compiled.guards) for words in seen)
        typed_right = not any(words.isdisjoint(slot) for words, slot in zip(seen, compiled.slots, strict=True))
        return Match(compiled.phrase.tag, places, guarded, typed_right)

    def _has_all_near(self, compiled: _Compiled[Tag], index: int) -> bool:
        around = frozenset().union(*self._likely[max(0, index - LONGEST_PHRASE + 1) : index + LONGEST_PHRASE])
        return not any(around.isdisjoint(slot) for slot in compiled.slots)

    def _fits_in_row(self, compiled: _Compiled[Tag], row: tuple[int, ...]) -> bool:
        if row[0] < 0 or row[-1] >= len(self._tokens):
            return False
        loose = compiled.phrase.loose
        if not loose and self._tokens[row[0]].clause != self._tokens[row[-1]].clause:
            return False
        seen = self._likely if loose else self._exact
        return all(not seen[at].isdisjoint(slot) for at, slot in zip(row, compiled.slots, strict=True))

    def _fill(self, compiled: _Compiled[Tag], places: list[int], slot: int) -> bool:
        if slot == len(places):
            return self._in_order(compiled, places)
        if slot == compiled.anchor:
            return self._fill(compiled, places, slot + 1)
        taken = [place for place in places if place >= 0]
        low, high = max(taken) - LONGEST_PHRASE + 1, min(taken) + LONGEST_PHRASE - 1
        anchor = places[compiled.anchor]
        fitting = (
            at
            for at in range(max(low, 0), min(high, len(self._tokens) - 1) + 1)
            if not self._likely[at].isdisjoint(compiled.slots[slot])
            and at not in taken
            and self._together(compiled, anchor, at)
        )
        for at in sorted(fitting, key=lambda at: abs(at - anchor)):
            places[slot] = at
            if self._fill(compiled, places, slot + 1):
                return True
            places[slot] = -1
        return False

    def _together(self, compiled: _Compiled[Tag], one: int, other: int) -> bool:
        first, second = self._tokens[one], self._tokens[other]
        if compiled.one_clause:
            return first.clause == second.clause
        return first.sentence == second.sentence

    def _in_order(self, compiled: _Compiled[Tag], places: list[int]) -> bool:
        return all(
            0 < following - place <= _AHEAD_REACH or self._exact[place].isdisjoint(compiled.ahead)
            for place, following in pairwise(places)
        )
