"""Free text cut into plain words that remember where they stood in the patient's own message."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

READ_AT_MOST = 10_000
"""Characters that are read; Telegram sends at most 4,096, so this only bounds hostile input."""

ALARM_EMOJI = "🆘🚑🚨"
_APOSTROPHES = frozenset("'’‘ʼʹ`´′＇")
_EMOJI_PLACE = "•"
"""Stands where a picture was dropped: words on both sides stay apart and a negation ends there."""

_SOFT_BREAKS = frozenset(",;:()/+–—•")
_HARD_BREAKS = frozenset(".!?\n")
_WORD = re.compile(rf"\d+(?:[.,/]\d+)?|[^\W\d_]+|[{ALARM_EMOJI}°]")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_SPELT_GAP = re.compile(r"[ \t]{1,2}|[.*_-]")
_SPELT_AT_LEAST = 4

_LATIN_TWINS = "aeopcxykmthbi"
_CYRILLIC_TWINS = "аеорсхукмтнві"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-яі]")
_ALREADY_PLAIN = re.compile("[a-zа-ик-я0-9*]+")
_FOREIGN_CYRILLIC = str.maketrans("іїє", "иие")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: the spellings it may stand for, and its place in the original text.

    ``clause`` grows at every comma or stronger mark, ``sentence`` at every full stop, question mark,
    exclamation mark or new line. ``spelt`` marks a word that was written letter by letter.
    """

    forms: tuple[str, ...]
    start: int
    end: int
    sentence: int
    clause: int
    spelt: bool = False

    @property
    def number(self) -> float | None:
        """The value of a number written with a point or a comma; None for words and fractions."""
        text = self.forms[0].replace(",", ".")
        return float(text) if text[0].isdecimal() and "/" not in text else None

    @property
    def is_decimal(self) -> bool:
        """Was it written with a decimal mark?"""
        return self.number is not None and not self.forms[0].isdecimal()


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a message; ``asking`` holds the sentences that end in a question mark."""

    tokens: tuple[Token, ...]
    asking: frozenset[int]
    truncated: bool


def read_tokens(text: str) -> Reading:
    """Cut ``text`` into tokens; any string is allowed, and only its first 10,000 characters are read."""
    folded, places = _fold(text[:READ_AT_MOST])
    tokens: list[Token] = []
    asking: set[int] = set()
    sentence = clause = previous = 0
    for match in _WORD.finditer(folded):
        gap = folded[previous : match.start()]
        if "?" in gap.partition("\n")[0]:
            asking.add(sentence)
        if tokens and not _HARD_BREAKS.isdisjoint(gap):
            sentence, clause = sentence + 1, clause + 1
        elif tokens and (" - " in gap or not _SOFT_BREAKS.isdisjoint(gap)):
            clause += 1
        previous = match.end()
        start, end = places[match.start()], places[match.end() - 1] + 1
        tokens.append(Token(_forms(match.group()), start, end, sentence, clause))
    if "?" in folded[previous:].partition("\n")[0]:
        asking.add(sentence)
    return Reading(tuple(_join_spelt(tokens, text)), frozenset(asking), len(text) > READ_AT_MOST)


def plain(text: str) -> str:
    """``text`` folded as messages are folded, for words that come from a lexicon."""
    return text if _ALREADY_PLAIN.fullmatch(text) else _fold(text)[0]


def is_word(text: str) -> bool:
    """Is ``text``, already folded, exactly one token?"""
    return _WORD.fullmatch(text) is not None


def has_letters(tokens: tuple[Token, ...]) -> bool:
    """Is there anything in a script that the lexicons can read: Latin, Cyrillic, a number, an alarm sign?"""
    return any(_readable(token.forms[0]) for token in tokens)


def _readable(form: str) -> bool:
    known = _LATIN.search(form) or _CYRILLIC.search(form)
    return bool(known) or form[0].isdecimal() or form in ALARM_EMOJI


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """The folded text and, for each of its characters, the index of the character that it came from."""
    parts = [_fold_character(character) for character in text]
    folded = "".join(parts)
    if all(len(part) == 1 for part in parts):
        return folded, range(len(folded))
    return folded, [index for index, part in enumerate(parts) for _ in part]


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """Lower case, compatibility form, no accent; "" for what must vanish without parting a word.

    ``й`` loses its breve like any accented letter; lexicon words are folded by the same rule.
    """
    if character in "\n\r\u2028\u2029\x85":
        return "\n"
    if character in ALARM_EMOJI:
        return character
    if character in _APOSTROPHES:
        return ""
    parts = unicodedata.normalize("NFKD", character.lower()).replace("⁄", "/")
    return "".join(_fold_part(part) for part in parts).translate(_FOREIGN_CYRILLIC)


def _fold_part(part: str) -> str:
    if part.isspace():
        return " "
    category = unicodedata.category(part)
    if category[0] in "MC" or part in _APOSTROPHES:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if category in {"So", "Sk"} and part != "°":
        return _EMOJI_PLACE
    return {"¿": "?", "¡": "!", "。": ".", "؟": "?"}.get(part, part.lower())


def _forms(word: str) -> tuple[str, ...]:
    """The spellings that a word may stand for: squeezed to one or two letters, look-alikes put right."""
    if not word[0].isalpha():
        return (word,)
    spellings = [word]
    if _LONG_RUN.search(word):
        spellings = [_LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word)]
    if not word.isascii() and _LATIN.search(word) and _CYRILLIC.search(word):
        spellings += [
            untwinned
            for spelling in tuple(spellings)
            for untwinned in (spelling.translate(_TO_CYRILLIC), spelling.translate(_TO_LATIN))
            if not (_LATIN.search(untwinned) and _CYRILLIC.search(untwinned))
        ]
    return tuple(dict.fromkeys(spellings))


def _join_spelt(tokens: list[Token], text: str) -> list[Token]:
    """Join words that were written letter by letter ("c a n t", "c.a.n.t") into one token."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        stop = at + 1
        while stop < len(tokens) and _spelt_on(tokens[stop - 1], tokens[stop], text):
            stop += 1
        if stop - at >= _SPELT_AT_LEAST:
            word = "".join(token.forms[0] for token in tokens[at:stop])
            first, last = tokens[at], tokens[stop - 1]
            joined.append(Token(_forms(word), first.start, last.end, first.sentence, first.clause, spelt=True))
        else:
            joined.extend(tokens[at:stop])
        at = stop
    return joined


def _spelt_on(token: Token, following: Token, text: str) -> bool:
    both = (token.forms[0], following.forms[0])
    if any(len(form) > 1 or not form.isalpha() for form in both):
        return False
    return _SPELT_GAP.fullmatch(text, token.end, following.start) is not None
