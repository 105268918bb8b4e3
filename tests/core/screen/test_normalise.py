"""Text becomes plain words that still know their place, and typos are forgiven only where it is safe."""

import pytest

from bot.core.screen.keyboard import latin_keys, swap_layout
from bot.core.screen.normalise import read_tokens
from bot.core.screen.words import Vocabulary


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can't BREATHE!", ["cant", "breathe"]),
        ("ЁЖ й", ["еж", "и"]),
        ("opresión, años", ["opresion", "anos"]),
        ("38,5 9/10 101F", ["38,5", "9/10", "101", "f"]),
        ("a\0b\u200bc\u202ed", ["abcd"]),
        ("😀help🆘", ["help", "🆘"]),
        ("h e l p", ["help"]),
        ("y o u", ["y", "o", "u"]),
        ("темпeратурa", ["температура"]),
        ("٣٨", ["38"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.forms[-1] for token in read_tokens(text).tokens] == words


def test_long_runs_of_a_letter_may_stand_for_one_or_two() -> None:
    [token] = read_tokens("feeeever").tokens
    assert token.forms == ("feever", "fever")


def test_a_token_knows_its_place_sentence_and_clause() -> None:
    text = "No, I\u0301 can't… see\nok"
    reading = read_tokens(text)
    assert [text[token.start : token.end] for token in reading.tokens] == ["No", "I\u0301"[:1], "can't", "see", "ok"]
    assert [token.sentence for token in reading.tokens] == [0, 0, 0, 1, 2]
    assert [token.clause for token in reading.tokens] == [0, 1, 1, 2, 3]


def test_a_question_mark_belongs_to_its_own_sentence() -> None:
    assert read_tokens("Fever. What if? Ok\n? hm").asking == {1}


@pytest.mark.parametrize(("text", "value", "decimal"), [("38,5", 38.5, True), ("39", 39, False), ("x", None, False)])
def test_numbers_are_read_with_either_mark(text: str, value: float | None, decimal: bool) -> None:
    [token] = read_tokens(text).tokens
    assert (token.number, token.is_decimal) == (value, decimal)


def test_the_other_layout_keeps_every_place() -> None:
    assert swap_layout("ytn ntvgthfnehs") == "нет температуры"
    assert swap_layout("pfls[f.cm, ,jkbn.") == "задыхаюсь, болит."
    assert swap_layout("сфте икуферу") == "cant breathe"


def test_latin_spellings_share_one_key() -> None:
    assert len(set(latin_keys(["дышать", "dyshat", "dishat", "dyshat"]))) == 1
    assert len(set(latin_keys(["задыхаюсь", "zadyhayus", "zadykhaius", "zadyxayus"]))) == 1


@pytest.fixture
def vocabulary() -> Vocabulary:
    words = Vocabulary()
    for word in ("pus", "fever", "breath*", "swallow", "infect*"):
        words.add(word)
    words.never_typos(("inject*",))
    return words


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("breathing", "breath*"),
        ("breth", "breath*"),
        ("braething", "breath*"),
        ("breeathing", "breath*"),
        ("rbeathing", "breath*"),
        ("swollow", "swallow"),
        ("swallo", "swallow"),
        ("sawllow", "swallow"),
        ("swlalow", "swallow"),
        ("xswallow", "swallow"),
    ],
)
def test_one_typo_is_forgiven_in_long_words(vocabulary: Vocabulary, form: str, word: str) -> None:
    assert vocabulary.add(word) in vocabulary.exact(form) | vocabulary.near(form)


@pytest.mark.parametrize(
    "form", ["push", "forever", "fevers", "fewer", "never", "swlolow", "injected", "brrth", "swallows up"]
)
def test_short_words_and_other_words_are_not_typos(vocabulary: Vocabulary, form: str) -> None:
    assert not vocabulary.exact(form) | vocabulary.near(form)
