"""A vocabulary of words and stems that knows which of them a typed word may stand for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from bot.core.screen.sounds import Sounds

SHORTEST_TYPO = 6
_SHORTEST_WITH_TWO = 9
_PIECE = 3
_VOWELS = frozenset("aeiouyаеиоуыэюя")
_GUESSED = range(4, 8)
_SHORTEST_GUESS = 3


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
        self._numbers: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._by_head: defaultdict[str, list[tuple[str, bool, int]]] = defaultdict(list)
        self._by_next: defaultdict[str, list[tuple[str, bool, int]]] = defaultdict(list)
        self._short: defaultdict[str, set[int]] = defaultdict(set)
        self._guesses: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._guessed_stems: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._sounds = tuple(sounds)
        self._spelt: set[tuple[int, int]] = set()
        self._heard: list[dict[str, set[int]]] = [{} for _ in self._sounds]
        self._heard_stems: list[dict[str, set[int]]] = [{} for _ in self._sounds]
        self._heard_lengths: list[set[int]] = [set() for _ in self._sounds]
        self._correct = frozenset[str]()
        self._correct_stems: tuple[str, ...] = ()
        self._stem_lengths: set[int] = set()

    def add(self, word: str, language: int | None = None) -> int:
        """The number of ``word``, which may be a stem; a word that is known keeps its number.

        ``language`` says by whose sounds it may be misspelt.
        """
        number = self._numbers.get(word)
        if number is None:
            number = self._add(word)
        if language is not None and language < len(self._sounds) and (number, language) not in self._spelt:
            self._spelt.add((number, language))
            self._add_sound(word, number, language)
            self._add_guess(word, number)
        return number

    def _add(self, word: str) -> int:
        number = self._numbers[word] = len(self._numbers)
        bare, is_stem = word.removesuffix("*"), word.endswith("*")
        (self._stems if is_stem else self._words)[bare] = number
        if is_stem:
            self._stem_lengths.add(len(bare))
        if not bare.isalpha():
            return number
        if len(bare) >= self._shortest:
            entry = (bare, is_stem, number)
            self._by_head[bare[:_PIECE]].append(entry)
            self._by_next[bare[_PIECE : 2 * _PIECE]].append(entry)
        elif self._shortest - 2 <= len(bare) < SHORTEST_TYPO and not is_stem:
            for spelling in _short_typos(bare):
                self._short[spelling].add(number)
        return number

    def _add_sound(self, word: str, number: int, language: int) -> None:
        bare = word.removesuffix("*")
        sounds = self._sounds[language]
        if word.endswith("*"):
            key = sounds.stem_key(bare)
            if key:
                self._heard_stems[language].setdefault(key, set()).add(number)
                self._heard_lengths[language].add(len(key))
        else:
            key = sounds.key(bare)
            if key:
                self._heard[language].setdefault(key, set()).add(number)

    def _add_guess(self, word: str, number: int) -> None:
        bare = word.removesuffix("*")
        if len(bare) in _GUESSED and bare.isalpha():
            known = self._guessed_stems if word.endswith("*") else self._guesses
            for piece in _one_less(bare):
                known[piece].add((bare, number))

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
        found = set(self._short.get(form, ()))
        if len(form) < SHORTEST_TYPO - 1:
            return found
        swapped = form[: _PIECE - 1] + form[_PIECE]
        candidates = self._by_head.get(form[:_PIECE], []) + self._by_head.get(swapped, [])
        for start in range(_PIECE - 1, _PIECE + 2):
            candidates += self._by_next.get(form[start : start + _PIECE], [])
        found |= {number for word, is_stem, number in candidates if _is_typo(form, word, is_stem)}
        return found if is_exact else found | self._alike(form)

    def guess(self, form: str) -> set[int]:
        """The numbers of short words, and of words far off, that ``form`` may be where other words bear it out.

        Any one letter may be wrong, but not the first.
        """
        if len(form) < _SHORTEST_GUESS or not form.isalpha() or self.is_right(form):
            return set()
        found = {number for word, number in self._one_off(self._guesses, form)}
        for cut in range(_GUESSED.start, min(len(form), _GUESSED.stop)):
            found |= {
                number for stem, number in self._one_off(self._guessed_stems, form[:cut]) if len(stem) < len(form)
            }
        return found

    def _one_off(self, known: Mapping[str, set[tuple[str, int]]], form: str) -> Iterator[tuple[str, int]]:
        for piece in _one_less(form):
            for word, number in known.get(piece, ()):
                if word[0] == form[0] and OSA.distance(form, word, score_cutoff=1) <= 1:
                    yield word, number

    def _alike(self, form: str) -> set[int]:
        found: set[int] = set()
        for language, sounds in enumerate(self._sounds):
            key = sounds.key(form)
            if key is None:
                continue
            found |= self._heard[language].get(key, set())
            stems = self._heard_stems[language]
            for length in self._heard_lengths[language]:
                if length <= len(key) and key[:length] in stems:
                    found |= stems[key[:length]]
        return found

    def is_right(self, form: str) -> bool:
        """Was ``form`` named as a word that is right as it stands?"""
        return form in self._correct or form.startswith(self._correct_stems)


def _one_less(word: str) -> set[str]:
    """A word, and the word without each one of its letters: what two words share that are one typo apart."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _is_typo(form: str, word: str, is_stem: bool) -> bool:
    long = len(word) >= _SHORTEST_WITH_TWO and len(form) >= _SHORTEST_WITH_TWO - 1
    most = 2 if long and form[0] == word[0] else 1
    if not is_stem:
        return OSA.distance(form, word, score_cutoff=most) <= most
    length = len(word)
    return any(
        OSA.distance(form[:cut], word, score_cutoff=most) <= most for cut in range(length - most, length + most + 1)
    )


def _short_typos(word: str) -> set[str]:
    """The misspellings of a word of four or five letters; the first letter always stays."""
    inner = range(1, len(word))
    made = {word[:at] + word[at] + word[at:] for at in inner}
    made |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)}
    if len(word) > SHORTEST_TYPO - 2:
        made |= {word[:at] + word[at + 1 :] for at in range(1, len(word) - 1)}
        vowels = "aeiou" if word.isascii() else "аеиоуыя"
        made |= {word[:at] + vowel + word[at + 1 :] for at in inner if word[at] in _VOWELS for vowel in vowels}
    return made - {word}
