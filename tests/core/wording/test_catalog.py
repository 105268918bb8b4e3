"""A catalog: values are escaped, what is missing is an error, and every language has every text."""

import pytest

from bot.core.errors import ScriptError
from bot.core.wording.catalog import Catalog, complete, placeholders
from bot.core.wording.reading import read_messages

TEXTS = {"hello": "<b>Hello {name}</b>", "plain": "a < b {name}", "call": "Call {emergency_number}"}
FILES = {"en": "en.yaml", "es": "es.yaml"}


def catalog() -> Catalog:
    return Catalog("en", TEXTS, {"emergency_number": "112"})


def test_values_are_escaped_and_the_text_itself_is_not() -> None:
    assert catalog().say("hello", name="<A & B>") == "<b>Hello &lt;A &amp; B&gt;</b>"
    assert catalog().plain("hello", name="<A>") == "<b>Hello <A></b>"
    assert catalog().script("plain", name="<A>") == "a &lt; b &lt;A&gt;"


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert catalog().say("hello", name="{emergency_number}") == "<b>Hello {emergency_number}</b>"


def test_the_clinics_facts_are_always_there_and_may_be_overruled() -> None:
    assert catalog().say("call") == "Call 112"
    assert catalog().say("call", emergency_number=911) == "Call 911"


def test_what_is_missing_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="no text 'nothing' in en"):
        catalog().say("nothing")
    with pytest.raises(KeyError, match=r"needs \{name\}"):
        catalog().script("plain")
    assert catalog().has("hello")
    assert not catalog().has("nothing")


def test_placeholders() -> None:
    assert placeholders("{a} {b_c} {a} {1} {}") == {"a", "b_c"}


def test_every_language_has_every_text_with_the_same_values() -> None:
    complete({"en": TEXTS, "es": dict(TEXTS)}, FILES)
    spoilt = {"hello": "Hola", "call": TEXTS["call"], "more": "x"}
    with pytest.raises(ScriptError) as caught:
        complete({"en": TEXTS, "es": spoilt}, FILES)
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [
        ("text-missing", "es.yaml"),
        ("text-unknown", "es.yaml"),
        ("text-placeholders", "es.yaml"),
    ]


def test_without_the_first_language_nothing_is_complete() -> None:
    with pytest.raises(ScriptError, match="en"):
        complete({"es": TEXTS}, {"es": "es.yaml"})


def test_messages_are_read_with_dotted_keys() -> None:
    language, texts = read_messages('language: en\na:\n  b: "x {name}"\n  c: {d: "y"}\n', "en.yaml")
    assert (language, texts) == ("en", {"a.b": "x {name}", "a.c.d": "y"})


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a: {b: "x"}\n', 1, 1),
        ("language: en\na: {b: 3}\n", 2, 8),
        ("language: en\na:\n  b: {}\n", 3, 6),
        ('language: en\na: "x"\na: "y"\n', 3, 1),
        ("language: en\na: [x]\n", 2, 4),
    ],
)
def test_what_is_wrong_in_the_messages_is_named_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(ScriptError) as caught:
        read_messages(text, "en.yaml")
    assert [(problem.file, problem.line, problem.column) for problem in caught.value.problems] == [
        ("en.yaml", line, column)
    ]
