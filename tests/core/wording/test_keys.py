"""Every text that the code asks for exists with the values that it needs, and every text is asked for somewhere."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bot.core.wording.catalog import placeholders
from bot.core.wording.plural import Text, wordings
from bot.usecases.clinic import ClinicFacts
from tests.flows.loaded import live

BOT = Path(__file__).parents[3] / "bot"
ALWAYS = frozenset(ClinicFacts("", "", "", "", "UTC", "en", "").holders())
KEY = re.compile(r"[a-z_0-9]+(\.[A-Za-z_0-9]+)+")
ACTIONS = ("stop.really", "forget.really")
"""Names of buttons that look like keys."""
FILLERS = ("say", "_say", "plain")
"""The methods of a catalog that take the bot's own texts; ``script`` and ``raw`` take those of a script."""


@cache
def messages() -> dict[str, Text]:
    """The bot's own words in the first language."""
    return dict(live().messages["en"])


@cache
def trees() -> tuple[tuple[str, ast.AST], ...]:
    """Every module of the product."""
    return tuple((str(path.relative_to(BOT)), ast.parse(path.read_text())) for path in sorted(BOT.rglob("*.py")))


def pattern(node: ast.expr) -> re.Pattern[str] | None:
    """A literal or f-string as the keys that it may name."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.compile(re.escape(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(each.value)) if isinstance(each, ast.Constant) else r".+" for each in node.values]
        return re.compile("".join(parts))
    return None


def fills() -> list[tuple[str, ast.Call]]:
    """Every call that fills a text of the bot, with where it stands."""
    return [
        (f"{name}:{node.lineno}", node)
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in FILLERS and node.args
    ]


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def keys_of(call: ast.Call) -> list[re.Pattern[str]]:
    """The keys that a call may fill: one of its arguments that are texts."""
    return [found for argument in call.args if (found := pattern(argument)) is not None]


def exact(call: ast.Call) -> list[re.Pattern[str]]:
    """The same, but for those whose group is only known when the product runs."""
    return [found for found in keys_of(call) if not found.pattern.startswith(".+")]


def named_in_code() -> list[tuple[str, str]]:
    """Every string of the rooms that speak which looks like a key of a group of texts, with where it stands."""
    groups = {key.partition(".")[0] for key in messages()}
    found = []
    for name, tree in trees():
        if not name.startswith(("chat/", "usecases/")):
            continue
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        found += [
            (f"{name}:{node.lineno}", node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
            and KEY.fullmatch(node.value) and node.value.partition(".")[0] in groups
        ]  # fmt: skip
    return found


def test_every_text_that_the_code_fills_exists() -> None:
    missing = [
        f"{where}: {found.pattern}"
        for where, call in fills()
        for found in keys_of(call)
        if not any(found.fullmatch(key) for key in messages())
    ]
    assert missing == []


def test_every_key_that_the_code_names_exists() -> None:
    missing = [f"{where}: {key}" for where, key in named_in_code() if key not in messages() and key not in ACTIONS]
    assert missing == []


def test_every_text_is_used() -> None:
    used = [
        found
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        and (found := pattern(node)) is not None
        and not found.pattern.startswith(".+")
    ]
    used += [found for _, call in fills() for found in keys_of(call)]
    assert [key for key in messages() if not any(found.fullmatch(key) for found in used)] == []


@pytest.mark.parametrize("language", sorted(live().messages))
def test_every_filled_text_gets_the_values_that_it_needs(language: str) -> None:
    texts = live().messages[language]
    missing = []
    for where, call in fills():
        if any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {keyword.arg for keyword in call.keywords} | ALWAYS
        keys = [key for key in texts if any(found.fullmatch(key) for found in exact(call))]
        missing += [f"{where}: {key} {sorted(lack)}" for key in keys if (lack := placeholders(texts[key]) - given)]
    assert missing == []


@pytest.mark.parametrize("language", sorted(live().messages))
def test_texts_have_no_tags_but_bold_and_italic_and_fit(language: str) -> None:
    worded = ((key, each) for key, text in live().messages[language].items() for each in wordings(text))
    for key, text in worded:
        tags = re.findall(r"<[^>]*>", text)
        assert set(tags) <= {"<b>", "</b>", "<i>", "</i>"}, key
        assert tags.count("<b>") == tags.count("</b>"), key
        assert tags.count("<i>") == tags.count("</i>"), key
        assert len(text) <= 3500, key
        assert text.strip(), key
