"""The table of what fills the clinic's texts is true: every call that names a text gives what the table says of it.

``python -m tests.core.wording.test_fields`` prints the lines of the table that a new English text needs.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import ScriptError
from bot.core.wording.catalog import Catalog, placeholders
from bot.core.wording.fields import ALWAYS, fillable, with_fields
from bot.core.wording.plural import Plural
from bot.core.wording.reading import read_messages
from bot.wiring.flows import flows_of
from tests.flows.loaded import live

BOT = Path(__file__).parents[3] / "bot"
SAYING = ("say", "plain", "_say")


def _calls() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where a text is named in the code and everything that fills it is written beside it: place, key, names."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or any(word.arg is None for word in node.keywords):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            keys = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if name in SAYING and keys:
                names = frozenset(word.arg for word in node.keywords if word.arg)
                yield from ((f"{path.relative_to(BOT)}:{node.lineno}", key, names) for key in keys)


def test_what_the_table_promises_is_given_where_a_text_is_said() -> None:
    texts = live().messages["en"]
    calls = [call for call in _calls() if call[1] in texts]
    short = [(where, key, sorted(placeholders(texts[key]) - names - ALWAYS)) for where, key, names in calls]
    assert [each for each in short if each[2]] == []
    said = {key for _, key, _ in calls}
    assert len(said & with_fields()) > len(with_fields()) // 2, "the search for calls has gone blind"


@pytest.mark.parametrize("language", sorted(live().messages))
def test_every_text_is_filled_by_what_the_table_says_of_it(language: str) -> None:
    texts = live().messages[language]
    catalog = Catalog(language, texts)
    for key, text in texts.items():
        counted = {text.by: 3} if isinstance(text, Plural) else {}
        assert "{" not in catalog.say(key, **(dict.fromkeys(fillable(key), "x") | counted)), key


def test_the_table_names_no_text_that_is_gone_and_no_value_that_no_language_uses() -> None:
    texts = live().messages["en"]
    assert {key: sorted(placeholders(texts[key]) | ALWAYS) for key in with_fields()} == {
        key: sorted(fillable(key)) for key in with_fields()
    }


def test_a_typo_is_named_with_its_line_and_what_was_meant() -> None:
    text = 'language: en\nnext:\n  over: "Call {clinic_phne} or {hours}."\n'
    with pytest.raises(ScriptError) as caught:
        read_messages(text, "en.yaml", fillable)
    assert [str(one) for one in caught.value.problems] == [
        "en.yaml:3:9: Nothing fills {clinic_phne} in text 'next.over'. Did you mean {clinic_phone}? [text-unfilled]",
        "en.yaml:3:9: Nothing fills {hours} in text 'next.over'. Here may stand: {clinic_name}, {clinic_phone}, "
        "{crisis_line}, {emergency_number}. [text-unfilled]",
    ]


def test_a_typo_in_an_answer_is_named_too() -> None:
    files = dict(live().files)
    files["clinic/answers.yaml"] = files["clinic/answers.yaml"].replace("{clinic_phone}", "{clinic_phne}", 1)
    with pytest.raises(ScriptError) as caught:
        flows_of(files)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("text-unfilled", 14)


if __name__ == "__main__":
    for key, text in live().messages["en"].items():
        own = sorted(placeholders(text) - ALWAYS)
        if own and set(own) - fillable(key):
            print(f'    "{key}": "{" ".join(own)}",')
