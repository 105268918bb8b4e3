"""Translations say the same as the English: numbers, levels and commands. Spanish is written as Spanish is."""

import re

import pytest

from bot.core.wording.plural import wordings
from tests.flows.loaded import live, scripts

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
COMMAND = re.compile(r"(?<![\w<])/[a-z]{3,}")
LANGUAGES = sorted({language for script in scripts().values() for language in script.texts} - {"en"})
IN_WORDS = frozenset({("ru", "expected.soreness"), ("ru", "expected.swelling_peak")})
"""Here the translation writes its numbers as words ("на третий день")."""
FAMILIAR = re.compile(
    r"\b(tú|te|ti|tu|tus|tienes|puedes|quieres|estás|sientes|vosotros|os|vos|tenés)\b",
    re.IGNORECASE,
)
"""Words of the familiar address; patients and staff are addressed with usted."""
SEXED = re.compile(
    r"\b(segur[oa]|enferm[oa]|maread[oa]|cansad[oa]|confundid[oa]|embarazada|preocupad[oa]|bienvenid[oa])\b",
    re.IGNORECASE,
)
"""Adjectives that would tell the patient's sex, where Spanish has a way round them."""
NEUTRAL = "Le damos la bienvenida"


def texts_of(language: str) -> dict[str, str]:
    """Every text of a language by its key and its procedure, all plural forms of one together."""
    found = {f"bot {key}": " ".join(wordings(text)) for key, text in live().messages[language].items()}
    for procedure, script in scripts().items():
        found |= {f"{procedure} {key}": text for key, text in script.texts[language].by_key.items()}
    return found


def numbers(text: str) -> set[str]:
    """The numbers in a text; a comma is a decimal point."""
    return {found.replace(",", ".") for found in NUMBER.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_in_the_translation_too(language: str) -> None:
    """A pain of 7, 48 hours, 39.5 °C: a wrong figure in one language is a wrong rule for its readers."""
    english = texts_of("en")
    differ = {
        key: (numbers(english[key]), numbers(text))
        for key, text in texts_of(language).items()
        if numbers(english[key]) != numbers(text) and (language, key.partition(" ")[2]) not in IN_WORDS
    }
    assert differ == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_in_the_translation_too(language: str) -> None:
    english = texts_of("en")
    for key, text in texts_of(language).items():
        assert sorted(COMMAND.findall(english[key])) == sorted(COMMAND.findall(text)), key


@pytest.mark.parametrize(("opens", "closes"), ["¿?", "¡!", "«»", "“”", "()"])
def test_spanish_marks_open_and_close(opens: str, closes: str) -> None:
    for key, text in texts_of("es").items():
        if key != "bot join.ask.language":  # three languages in one line
            assert text.count(opens) == text.count(closes), key


def test_spanish_is_formal_and_does_not_guess_who_reads() -> None:
    for key, text in texts_of("es").items():
        assert not FAMILIAR.findall(text), key
        assert not SEXED.findall(text.replace(NEUTRAL, "")), key


def test_words_that_differ_stand_beside_each_other() -> None:
    """Who says manejar must know what conducir means, in the texts that matter most."""
    driving = [text for text in texts_of("es").values() if "conduzca" in text]
    assert len(driving) >= 4
    assert all("No conduzca (no maneje)" in text for text in driving)
    pools = [text for text in texts_of("es").values() if "piscina" in text]
    assert pools
    assert all("piscina (alberca)" in text for text in pools)
