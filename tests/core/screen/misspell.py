"""Makes the misspelt half of the corpus: one or two words of a phrase spoiled as hands and ears spoil them."""

import random
import re
from collections.abc import Callable

_KEYS = {
    "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    "ru": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
_SOUNDS = {
    "en": "ea=ee ie=ei ph=f igh=ite ough=uff wh=w ck=k tion=shun ow=ou ai=ay ing=in ll=l ss=s pp=p",
    "es": "b=v v=b h= z=s ce=se ci=si ll=y qu=k ge=je gi=ji rr=r ñ=n ch=x ca=ka mb=nb ad=a",
    "ru": "тся=ца ться=ца о=а е=и я=и сс=с нн=н ь= жи=жы ши=шы ого=ова д =т  й= зд=з ё=е",
}
_WORD = re.compile(r"[^\W\d_]{4,}")


def misspell(text: str, language: str, seed: int) -> str:
    """``text`` with a typo in one word, or in two where it has four words or more; the same seed gives the same."""
    chance = random.Random(f"{seed}:{text}")
    words = sorted(_WORD.finditer(text), key=lambda word: -len(word.group()))
    chosen = chance.sample(words[:4], min(len(words), 2 if len(text.split()) >= 4 else 1))
    for word in sorted(chosen, key=lambda word: -word.start()):
        text = text[: word.start()] + _spoil(word.group(), language, chance) + text[word.end() :]
    return text


def _spoil(word: str, language: str, chance: random.Random) -> str:
    ways: list[Callable[[str, str, random.Random], str]] = [_drop, _double, _swap, _neighbour, _by_ear, _by_ear]
    for _ in range(20):
        spoilt = chance.choice(ways)(word, language, chance)
        if spoilt != word:
            return spoilt
    return word


def _drop(word: str, _language: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _double(word: str, _language: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _swap(word: str, _language: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbour(word: str, language: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    row = next((row for row in _KEYS[language] if word[at] in row), "")
    beside = [row[place] for place in (row.find(word[at]) - 1, row.find(word[at]) + 1) if 0 <= place < len(row)]
    return word[:at] + chance.choice(beside) + word[at + 1 :] if beside else word


def _by_ear(word: str, language: str, chance: random.Random) -> str:
    pairs = (pair.partition("=") for pair in _SOUNDS[language].split())
    heard = [(right, wrong) for right, _, wrong in pairs if right in word[1:]]
    if not heard:
        return word
    right, wrong = chance.choice(heard)
    return word[0] + word[1:].replace(right, wrong, 1)
