"""How wide words are, without a font at hand: a little wider than they are drawn, so that nothing touches."""

from collections.abc import Iterator

_NARROW = frozenset("iljftr.,:;'|!()[]{} -/")
_WIDE = frozenset("mwMW@%→▲…—")
_IDEOGRAPHS = 0x2E80
"""From here on a letter fills a square."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of ``text`` in a sans-serif font of this size, in the same unit."""
    return size * (1.07 if bold else 1.0) * sum(map(_letter, text))


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit into ``room``; a word that does not is broken. At least one line."""
    lines: list[str] = []
    line = ""
    for word in _words(text, room, size, bold):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold=bold) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line)


def _words(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    for word in text.split():
        piece = ""
        for letter in word:
            if piece and width(piece + letter, size, bold=bold) > room:
                yield piece
                piece = ""
            piece += letter
        yield piece


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.39
    if letter in _WIDE or ord(letter) >= _IDEOGRAPHS:
        return 1.0
    return 0.7 if letter.isupper() else 0.61
