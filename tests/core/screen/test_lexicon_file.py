"""A lexicon file is read whole, or refused with every mistake at its line and column."""

import pytest

from bot.core.errors import ScriptError
from bot.core.level import Level
from bot.core.screen.lexicon import Band, Lexicon
from bot.core.screen.lexicon_file import read_lexicon

GOOD = """
language: en
groups:
  cant: [cant, can't]
symptoms:
  BR:
    D1: [<cant> breath*, "=out of air"]
    ask: [sob]
measures:
  FE: {words: [temp], within: 3, bands: [{from: 38, below: 39.5, level: ask, alone: with-decimal}]}
negations: ["no"]
"""


def test_a_file_becomes_a_lexicon_and_survives_json() -> None:
    lexicon = read_lexicon(GOOD, "en.yaml")
    assert lexicon.language == "en"
    assert [(group.symptom, group.level) for group in lexicon.symptoms] == [("BR", Level.D1), ("BR", None)]
    assert lexicon.slots("<cant> breath*|inhale") == (("cant", "cant"), ("breath*", "inhale"))
    assert lexicon.measures[0].bands == (Band(low=38, below=39.5, alone=True),)
    assert lexicon.negations == ("no",)
    assert Lexicon.model_validate_json(lexicon.model_dump_json()) == lexicon


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("negations: [without]", (1, 1), "does not say its language"),
        ("language: en\nnegation: [without]", (2, 1), "Did you mean 'negations'?"),
        ("language: en\nnegations: [no]", (2, 13), "without quotes"),
        ("language: es\nscope_breaks: [y]", (2, 16), "without quotes"),
        ("language: en\nsymptoms:\n  BR:\n    D6: [wheeze]", (4, 5), "'D6'. Known here: D1"),
        ("language: en\nsymptoms:\n  BR:\n    D1: [ok, <cant> breathe]", (4, 14), "no group 'cant'"),
        ("language: en\nsymptoms:\n  BR:\n    D1: [wheeze, wheeze]", (4, 18), "twice"),
        ("language: en\nsymptoms:\n  BR:\n    D1: [wh*]", (4, 10), "shorter than 3"),
        ("language: en\nsymptoms:\n  BR:\n    D1: [light-headed]", (4, 10), "not one word"),
        ("language: en\nsymptoms:\n  BR:\n    D1: [a b c d e f g]", (4, 10), "7 words"),
        ("language: en\nsymptoms:\n  BR:\n    D1: ['']", (4, 10), "empty"),
        ("language: en\nsymptoms:\n  BR:\n    D1: wheeze", (4, 9), "A list is expected"),
        ("language: en\nsymptoms: [BR]", (2, 11), "Keys with values"),
        ("language: en\nnegations: [[without]]", (2, 13), "word or phrase is expected"),
        ("language: en\ngroups:\n  cant: [is not]", (3, 10), "not one word"),
        ("language: en\nmeasures:\n  FE: {bands: [{from: 38}]}", (3, 16), "needs 'from' and 'below'"),
        ("language: en\nmeasures:\n  FE: {bands: [{from: x, below: 39}]}", (3, 23), "not a number"),
        ("language: en\nmeasures:\n  FE: {bands: [{from: 38, below: 39, alone: yep}]}", (3, 45), "with-decimal"),
        ("language: en\nmeasures:\n  FE: {within: few}", (3, 16), "not a number"),
        ("language: en\nlanguage: es", (2, 1), "twice"),
    ],
)
def test_a_mistake_is_reported_where_it_is(text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_lexicon(text, "xx.yaml")
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("xx.yaml", *place)
    assert said in str(problem)


def test_all_mistakes_are_reported_together() -> None:
    with pytest.raises(ScriptError) as caught:
        read_lexicon("language: en\nnegations: [no, yes]\nhistory: [on]", "xx.yaml")
    assert len(caught.value.problems) == 3
