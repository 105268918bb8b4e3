"""How words sound: spellings that are said alike share one key ("inxada" and "hinchada", "апух" and "опух")."""

import re
from collections.abc import Sequence

_DOUBLED = re.compile(r"(.)\1+")
_SHORTEST = 5
_SHORTEST_KEY = 4
_SHORTEST_STEM_KEY = 6


class Sounds:
    """The replacements of one language, made one after the other; then doubled letters become one.

    ``script`` is a pattern of the letters that the language is written in: other words have no key.
    """

    def __init__(self, replacements: Sequence[tuple[str, str]], script: str) -> None:
        self._replacements = tuple(replacements)
        self._script = re.compile(script)

    def key(self, word: str) -> str | None:
        """The key of a folded word; None of one that is too short, or of another script."""
        if len(word) < _SHORTEST or len(word) > 40 or not self._script.fullmatch(word):
            return None
        heard = f"^{word}$"
        for right, said in self._replacements:
            heard = heard.replace(right, said)
        heard = _DOUBLED.sub(r"\1", heard.strip("^$"))
        return heard if len(heard) >= _SHORTEST_KEY else None

    def stem_key(self, stem: str) -> str | None:
        """The key of the beginning of a word; marks of the word's end do not count."""
        if len(stem) < _SHORTEST or not self._script.fullmatch(stem):
            return None
        heard = f"^{stem}"
        for right, said in self._replacements:
            heard = heard.replace(right, said)
        heard = _DOUBLED.sub(r"\1", heard.strip("^$"))
        return heard if len(heard) >= _SHORTEST_STEM_KEY else None
