"""Russian as it is written: one script a word, decimal commas, ё, the formal вы, and both parts of "red, or darker"."""

import re

import pytest

from bot.core.flow.model import Script
from bot.core.wording.plural import wordings
from tests.flows.loaded import FOLDER, live, scripts

FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("ru.yaml") if "lexicon" not in path.parts)
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC, LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)
WITHOUT_YO = re.compile(r"\b(еще|(черн|желт|темн|тепл|тяжел|тверд)(ый|ая|ое|ые|ой|ую|ым)|отек|отеком|идет)\b")
INFORMAL = re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои)\b")
BOTH_SEXES = re.compile(r"\w\((а|на|ая|ла)\)|\bсогласен\b|\bуверен\b")
"""Ways to write past a person's sex, or to guess it; every text here can be said without."""


def speaking_russian() -> list[Script]:
    """Every script that has its Russian words; patients are offered Russian when all have."""
    return [script for script in scripts().values() if "ru" in script.texts]


def russian() -> dict[str, str]:
    """Every Russian text of the product, by key."""
    found = {f"messages {key}": wording for key, text in live().messages["ru"].items() for wording in wordings(text)}
    for script in speaking_russian():
        found |= {f"{script.procedure} {key}": text for key, text in script.texts["ru"].by_key.items()}
    return found


def breaking(pattern: re.Pattern[str]) -> list[str]:
    """The keys of the texts in which this stands."""
    return [key for key, text in russian().items() if pattern.search(text.lower())]


@pytest.mark.parametrize("file", FILES)
def test_each_file_says_that_a_clinician_must_review_it(file: str) -> None:
    head = " ".join(
        line.lstrip("# ") for line in (FOLDER / file).read_text(encoding="utf-8").splitlines() if line.startswith("#")
    )
    assert "NOT clinically approved: a native-speaking clinician must review every text here before use" in head


def test_the_files_are_found() -> None:
    assert {"common/ru.yaml", "clinic/messages/ru.yaml"} | {f"{name}/ru.yaml" for name in scripts()} == set(FILES)
    assert len(russian()) > 700


def test_no_word_mixes_cyrillic_and_latin_letters() -> None:
    """A Latin "c" in a Russian word looks right, and no search finds the word."""
    mixed = [
        (key, word)
        for key, text in russian().items()
        for word in WORD.findall(text)
        if CYRILLIC.search(word) and LATIN.search(word)
    ]
    assert mixed == []


def test_numbers_have_a_decimal_comma() -> None:
    assert breaking(re.compile(r"\d\.\d+\s*°")) == []
    assert "38,0 °C" in scripts()["face"].texts["ru"].by_key["answer.FE.high"]


def test_the_letter_yo_is_written() -> None:
    assert breaking(WITHOUT_YO) == []


def test_people_are_addressed_formally_and_whatever_their_sex() -> None:
    assert breaking(INFORMAL) == []
    assert breaking(BOTH_SEXES) == []


@pytest.mark.parametrize("key", ["answer.I.red", "question.RE.ask"])
def test_redness_has_both_parts(key: str) -> None:
    """It is harder to see on dark skin."""
    for script in speaking_russian():
        assert "краснее или темнее обычного" in script.texts["ru"].by_key[key]


def test_the_emergency_texts_of_the_brief_are_kept() -> None:
    texts = scripts()["face"].texts["ru"].by_key
    for key, words in {
        "advice.d1": (
            "«Мне делали уколы в кожу, и теперь есть такая проблема»",
            "За руль не садитесь",
            "Не ждите нашего",
        ),
        "advice.d1_allergy": ("«сильная аллергия»", "Лягте, поднимите ноги", "сядьте, ноги вытяните", "Не вставайте"),
        "advice.d2": ("Поезжайте сейчас в приёмное отделение больницы", "Пусть вас отвезут", "Не ждите ответа"),
    }.items():
        assert [each for each in (*words, "{emergency_number}") if each not in texts[key]] == []
