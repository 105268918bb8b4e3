"""A condition is written as an author writes it: what is written reads back as the same condition."""

import pytest
from hypothesis import given, settings

from bot.core.check.references import parts_of
from bot.core.flow.condition_reading import ConditionReader
from bot.core.flow.conditions import Condition
from bot.core.flow.model import Script
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.reference import ConditionDoc, condition_reference
from bot.core.flow.section import Vocabulary
from bot.core.flow.writing import as_written
from bot.core.flow.yaml_source import parse
from tests.core.check.strategies import PATIENTLY, conditions
from tests.core.flow.test_reference import read
from tests.flows.loaded import scripts


def read_back(script: Script, text: str) -> Condition:
    """The condition that this line is in the script."""
    problems = Problems()
    vocabulary = Vocabulary(
        sites=frozenset(script.sites), modifiers=frozenset(script.modifiers), procedures=frozenset({script.procedure})
    )
    reader = ConditionReader(script.questions, {}, {}, problems)
    condition = reader.read(Reader(parse(text, "written"), problems, "the line"), vocabulary)
    problems.raise_if_any()
    return condition


@pytest.mark.parametrize("doc", condition_reference(), ids=lambda doc: doc.key)
def test_every_example_is_written_as_it_stands(doc: ConditionDoc) -> None:
    if doc.key != "is":
        assert as_written(read(doc.example_yaml)) == doc.example_yaml


@pytest.mark.parametrize("procedure", scripts())
def test_every_condition_of_the_scripts_reads_back(procedure: str) -> None:
    script = scripts()[procedure]
    for rule in script.rules:
        assert read_back(script, as_written(rule.when)) == rule.when, rule.id


@given(condition=conditions)
@settings(PATIENTLY, max_examples=100)
def test_any_condition_is_written_on_one_line(condition: Condition) -> None:
    text = as_written(condition)
    assert "\n" not in text
    assert text.count("{") == text.count("}")
    assert len(text) >= len(list(parts_of(condition)))
