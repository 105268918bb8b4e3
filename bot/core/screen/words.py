"""A vocabulary of words and stems that knows which of them a typed word may stand for."""

from collections import defaultdict

from rapidfuzz.distance import OSA

_SHORTEST_WITH_TYPO = 6
_PIECE = 3


class Vocabulary:
    """Words ("fever") and stems ("vomit*"), each with a number.

    A typo is one letter too many, too few, wrong, or two swapped. It is looked for only in words and stems
    of six letters or more, and on whole words: "forever" is not "fever", and "push" is not "pus". Words
    with a typo are found without comparing all: one edit leaves the first three letters or the next
    three intact, and those lead to the few words that are worth comparing.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._by_head: defaultdict[str, list[tuple[str, bool, int]]] = defaultdict(list)
        self._by_next: defaultdict[str, list[tuple[str, bool, int]]] = defaultdict(list)
        self._correct = frozenset[str]()
        self._correct_stems: tuple[str, ...] = ()
        self._stem_lengths: set[int] = set()

    def add(self, word: str) -> int:
        """The number of ``word``, which may be a stem; a word that is known keeps its number."""
        if word in self._numbers:
            return self._numbers[word]
        number = self._numbers[word] = len(self._numbers)
        bare, is_stem = word.removesuffix("*"), word.endswith("*")
        (self._stems if is_stem else self._words)[bare] = number
        if is_stem:
            self._stem_lengths.add(len(bare))
        if len(bare) >= _SHORTEST_WITH_TYPO and bare.isalpha():
            entry = (bare, is_stem, number)
            self._by_head[bare[:_PIECE]].append(entry)
            self._by_next[bare[_PIECE : 2 * _PIECE]].append(entry)
        return number

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

    def near(self, form: str) -> set[int]:
        """The numbers of the words and stems that are one typo away from ``form``."""
        if len(form) < _SHORTEST_WITH_TYPO - 1 or not form.isalpha() or self._is_correct(form):
            return set()
        swapped = form[: _PIECE - 1] + form[_PIECE]
        candidates = self._by_head.get(form[:_PIECE], []) + self._by_head.get(swapped, [])
        for start in range(_PIECE - 1, _PIECE + 2):
            candidates += self._by_next.get(form[start : start + _PIECE], [])
        return {number for word, is_stem, number in candidates if _one_typo(form, word, is_stem)}

    def _is_correct(self, form: str) -> bool:
        return form in self._correct or form.startswith(self._correct_stems)


def _one_typo(form: str, word: str, is_stem: bool) -> bool:
    if not is_stem:
        return OSA.distance(form, word, score_cutoff=1) <= 1
    length = len(word)
    return any(OSA.distance(form[:cut], word, score_cutoff=1) <= 1 for cut in (length, length - 1, length + 1))
