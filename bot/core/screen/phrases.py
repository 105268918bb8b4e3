"""Phrases found among tokens: word for word, in order and near, or in any order within six words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import Generic, NamedTuple, TypeVar

from bot.core.screen.lexicon import Slots
from bot.core.screen.normalise import Token
from bot.core.screen.sounds import Sounds
from bot.core.screen.words import SHORTEST_TYPO, Vocabulary

_GLUED_AT_LEAST = 8
_SPELT_AT_LEAST = 5
_GLUED_HEAD = 4
REACH = 7
"""Words of a phrase stand "within 6 words" (clinical brief, section 6.1): that many lie from the first to the last, and one."""
_AHEAD_REACH = 3
_ORDERED_REACH = 4
_REMEMBERED, _REMEMBERED_LENGTH = 4096, 24
_MOST_GLUED = 40
_MOST_GUESSED = 1

Tag = TypeVar("Tag")


class _Known(NamedTuple):
    """The slots that a word stands in: as it is written, with a typo, and as a guess that other words must bear out."""

    exact: frozenset[int]
    likely: frozenset[int]
    guess: frozenset[int]


_NOTHING = _Known(frozenset(), frozenset(), frozenset())


class Order(Enum):
    """How the words of a phrase stand.

    ``EXACT``: word for word in one clause. ``NEAR``: in this order, at most three words between. ``LOOSE``: in any
    order within six words of one sentence.
    """

    EXACT = "exact"
    NEAR = "near"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Tag]):
    """What to look for, and the ``tag`` to report it under.

    A phrase that may have ``typos`` may be misspelt, by ear too as the sounds of its ``language`` go. Of a loose phrase,
    words in ``ahead`` stand before the word that they belong to, at most three words ("no respiro", and not "respiro
    bien, no ..."). A match with one of the ``guards`` is reported as guarded, and a phrase that may have one stays
    inside one clause.
    """

    slots: Slots
    tag: Tag
    order: Order = Order.EXACT
    typos: bool = False
    ahead: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    language: int | None = None


@dataclass(frozen=True, slots=True)
class Match(Generic[Tag]):
    """A phrase that was found, and the indexes of its tokens in the order of the phrase.

    ``typed_right`` says that no word of it had a typo.
    """

    tag: Tag
    at: tuple[int, ...]
    guarded: bool = False
    typed_right: bool = True


@dataclass(frozen=True, slots=True)
class _Compiled(Generic[Tag]):
    """A phrase by the numbers of its slots; ``glue`` holds its words without stars where they may be written as one."""

    tag: Tag
    order: Order
    typos: bool
    may_be_guarded: bool
    slots: tuple[int, ...]
    ahead: int
    guards: int
    one_clause: bool
    anchor: int
    glue: tuple[tuple[str, ...], ...]


class _Slots:
    """The slots of a finder while it is built: those that are alike are one, and so is what is kept of them."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._numbers: dict[frozenset[int], int] = {}
        self._known: dict[tuple[int, int | None], int] = {}
        self._seen: list[frozenset[str] | tuple[str, ...]] = []
        """Every slot that was asked for: as long as it is here, nothing else has its identity."""
        self._bare: dict[tuple[str, ...], tuple[str, ...]] = {}

    def number(self, words: frozenset[str] | tuple[str, ...], language: int | None) -> int:
        """The number of the slot of these words, which ``language`` may misspell."""
        known = self._known.get((id(words), language))
        if known is None:
            numbers = frozenset(self._words.add(word, language) for word in words)
            known = self._known[id(words), language] = self._numbers.setdefault(numbers, len(self._numbers))
            self._seen.append(words)
        return known

    def bare(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words without their stars."""
        if words not in self._bare:
            self._bare[words] = tuple(word.removesuffix("*") for word in words)
        return self._bare[words]

    def of_words(self) -> list[tuple[int, ...]]:
        """The slots of each word, by its number; words in the same slots share them."""
        slots: list[list[int]] = [[] for _ in range(len(self._words))]
        for numbers, slot in self._numbers.items():
            for number in numbers:
                slots[number].append(slot)
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        return [shared.setdefault(each, each) for each in map(tuple, slots)]


class PhraseFinder(Generic[Tag]):
    """Finds many phrases at once, from an index of the rarest slot of each.

    A slot is the set of words that may stand in one place of a phrase; slots that are alike are one, so that a
    group that a hundred phrases share is looked up once for each word of a message.
    """

    def __init__(
        self,
        phrases: Iterable[Phrase[Tag]],
        never_typos: tuple[str, ...] = (),
        sounds: Sequence[Sounds] = (),
        shortest_typo: int = SHORTEST_TYPO,
    ) -> None:
        self._words = Vocabulary(sounds, shortest_typo)
        self._words.never_typos(never_typos)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._glued = lru_cache(maxsize=_REMEMBERED)(self._tags_in)
        slots = _Slots(self._words)
        written = [
            (phrase, tuple(slots.number(each, _language(phrase)) for each in phrase.slots)) for phrase in phrases
        ]
        often = Counter(slot for _, numbers in written for slot in numbers)
        anchored: defaultdict[int, list[_Compiled[Tag]]] = defaultdict(list)
        begun: defaultdict[int, list[_Compiled[Tag]]] = defaultdict(list)
        for phrase, numbers in written:
            compiled = _compile(phrase, numbers, often, slots)
            anchored[numbers[compiled.anchor]].append(compiled)
            if compiled.glue:
                begun[numbers[0]].append(compiled)
        self._anchored = {slot: tuple(phrases) for slot, phrases in anchored.items()}
        self._begun = {slot: tuple(phrases) for slot, phrases in begun.items()}
        """Phrases that may be written as one word, by their first slot."""
        self._slots_of = slots.of_words()

    def find(self, tokens: tuple[Token, ...], *, guess: bool = True) -> list[Match[Tag]]:
        """Every phrase at every place, each place once; without ``guess`` short words must be typed right."""
        known = {forms: self._known(forms, guess=guess) for forms in {token.forms for token in tokens}}
        search = _Search(tokens, [known[token.forms] for token in tokens], guess=guess)
        places_of: defaultdict[int, list[int]] = defaultdict(list)
        for index, slots in enumerate(search.guess):
            for slot in slots:
                places_of[slot].append(index)
        found: dict[Match[Tag], None] = {}
        for slot in sorted(self._anchored.keys() & places_of.keys()):
            for compiled in self._anchored[slot]:
                if all(other in places_of for other in compiled.slots):
                    for index in places_of[slot]:
                        if places := search.place(compiled, index):
                            found[search.match(compiled, places)] = None
        for index, token in enumerate(tokens):
            for tag in self._unglued(token):
                found[Match(tag, (index,), guarded=True)] = None
        return list(found)

    def strangers(self, tokens: tuple[Token, ...]) -> list[bool]:
        """For each token, is it a word that no list knows as it is written?"""
        known = {forms: self._known(forms, guess=True).exact for forms in {token.forms for token in tokens}}
        return [
            not known[token.forms] and token.number is None and not self._words.is_right(token.forms[0])
            for token in tokens
        ]

    def _known(self, forms: tuple[str, ...], *, guess: bool) -> _Known:
        # Long words are not worth remembering, and hostile ones would fill the memory.
        if len(forms[0]) > _REMEMBERED_LENGTH:
            return self._look_up(forms, guess)
        return self._remembered(forms, guess)

    def _look_up(self, forms: tuple[str, ...], guess: bool) -> _Known:
        exact: set[int] = set()
        likely: set[int] = set()
        guessed: set[int] = set()
        for form in forms:
            known = self._words.exact(form)
            exact |= known
            likely |= self._words.near(form, is_exact=bool(known))
            if guess and not known:
                guessed |= self._words.guess(form)
        if not exact and not likely and not guessed:
            return _NOTHING
        slots = self._slots_of
        written = frozenset(slot for number in exact for slot in slots[number])
        misspelt = written.union(slot for number in likely for slot in slots[number]) if likely else written
        return _Known(
            written,
            misspelt,
            misspelt.union(slot for number in guessed for slot in slots[number]) if guessed else misspelt,
        )

    def _unglued(self, token: Token) -> Iterator[Tag]:
        """Phrases that lie in one token: "cantbreathe"; single words only where it was spelt out."""
        for form in token.forms:
            if len(form) >= _GLUED_AT_LEAST or token.spelt:
                short = len(form) <= _REMEMBERED_LENGTH
                yield from (self._glued if short else self._tags_in)(form, token.spelt)

    def _tags_in(self, form: str, spelt: bool) -> tuple[Tag, ...]:
        found: dict[Tag, None] = {}
        for start in range(len(form) - _GLUED_HEAD):
            slots = {slot for number in self._words.beginning(form, start) for slot in self._slots_of[number]}
            for slot in sorted(slots & self._begun.keys()):
                for compiled in self._begun[slot]:
                    alone = len(compiled.glue) == 1
                    least = _SPELT_AT_LEAST if alone else _GLUED_AT_LEAST
                    if (spelt or not alone) and _is_glued(compiled.glue, form, start, start + least):
                        found[compiled.tag] = None
        return tuple(found)


def _language(phrase: Phrase[Tag]) -> int | None:
    return phrase.language if phrase.typos else None


def _compile(phrase: Phrase[Tag], numbers: tuple[int, ...], often: Counter[int], slots: _Slots) -> _Compiled[Tag]:
    ahead, guards = (slots.number(words, _language(phrase)) for words in (phrase.ahead, phrase.guards))
    return _Compiled(
        tag=phrase.tag,
        order=phrase.order,
        typos=phrase.typos,
        may_be_guarded=bool(phrase.guards),
        slots=numbers,
        ahead=ahead,
        guards=guards,
        one_clause=any(not phrase.guards.isdisjoint(slot) for slot in phrase.slots),
        anchor=min(range(len(numbers)), key=lambda place: often[numbers[place]]),
        glue=tuple(map(slots.bare, phrase.slots)) if phrase.order is Order.LOOSE else (),
    )


def _is_glued(glue: tuple[tuple[str, ...], ...], form: str, start: int, least: int) -> bool:
    """Do the words stand in ``form`` from ``start`` to ``least`` or further, with nothing between?

    Of the ways to choose the words, the first forty count: the more there are, the more chance finds one.
    """

    def is_glued(slot: int, at: int, rank: int) -> bool:
        if slot == len(glue):
            return at >= least
        weight = prod(len(words) for words in glue[slot + 1 :])
        for choice, word in enumerate(glue[slot]):
            reached = rank + choice * weight
            if reached >= _MOST_GLUED:
                return False
            if form.startswith(word, at) and is_glued(slot + 1, at + len(word), reached):
                return True
        return False

    return is_glued(0, start, 0)


class _Search:
    """Places the words of a phrase around one token of a message."""

    def __init__(self, tokens: tuple[Token, ...], known: Sequence[_Known], *, guess: bool) -> None:
        self._tokens = tokens
        self._exact = [slots.exact for slots in known]
        self._likely = [slots.likely for slots in known]
        self.guess = [slots.guess for slots in known] if guess else self._likely

    def place(self, compiled: _Compiled[Tag], index: int) -> tuple[int, ...] | None:
        """Where the words stand when the anchor stands at ``index``; None when they do not."""
        in_row = tuple(range(index - compiled.anchor, index - compiled.anchor + len(compiled.slots)))
        if self._fits_in_row(compiled, in_row):
            return in_row if self._is_borne_out(compiled, in_row) else None
        if compiled.order is Order.EXACT or len(compiled.slots) == 1:
            return None
        if not self._has_all_near(compiled, index):
            return None
        places = [-1] * len(compiled.slots)
        places[compiled.anchor] = index
        if not self._fill(compiled, places, 0):
            return None
        return tuple(places) if self._is_borne_out(compiled, tuple(places)) else None

    def _is_borne_out(self, compiled: _Compiled[Tag], places: tuple[int, ...]) -> bool:
        """Is at most one of the words a mere guess?"""
        if self.guess is self._likely or len(places) == 1:
            return True
        guessed = sum(slot not in self._likely[at] for at, slot in zip(places, compiled.slots, strict=True))
        return guessed <= _MOST_GUESSED

    def match(self, compiled: _Compiled[Tag], places: tuple[int, ...]) -> Match[Tag]:
        """The match of a phrase whose words stand at ``places``."""
        if not (compiled.typos or compiled.may_be_guarded):
            return Match(compiled.tag, places)
        seen = [self._exact[at] for at in places]
        guarded = any(compiled.guards in slots for slots in seen)
        typed_right = all(slot in slots for slots, slot in zip(seen, compiled.slots, strict=True))
        return Match(compiled.tag, places, guarded, typed_right)

    def _seen(self, compiled: _Compiled[Tag]) -> list[frozenset[int]]:
        if not compiled.typos:
            return self._exact
        return self.guess if len(compiled.slots) > 1 else self._likely

    def _has_all_near(self, compiled: _Compiled[Tag], index: int) -> bool:
        around = self._seen(compiled)[max(0, index - REACH + 1) : index + REACH]
        return all(any(slot in slots for slots in around) for slot in compiled.slots)

    def _fits_in_row(self, compiled: _Compiled[Tag], row: tuple[int, ...]) -> bool:
        if row[0] < 0 or row[-1] >= len(self._tokens):
            return False
        if compiled.order is not Order.LOOSE and self._tokens[row[0]].clause != self._tokens[row[-1]].clause:
            return False
        seen = self._seen(compiled)
        return all(slot in seen[at] for at, slot in zip(row, compiled.slots, strict=True))

    def _fill(self, compiled: _Compiled[Tag], places: list[int], slot: int) -> bool:
        if slot == len(places):
            return self._in_order(compiled, places)
        if slot == compiled.anchor:
            return self._fill(compiled, places, slot + 1)
        taken = [place for place in places if place >= 0]
        low, high = max(taken) - REACH + 1, min(taken) + REACH - 1
        anchor = places[compiled.anchor]
        seen, wanted = self._seen(compiled), compiled.slots[slot]
        fitting = (
            at
            for at in range(max(low, 0), min(high, len(self._tokens) - 1) + 1)
            if wanted in seen[at] and at not in taken and self._together(compiled, anchor, at)
        )
        for at in sorted(fitting, key=lambda at: abs(at - anchor)):
            places[slot] = at
            if self._fill(compiled, places, slot + 1):
                return True
            places[slot] = -1
        return False

    def _together(self, compiled: _Compiled[Tag], one: int, other: int) -> bool:
        first, second = self._tokens[one], self._tokens[other]
        if compiled.one_clause or compiled.order is Order.NEAR:
            return first.clause == second.clause
        return first.sentence == second.sentence

    def _in_order(self, compiled: _Compiled[Tag], places: list[int]) -> bool:
        if compiled.order is Order.NEAR:
            return all(0 < following - place <= _ORDERED_REACH for place, following in pairwise(places))
        return all(
            0 < following - place <= _AHEAD_REACH or compiled.ahead not in self._exact[place]
            for place, following in pairwise(places)
        )
