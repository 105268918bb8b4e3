"""The reference of conditions: complete, and every example can be pasted into a script."""

from typing import get_args

import pytest

from bot.core.flow.condition_reading import CONDITION_KEYS, ConditionReader, Definition
from bot.core.flow.conditions import Always, Condition
from bot.core.flow.model import Line, Question, QuestionKind
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.reference import ConditionDoc, condition_reference
from bot.core.flow.section import Vocabulary
from bot.core.flow.yaml_source import parse

CLASSES = {kind.model_fields["op"].default: kind for kind in get_args(get_args(Condition)[0])}
VOCABULARY = Vocabulary(
    sites=frozenset({"under_eye", "forehead", "cheek"}),
    modifiers=frozenset({"diabetes", "pregnancy", "filler"}),
    procedures=frozenset({"face", "skin_texture"}),
)
QUESTIONS = {
    "A": Question(id="A", kind=QuestionKind.SCREEN, well="none", lines=(Line(code="sight"), Line(code="stroke"))),
    "BR": Question(id="BR", kind=QuestionKind.CHOICE, well="clear", answers=("clear", "present", "unsure")),
    "PA": Question(id="PA", kind=QuestionKind.SCALE, well="0"),
    "PT": Question(id="PT", kind=QuestionKind.CHOICE, well="same", answers=("better", "same", "worse")),
}


def read(text: str) -> Condition:
    problems = Problems()
    named = {"on_face": Definition(Reader(parse("{always: true}", "names"), problems, "a name"), VOCABULARY)}
    reader = ConditionReader(QUESTIONS, {}, named, problems)
    condition = reader.read(Reader(parse(text, "example"), problems, "the example"), VOCABULARY)
    problems.raise_if_any()
    return condition


@pytest.mark.parametrize("doc", condition_reference(), ids=lambda doc: doc.key)
def test_every_example_reads_as_its_condition(doc: ConditionDoc) -> None:
    assert type(read(doc.example_yaml)) is CLASSES.get(doc.key, Always)
    assert doc.example_yaml.startswith(f"{{{doc.key}: ")


def test_the_reference_has_every_condition_once() -> None:
    keys = [doc.key for doc in condition_reference()]
    assert len(keys) == len(set(keys))
    assert set(keys) == {*CLASSES, "is"} == set(CONDITION_KEYS)


def test_a_meaning_is_a_sentence_without_its_example() -> None:
    for doc in condition_reference():
        assert doc.meaning.endswith(".")
        assert "Example" not in doc.meaning
