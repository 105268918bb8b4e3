"""Plural forms: a whole number chooses the form of its language, and a form that is missing stops the start."""

import pytest

from bot.core.errors import ScriptError
from bot.core.wording.catalog import Catalog, complete, placeholders
from bot.core.wording.plural import Plural, category, examples, known_categories, needed_categories
from bot.core.wording.reading import read_messages
from tests.flows.loaded import live

RUSSIAN = """\
language: ru
card:
  ago: {plural_by: hours, one: "{hours} час назад", few: "{hours} часа назад", many: "{hours} часов назад"}
"""


def catalog(text: str) -> Catalog:
    language, texts = read_messages(text, "some.yaml")
    return Catalog(language, texts)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "0 часов назад"),
        (1, "1 час назад"),
        (2, "2 часа назад"),
        (4, "4 часа назад"),
        (5, "5 часов назад"),
        (11, "11 часов назад"),
        (14, "14 часов назад"),
        (21, "21 час назад"),
        (22, "22 часа назад"),
        (25, "25 часов назад"),
        (101, "101 час назад"),
        (111, "111 часов назад"),
        (112, "112 часов назад"),
        (1001, "1001 час назад"),
    ],
)
def test_a_russian_number_chooses_its_form(hours: int, said: str) -> None:
    assert catalog(RUSSIAN).say("card.ago", hours=hours) == said
    assert catalog(RUSSIAN).plain("card.ago", hours=str(hours)) == said


@pytest.mark.parametrize(("hours", "said"), [(0, "0 hours"), (1, "1 hour"), (2, "2 hours"), (21, "21 hours")])
def test_an_english_number_chooses_its_form(hours: int, said: str) -> None:
    texts = catalog('language: en\nago: {plural_by: hours, one: "{hours} hour", other: "{hours} hours"}\n')
    assert texts.script("ago", hours=hours) == said


def test_the_number_is_needed_and_must_be_whole() -> None:
    texts = catalog(RUSSIAN)
    with pytest.raises(KeyError, match=r"card.ago.*\{hours\}"):
        texts.say("card.ago")
    with pytest.raises(KeyError, match=r"card.ago.*\{hours\}"):
        texts.raw("card.ago")
    with pytest.raises(ValueError, match=r"1\.5"):
        texts.say("card.ago", hours=1.5)


def test_the_categories_of_a_language() -> None:
    assert needed_categories("en") == ("one", "other")
    assert needed_categories("ru") == ("one", "few", "many")
    assert needed_categories("es") == ("one", "other")
    assert known_categories("es") == ("one", "many", "other")
    assert needed_categories("ar") == ("zero", "one", "two", "few", "many", "other")
    assert needed_categories("ja") == known_categories("xx") == ("other",)
    assert examples("ru", "few") == (2, 3, 4)
    assert category("ru", 21) == "one"


def test_a_million_in_spanish_takes_the_general_form() -> None:
    points = Plural("n", {"one": "{n} punto", "other": "{n} puntos"})
    assert category("es", 1_000_000) == "many"
    assert points.choose("es", 1_000_000) == "{n} puntos"


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        (
            'language: ru\na:\n  b: {plural_by: n, one: "{n} час", many: "{n} часов"}\n',
            3,
            6,
            "'few', which Russian needs (for 2, 3, 4 ...). Add a line like: few: \"...\" [plural-missing]",
        ),
        (
            'a: {plural_by: n, one: "{n} hour"}\nlanguage: en\n',
            1,
            4,
            "'other', which English needs (for 0, 2, 3 ...). Add a line like: other: \"...\" [plural-missing]",
        ),
        (
            'language: en\na: {plural_by: n, one: "{n} hour", other: "{n} hours", few: "{n} hours"}\n',
            2,
            56,
            "English has no plural form 'few' (text 'a'). Its forms are: one, other. [plural-unknown]",
        ),
        (
            'language: en\na: {plural_by: n, one: "an hour", other: "{n} hours"}\n',
            2,
            24,
            "'one' of text 'a' does not use {n}.",
        ),
        (
            'language: en\na: {plural_by: n, one: "{n} hour", other: "{n} hours, {name}"}\n',
            2,
            24,
            "'one' of text 'a' does not use {name}.",
        ),
        ('language: en\na: {plural_by: n, one: "", other: "{n} hours"}\n', 2, 24, "has no value"),
        ('language: qq\na: {plural_by: n, other: "{n}"}\n', 2, 4, "No plural rules are known for 'qq'."),
    ],
)
def test_what_is_wrong_with_a_plural_is_one_line_with_its_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_messages(text, "some.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("some.yaml", line, column)
    assert says in str(problem)


def test_a_language_may_do_without_forms_where_the_first_one_has_them() -> None:
    forms = Plural("hours", {"one": "{hours} hour", "other": "{hours} hours"})
    assert placeholders(forms) == {"hours"}
    complete({"en": {"ago": forms}, "ja": {"ago": "{hours}時間前"}}, {"en": "en.yaml", "ja": "ja.yaml"})
    with pytest.raises(ScriptError, match="text-placeholders"):
        complete({"en": {"ago": forms}, "ja": {"ago": "前"}}, {"en": "en.yaml", "ja": "ja.yaml"})


def test_every_plural_of_the_real_messages_has_all_forms_of_its_language() -> None:
    found = [
        (language, text)
        for language, texts in live().messages.items()
        for text in texts.values()
        if isinstance(text, Plural)
    ]
    assert len([language for language, _ in found if language == "en"]) >= 3
    for language, text in found:
        assert set(needed_categories(language)) <= set(text.forms)
        for count in range(130):
            assert f"{{{text.by}}}" in text.choose(language, count)
