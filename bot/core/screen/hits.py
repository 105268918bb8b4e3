"""Every symptom that a message names, each with its status, in one way of reading its letters."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bot.core.level import Level
from bot.core.screen.context import Context, Place, Status
from bot.core.screen.keyboard import latin_keys
from bot.core.screen.lexicon import IN_ORDER, TOGETHER, Lexicon, Measure, Slots, parts
from bot.core.screen.measures import MeasureWords, measured
from bot.core.screen.normalise import Reading
from bot.core.screen.phrases import Match, Order, Phrase, PhraseFinder
from bot.core.screen.sounds import Sounds
from bot.core.screen.words import SHORTEST_TYPO

_SHORTEST_IN_LATIN = 4
_FEW_WORDS = 4
_TYPED_RIGHT = 2
"""The certainty from which on the words of a hit were typed right."""
_SHORTEST_TYPO_IN_LATIN = 8
_ORDERS = {"figures": Order.LOOSE, "harmless": Order.NEAR}
TALK = ("questions", "thanks", "greetings", "calm", "trouble")
_CONTEXT = (
    "negations",
    "negations_next",
    "negations_after",
    "not_negations",
    "not_better",
    "small_words",
    "scope_breaks",
    "clause_breaks",
    "history",
    "recent",
    "other_person",
    "self_words",
    "question_openers",
    "question_openers_with_mark",
    "figures",
    "harmless",
    "mild",
    "better",
    "halves",
    "other_units",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A symptom at a place of the original text.

    ``certainty`` is highest for words typed right, and higher for what was read as it was written. ``rule`` is
    the phrase of the lexicon, ``because`` the place of the words that gave it its status.
    """

    symptom: str
    level: Level | None
    span: tuple[int, int]
    status: Status
    worse: bool
    certainty: int
    mild: bool = False
    better: bool = False
    rule: str = ""
    because: tuple[int, int] | None = None


class Found(NamedTuple):
    """The symptoms of a message, which lists of small talk it has words of, where words mean something else,
    and parts of the body by the symptom to ask about."""

    hits: tuple[Hit, ...]
    talk: frozenset[str]
    harmless: tuple[tuple[int, int], ...]
    vague: tuple[tuple[str, tuple[int, int]], ...]


@dataclass(frozen=True, slots=True)
class _Tag:
    """What a phrase is for: the list that it came from, and the symptom or measure that it belongs to."""

    language: int
    role: str
    symptom: str = ""
    level: Level | None = None
    rule: str = ""


class _Spelling:
    """How the words of a lexicon are spelt; the places of its phrases that are written alike share their words."""

    def __init__(self, lexicon: Lexicon, *, latin: bool) -> None:
        self.lexicon = lexicon
        self._latin = latin
        self._known: dict[str, tuple[str, ...]] = {}

    def slots(self, phrase: str) -> Slots:
        """A phrase taken apart."""
        return tuple(self._slot(part) for part in parts(phrase))

    def words(self, phrases: Iterable[str]) -> list[str]:
        """Every word of these phrases."""
        return [word for phrase in phrases for slot in self.slots(phrase) for word in slot]

    def singles(self, phrases: Iterable[str]) -> list[str]:
        """The words of those phrases that are one word long."""
        return [word for slots in map(self.slots, phrases) if len(slots) == 1 for word in slots[0]]

    def _slot(self, part: str) -> tuple[str, ...]:
        known = self._known.get(part)
        if known is None:
            words = self.lexicon.choices(part)
            if self._latin:
                keys = latin_keys([word.removesuffix("*") for word in words])
                words = [key + "*" * word.endswith("*") for key, word in zip(keys, words, strict=True)]
            known = self._known[part] = tuple(map(sys.intern, words))
        return known


class HitFinder:
    """Finds symptoms with the words of all lexicons.

    With ``latin`` every word is first rewritten into Latin letters; words that are then too short to stand
    alone, or mean something else, are left out.
    """

    def __init__(self, lexicons: Sequence[Lexicon], *, latin: bool = False) -> None:
        self._languages = range(len(lexicons))
        self._latin = latin
        self._measures = _merged(lexicons)
        self._witnessed = {symptom for lexicon in lexicons for symptom in lexicon.witnessed}
        spellings = [_Spelling(lexicon, latin=latin) for lexicon in lexicons]
        phrases = (phrase for number, spelling in enumerate(spellings) for phrase in self._phrases(number, spelling))
        never = tuple(word for spelling in spellings for word in spelling.words(spelling.lexicon.not_typos))
        sounds = [] if latin else [Sounds(lexicon.sounds, f"[{lexicon.letters}]+") for lexicon in lexicons]
        self._finder = PhraseFinder(phrases, never, sounds, _SHORTEST_TYPO_IN_LATIN if latin else SHORTEST_TYPO)

    def find(self, reading: Reading, asked: str | None, *, guess: bool = True) -> Found:
        """All symptoms of a message, each as often as there are languages that know its words."""
        matches = self._finder.find(reading.tokens, guess=guess)
        places: defaultdict[tuple[int, str], list[Place]] = defaultdict(list)
        for match in matches:
            places[match.tag.language, match.tag.role].append(match.at)
        harmless = {index for match in matches if match.tag.role == "harmless" for index in match.at}
        named = [match for match in matches if match.tag.role == "symptom"] + self._measured(reading, matches, asked)
        named = [match for match in named if not _is_harmless(match, harmless)]
        contexts = {
            number: self._context(number, reading, places, named) for number in {match.tag.language for match in named}
        }
        hits = []
        for match in named:
            told = match.tag.symptom in self._witnessed
            said = contexts[match.tag.language].status(match.at, guarded=match.guarded, witnessed=told)
            span = _span(reading, match.at)
            certainty = _TYPED_RIGHT * match.typed_right + (not self._latin)
            because = _span(reading, said.because) if said.because else None
            tag = match.tag
            hits.append(
                Hit(
                    symptom=tag.symptom,
                    level=tag.level,
                    span=span,
                    status=said.status,
                    worse=said.worse,
                    certainty=certainty,
                    mild=said.mild,
                    better=said.better,
                    rule=tag.rule,
                    because=because,
                )
            )
        talk = frozenset(match.tag.role for match in matches if match.tag.role in TALK)
        spans = tuple(dict.fromkeys(_span(reading, match.at) for match in matches if match.tag.role == "harmless"))
        vague = tuple(
            (match.tag.symptom, _span(reading, match.at))
            for match in matches
            if match.tag.role == "vague" and harmless.isdisjoint(match.at)
        )
        return Found(tuple(hits), talk, spans, vague)

    def may_be_disguised(self, reading: Reading) -> bool:
        """Might the text have been typed on another keyboard: two strange words in a row, or one in few words?"""
        strange = self._finder.strangers(reading.tokens)
        return any(map(all, pairwise(strange))) or (len(strange) <= _FEW_WORDS and any(strange))

    def _context(
        self,
        number: int,
        reading: Reading,
        places: dict[tuple[int, str], list[Place]],
        named: list[Match[_Tag]],
    ) -> Context:
        guarded = {index for match in named if match.guarded and match.tag.language == number for index in match.at}
        found = {role: places[number, role] for role in _CONTEXT if (number, role) in places}
        return Context(reading, found, guarded)

    def _measured(self, reading: Reading, matches: Sequence[Match[_Tag]], asked: str | None) -> list[Match[_Tag]]:
        """Numbers that are a symptom, as matches in every language: a number has none of its own."""
        if all(token.number is None for token in reading.tokens):
            return []
        sets: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        halves: dict[int, int] = {}
        for match in matches:
            sets[match.tag.role][match.tag.symptom].update(match.at)
            if match.tag.role == "halves":
                halves[match.at[0]] = max(match.at[-1], halves.get(match.at[0], 0))
        near = MeasureWords(sets["measure_words"], sets["measure_units"], halves, sets["other_units"][""])
        return [
            Match(_Tag(number, "symptom", found.symptom, found.band.level, "number"), (found.at,), guarded=True)
            for found in measured(reading.tokens, self._measures, near, asked)
            for number in self._languages
        ]

    def _phrases(self, number: int, spelling: _Spelling) -> Iterator[Phrase[_Tag]]:
        lexicon = spelling.lexicon
        ahead = frozenset(spelling.singles((*lexicon.negations_next, *lexicon.negations)))
        guards = ahead.union(spelling.singles(lexicon.negation_is_symptom))
        misleading = frozenset(spelling.words(lexicon.not_in_latin))
        for group in lexicon.symptoms:
            for text in group.phrases:
                slots = spelling.slots(text)
                if self._latin and _misleads_in_latin(slots, misleading):
                    continue
                tag = _Tag(number, "symptom", group.symptom, group.level, text)
                exact = text.startswith(TOGETHER)
                order = Order.EXACT if exact else Order.NEAR if text.startswith(IN_ORDER) else Order.LOOSE
                yield Phrase(slots, tag, order, not exact, ahead, guards, number)
        for role in (*_CONTEXT, *TALK):
            tag = _Tag(number, role)
            texts: tuple[str, ...] = getattr(lexicon, role)
            order = _ORDERS.get(role, Order.EXACT)
            for text in texts:
                yield Phrase(spelling.slots(text), tag, order, order is Order.LOOSE)
        for symptom, texts in lexicon.vague.items():
            tag = _Tag(number, "vague", symptom)
            for text in texts:
                yield Phrase(spelling.slots(text), tag)
        for measure in lexicon.measures:
            for role, texts in (("measure_words", measure.words), ("measure_units", measure.units)):
                tag = _Tag(number, role, measure.symptom)
                for text in texts:
                    yield Phrase(spelling.slots(text), tag, typos=role == "measure_words", language=number)


def one_a_place(hits: Iterable[Hit]) -> list[Hit]:
    """Of the hits that name one symptom at one place, the one that knows best, in the order of the text.

    The most certain reading counts; of languages that share a word, the least alarming one: of "sin pus",
    only the Spanish one knows what "sin" is. A mere misspelling inside words that were typed right, and that
    somebody meant otherwise, is none ("blanca" is no "blanch" where it stands in a Spanish question).
    """
    best: dict[tuple[str, Level | None, tuple[int, int]], Hit] = {}
    for hit in hits:
        key = (hit.symptom, hit.level, hit.span)
        if key not in best or _knows_better(hit, best[key]):
            best[key] = hit
    surely = [hit for hit in best.values() if hit.certainty >= _TYPED_RIGHT and hit.status is not Status.PRESENT]
    kept = (hit for hit in best.values() if not any(_is_misread_in(hit, other) for other in surely))
    return sorted(kept, key=lambda hit: (hit.span[0], -hit.span[1]))


def _is_misread_in(hit: Hit, other: Hit) -> bool:
    inside = other.span[0] <= hit.span[0] and hit.span[1] <= other.span[1]
    return inside and hit.symptom == other.symptom and hit.certainty < _TYPED_RIGHT


def _knows_better(hit: Hit, known: Hit) -> bool:
    if hit.certainty != known.certainty:
        return hit.certainty > known.certainty
    if known.status is Status.PRESENT:
        return hit.status is not Status.PRESENT or (hit.worse and not known.worse)
    return False


def _is_harmless(match: Match[_Tag], harmless: set[int]) -> bool:
    """An emergency is only taken away where all its words mean something else; other symptoms where one does."""
    if match.tag.level is Level.D1:
        return harmless.issuperset(match.at)
    return not harmless.isdisjoint(match.at)


def _misleads_in_latin(slots: Slots, misleading: frozenset[str]) -> bool:
    if len(slots) > 1:
        return False
    return any(len(word) < _SHORTEST_IN_LATIN or word in misleading for word in slots[0])


def _merged(lexicons: Sequence[Lexicon]) -> tuple[Measure, ...]:
    """One measure for each symptom that has bands in some lexicon (its words are found as phrases)."""
    return tuple(measure for lexicon in lexicons for measure in lexicon.measures if measure.bands)


def _span(reading: Reading, at: Place) -> tuple[int, int]:
    return (
        min(reading.tokens[index].start for index in at),
        max(reading.tokens[index].end for index in at),
    )
