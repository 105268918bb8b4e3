"""The Flesch-Kincaid grade of an English text: about how many years of school it takes to read it.

The grade is ``0.39 * words per sentence + 11.8 * syllables per word - 15.59`` (Kincaid and others, 1975). Syllables
are counted by spelling: groups of vowels, less the silent ones, with a short list of words that spelling gets wrong.
A sentence ends with ``.``, ``!``, ``?`` or the line. A number or a place-holder is one word of one syllable.
"""

import re

_MARKUP = re.compile(r"<[^<>]*>")
_PLACE_HOLDER = re.compile(r"\{[^{}]*\}")
_SENTENCE_END = re.compile(r"[.!?]+(?=[\s\"'”’»)]|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+(?:[.,:]\d+)*")

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=g)ue$"  # face, while, tongue; not table
    r"|(?<=[^aeioulsxzcgh])es$|(?<=[aeiou]l)es$"  # makes, smiles; not needles, changes, patches
    r"|(?<=[^aeioultd])ed$|(?<=[aeioul]l)ed$"  # helped, called; not treated, settled
    r"|(?<=[^aeiou])e(?=(?:ly|ment|ful|less|ness)$)"  # safely, careful
)
_NEW_SYLLABLE = re.compile(
    r"(?<=[aeiouy])ing"  # going, seeing
    r"|(?<=[^tcxg]i)ous|(?<=i)um$|(?<=u)ou"  # serious, medium; not cautious
    r"|(?<=[^tc]i)a|(?<=e)o$|(?<=[^gq]u)al"  # dial, video, usual; not special
)
_SAID = re.compile(r"[^aeiou]n['’]t$")  # didn't

_BY_HEART = {
    "any": 2, "anyone": 3, "area": 3, "breathe": 1, "business": 2, "clothes": 1, "create": 2, "diabetes": 4,
    "diet": 2, "element": 3, "every": 2, "everyone": 3, "evening": 2, "eye": 1, "eyes": 1, "fluid": 2,
    "fluids": 2, "idea": 3, "quiet": 2, "react": 2, "reaction": 3, "reactions": 3, "science": 2,
    "somebody": 3, "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "therefore": 2,
}  # fmt: skip


def grade(text: str) -> float:
    """The grade of the text; 0.0 when there are no words in it."""
    sentences = [words(sentence) for sentence in _SENTENCE_END.split(_plain(text))]
    counted = [found for found in sentences if found]
    total = sum(map(len, counted))
    if not total:
        return 0.0
    spoken = sum(syllables(word) for found in counted for word in found)
    return 0.39 * total / len(counted) + 11.8 * spoken / total - 15.59


def words(text: str) -> list[str]:
    """The words and numbers of the text, without markup."""
    return _WORD.findall(_plain(text))


def syllables(word: str) -> int:
    """How many syllables the English word has."""
    lower = word.lower().replace("’", "'")
    if lower in _BY_HEART:
        return _BY_HEART[lower]
    extra = 1 if _SAID.search(lower) else 0
    spelt = lower.replace("'", "").replace("qu", "kw")
    found = len(_VOWELS.findall(spelt)) - len(_SILENT_END.findall(spelt)) + len(_NEW_SYLLABLE.findall(spelt))
    return max(1, found + extra)


def _plain(text: str) -> str:
    return _PLACE_HOLDER.sub("it", _MARKUP.sub("", text))
