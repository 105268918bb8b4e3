"""Other ways to type Russian: with the keyboard on the wrong layout, or in Latin letters."""

import re
from collections.abc import Sequence

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_OTHER_LAYOUT = str.maketrans(_LATIN_KEYS + _RUSSIAN_KEYS, _RUSSIAN_KEYS + _LATIN_KEYS)
_CLOSING_MARKS = re.compile(r"""[,.;:'"]+(?=\s|$)""")

_LETTERS = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфхцыэ", "abvgdeziklmnoprstufhcie", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
)
_ONE_SOUND = (
    (re.compile("shch|sch"), "sh"),
    (re.compile("kh|x"), "h"),
    (re.compile("zh"), "z"),
    (re.compile("ch|ts|tz"), "c"),
    (re.compile("[yj]"), "i"),
    (re.compile("w"), "v"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("i[eo]"), "e"),
)


def swap_layout(text: str) -> str:
    """The text as if every key had been struck on the other layout; every character keeps its place.

    A mark that ends a word stays a mark, so that "yt lsie." keeps its full stop: of the Russian letters on
    such keys only the last one of a word is lost.
    """
    swapped = list(text.translate(_OTHER_LAYOUT))
    for match in _CLOSING_MARKS.finditer(text):
        swapped[match.start() : match.end()] = match.group()
    return "".join(swapped)


def latin_keys(words: Sequence[str]) -> list[str]:
    """For each word, one key for all the ways to write it in Latin letters ("dyshat", "dishat", "дышать")."""
    keys = "\n".join(words).translate(_LETTERS)
    for pattern, sound in _ONE_SOUND:
        keys = pattern.sub(sound, keys)
    return keys.split("\n")
