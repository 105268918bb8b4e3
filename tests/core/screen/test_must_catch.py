"""The safety floor of words: every phrase is caught, and word lists that lose one are refused with the line."""

from collections.abc import Sequence

import pytest

from bot.core.errors import ScriptError
from bot.core.level import Level
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.must_catch import lost, read_must_catch
from bot.core.screen.screening import Screen
from tests.core.screen.conftest import LEXICONS

FLOOR = (LEXICONS.parent / "safety_words.yaml").read_text("utf-8")
SMALL = "must_catch:\n  en:\n    BR:\n      D1:\n        - cant breathe\n        - throat closing\n"


def without(lexicons: Sequence[Lexicon], symptom: str) -> Screen:
    return Screen(
        [
            lexicon.model_copy(
                update={"symptoms": tuple(group for group in lexicon.symptoms if group.symptom != symptom)}
            )
            for lexicon in lexicons
        ]
    )


def test_the_word_lists_that_ship_catch_every_phrase(screen: Screen) -> None:
    floor = read_must_catch(FLOOR, "clinic/safety_words.yaml")
    assert {phrase.language for phrase in floor} == {"en", "es", "ru"}
    assert {phrase.symptom for phrase in floor} >= {"BR", "CP", "ST", "VI", "CO", "SL", "SH"}
    assert list(lost(screen, floor)) == []


def test_a_list_that_loses_a_phrase_is_refused_at_its_line(lexicons: tuple[Lexicon, ...]) -> None:
    problems = list(lost(without(lexicons, "BR"), read_must_catch(SMALL, "words.yaml")))
    assert [(problem.file, problem.line) for problem in problems] == [("words.yaml", 5), ("words.yaml", 6)]
    assert "'cant breathe' must be read as BR, D1" in problems[0].message
    assert "clinic/lexicon/en.yaml" in problems[0].todo


def test_a_negation_that_swallows_an_emergency_is_refused(lexicons: tuple[Lexicon, ...]) -> None:
    deaf = Screen(
        [
            lexicon.model_copy(update={"harmless": (*lexicon.harmless, "throat closing")})
            if lexicon.language == "en"
            else lexicon
            for lexicon in lexicons
        ]
    )
    assert [problem.line for problem in lost(deaf, read_must_catch(SMALL, "words.yaml"))] == [6]


def test_a_phrase_is_read_with_its_level_and_place() -> None:
    phrase = read_must_catch(SMALL, "words.yaml")[0]
    assert (phrase.language, phrase.symptom, phrase.level, phrase.text) == ("en", "BR", Level.D1, "cant breathe")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("en: []", (1, 1), "no 'must_catch'"),
        ("must_catch: [a]", (1, 13), "Keys with values"),
        ("must_catch:\n  en:\n    BR:\n      D9: [a]", (4, 7), "Unknown level 'D9'"),
        ("must_catch:\n  en:\n    BR:\n      D1: a", (4, 11), "A list of phrases"),
        ("must_catch:\n  en:\n    BR:\n      D1: [[a]]", (4, 12), "A phrase is expected"),
    ],
)
def test_a_broken_file_is_refused_at_its_place(text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(ScriptError) as raised:
        read_must_catch(text, "words.yaml")
    problem = raised.value.problems[0]
    assert ((problem.line, problem.column), said in str(problem)) == (place, True)
