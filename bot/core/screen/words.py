"""A vocabulary of words and stems that knows which of them a typed word may stand for."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rapidfuzz.distance import OSA

from bot.core.screen.sounds import Sounds

SHORTEST_TYPO = 6
_SHORTEST_WITH_TWO = 9
_PIECE = 3
_VOWELS = frozenset("aeiouyаеиоуыэюя")
_GUESSED = range(4, 8)
_SHORTEST_GUESS = 3
_SHORTEST_VOWEL = 5
_Kept = TypeVar("_Kept")


class Vocabulary:
    """Words ("fever") and stems ("vomit*"), each with a number.

    What a typo may be grows with the length of the word. Four and five letters: two swapped, one doubled, and of five
    one vowel wrong or one inner letter missing. Six to eight: one letter too many, too few, wrong, or two swapped. Nine
    and more: two of these. Typos are looked for on whole words: "forever" is not "fever", and "push" is not "pus".
    Words with a typo are found without comparing all: one edit leaves the first three letters or the next three
    intact, and those lead to the few words that are worth comparing. A word may also stand for one that sounds alike.
    ``shortest`` is the length from which one letter may be wrong.
    """

    def __init__(self, sounds: Sequence[Sounds] = (), shortest: int = SHORTEST_TYPO) -> None:
        self._shortest = shortest
        self._short = range(shortest - 2, SHORTEST_TYPO)
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._by_head: dict[str, tuple[str, ...]] = {}
        self._by_next: dict[str, tuple[str, ...]] = {}
        self._near_head: dict[str, tuple[str, ...]] = {}
        self._near_tail: dict[str, tuple[str, ...]] = {}
        self._sounds = tuple(sounds)
        self._spelt = [bytearray() for _ in self._sounds]
        """For each language, which words may be misspelt by its sounds."""
        self._heard: list[dict[str, tuple[int, ...]]] = [{} for _ in self._sounds]
        self._heard_stems: list[dict[str, tuple[int, ...]]] = [{} for _ in self._sounds]
        self._heard_lengths: list[set[int]] = [set() for _ in self._sounds]
        self._correct = frozenset[str]()
        self._correct_stems: tuple[str, ...] = ()
        self._stem_lengths: set[int] = set()
        self._lengths: set[int] = set()

    def __len__(self) -> int:
        return len(self._words) + len(self._stems)

    def add(self, word: str, language: int | None = None) -> int:
        """The number of ``word``, which may be a stem; a word that is known keeps its number.

        ``language`` says by whose sounds it may be misspelt.
        """
        number = self._number(word)
        if number is None:
            number = self._add(word)
        if language is not None and language < len(self._sounds) and not self._spelt[language][number]:
            if not self._may_be_guessed(number):
                self._add_guess(word)
            self._spelt[language][number] = 1
            self._add_sound(word, number, language)
        return number

    def _number(self, word: str) -> int | None:
        return self._stems.get(word[:-1]) if word.endswith("*") else self._words.get(word)

    def _add(self, word: str) -> int:
        number = len(self)
        bare, is_stem = word.removesuffix("*"), word.endswith("*")
        (self._stems if is_stem else self._words)[bare] = number
        for spelt in self._spelt:
            spelt.append(0)
        self._lengths.add(len(bare))
        if is_stem:
            self._stem_lengths.add(len(bare))
        if not bare.isalpha():
            return number
        if len(bare) >= self._shortest:
            _append(self._by_head, bare[:_PIECE], word)
            _append(self._by_next, bare[_PIECE : 2 * _PIECE], word)
        elif self._is_short(word):
            self._add_near(word)
        return number

    def _is_short(self, word: str) -> bool:
        return len(word) in self._short and not word.endswith("*")

    def _may_be_guessed(self, number: int) -> bool:
        return any(spelt[number] for spelt in self._spelt)

    def _add_sound(self, word: str, number: int, language: int) -> None:
        bare = word.removesuffix("*")
        sounds = self._sounds[language]
        if word.endswith("*"):
            key = sounds.stem_key(bare)
            if key:
                _append(self._heard_stems[language], key, number)
                self._heard_lengths[language].add(len(key))
        else:
            key = sounds.key(bare)
            if key:
                _append(self._heard[language], key, number)

    def _add_guess(self, word: str) -> None:
        bare = word.removesuffix("*")
        if len(bare) in _GUESSED and bare.isalpha() and not self._is_short(word):
            self._add_near(word)

    def _add_near(self, word: str) -> None:
        bare = word.removesuffix("*")
        _append(self._near_head, bare[:_PIECE], word)
        _append(self._near_tail, bare[0] + bare[_PIECE:], word)

    def never_typos(self, words: tuple[str, ...]) -> None:
        """Name words and stems that are right as they stand, near as they may be to a known one."""
        self._correct = frozenset(word for word in words if not word.endswith("*"))
        self._correct_stems = tuple(word[:-1] for word in words if word.endswith("*"))

    def exact(self, form: str) -> set[int]:
        """The numbers of the words that are ``form``, and of the stems that it begins with."""
        heads = {form[:length] for length in self._stem_lengths if length <= len(form)}
        found = {self._stems[stem] for stem in heads & self._stems.keys()}
        if form in self._words:
            found.add(self._words[form])
        return found

    def near(self, form: str, *, is_exact: bool = False) -> set[int]:
        """The numbers of the words and stems that ``form`` may be a misspelling of.

        What stands for a word as it is (``is_exact``) is not listened to.
        """
        if len(form) < SHORTEST_TYPO - 3 or not form.isalpha() or self.is_right(form):
            return set()
        found = {
            self._words[word] for word in self._one_off(form) if self._is_short(word) and _is_short_typo(form, word)
        }
        if len(form) < SHORTEST_TYPO - 1:
            return found
        swapped = form[: _PIECE - 1] + form[_PIECE]
        candidates = self._by_head.get(form[:_PIECE], ()) + self._by_head.get(swapped, ())
        for start in range(_PIECE - 1, _PIECE + 2):
            candidates += self._by_next.get(form[start : start + _PIECE], ())
        for word in set(candidates):
            bare, is_stem = word.removesuffix("*"), word.endswith("*")
            if _is_typo(form, bare, is_stem):
                found.add((self._stems if is_stem else self._words)[bare])
        return found if is_exact else found | self._alike(form)

    def guess(self, form: str) -> set[int]:
        """The numbers of short words, and of words far off, that ``form`` may be where other words bear it out.

        Any one letter may be wrong, but not the first.
        """
        if len(form) < _SHORTEST_GUESS or not form.isalpha() or self.is_right(form):
            return set()
        found = {self._words[word] for word in self._one_off(form) if not word.endswith("*")}
        for cut in range(_GUESSED.start, min(len(form), _GUESSED.stop)):
            stems = (word[:-1] for word in self._one_off(form[:cut]) if word.endswith("*"))
            found.update(self._stems[stem] for stem in stems if len(stem) < len(form))
        return {number for number in found if self._may_be_guessed(number)}

    def beginning(self, form: str, start: int) -> Iterator[int]:
        """The numbers of the words and bare stems that ``form`` goes on with at ``start``."""
        for length in self._lengths:
            piece = form[start : start + length]
            if len(piece) < length:
                continue
            if piece in self._words:
                yield self._words[piece]
            if piece in self._stems:
                yield self._stems[piece]

    def _one_off(self, form: str) -> set[str]:
        """The short words and stems that are one typo away from ``form``, which has three letters or more.

        One typo after the third letter leaves the head as it is, one before it the tail; two letters that were swapped
        across it are swapped back.
        """
        first = form[0]
        candidates = {
            *self._near_head.get(form[:_PIECE], ()),
            *self._near_tail.get(first + form[_PIECE:], ()),
            *self._near_tail.get(first + form[_PIECE + 1 :], ()),
            *self._near_tail.get(first + form[_PIECE - 1 :], ()),
        }
        if len(form) > _PIECE:
            swapped = form[: _PIECE - 1] + form[_PIECE] + form[_PIECE - 1]
            candidates.update(self._near_head.get(swapped[:_PIECE], ()))
        return {word for word in candidates if OSA.distance(form, word.removesuffix("*"), score_cutoff=1) <= 1}

    def _alike(self, form: str) -> set[int]:
        found: set[int] = set()
        for language, sounds in enumerate(self._sounds):
            key = sounds.key(form)
            if key is None:
                continue
            found.update(self._heard[language].get(key, ()))
            stems = self._heard_stems[language]
            for length in self._heard_lengths[language]:
                if length <= len(key) and key[:length] in stems:
                    found.update(stems[key[:length]])
        return found

    def is_right(self, form: str) -> bool:
        """Was ``form`` named as a word that is right as it stands?"""
        return form in self._correct or form.startswith(self._correct_stems)


def _append(known: dict[str, tuple[_Kept, ...]], key: str, kept: _Kept) -> None:
    known[key] = (*known.get(key, ()), kept)


def _is_typo(form: str, word: str, is_stem: bool) -> bool:
    long = len(word) >= _SHORTEST_WITH_TWO and len(form) >= _SHORTEST_WITH_TWO - 1
    most = 2 if long and form[0] == word[0] else 1
    if not is_stem:
        return OSA.distance(form, word, score_cutoff=most) <= most
    length = len(word)
    return any(
        OSA.distance(form[:cut], word, score_cutoff=most) <= most for cut in range(length - most, length + most + 1)
    )


def _is_short_typo(form: str, word: str) -> bool:
    """Is ``form``, which is one typo away from ``word`` of four or five letters, one that people make?

    A letter doubled, or two swapped; of five letters an inner one missing, or a vowel that is wrong. The first stays.
    """
    if form[0] != word[0] or form == word:
        return False
    if len(form) == len(word):
        wrong = [at for at, letter in enumerate(word) if form[at] != letter]
        if len(wrong) > 1:
            return True
        vowels = "aeiou" if word.isascii() else "аеиоуыя"
        return len(word) == _SHORTEST_VOWEL and word[wrong[0]] in _VOWELS and form[wrong[0]] in vowels
    if len(form) > len(word):
        return any(word[:at] + word[at] + word[at:] == form for at in range(1, len(word)))
    return len(word) == _SHORTEST_VOWEL and form[-1] == word[-1]
