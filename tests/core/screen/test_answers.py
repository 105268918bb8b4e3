"""The clinic's own answers: one topic or none, in every language, and errors with their line."""

from pathlib import Path

import pytest

from bot.core.errors import ScriptError
from bot.core.screen.answers import LONGEST_QUESTION, Answers
from bot.core.screen.answers_file import WHAT_IF, read_answers

FILE = "clinic/answers.yaml"
REAL = (Path(__file__).parents[3] / "flows" / FILE).read_text(encoding="utf-8")
SMALL = """
what_if: {en: "Send /worse."}
answers:
  sport:
    words: {en: [gym, jog*, "work out"], ru: [зал]}
    say: {en: "Not for 48 hours."}
  wine:
    words: {en: [wine]}
    say: {en: "Not today."}
"""


def small() -> Answers:
    return Answers(read_answers(SMALL, FILE, ["en"]).answers)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("can I go to the GYM?", "sport"),
        ("is jogging ok", "sport"),
        ("may I work a bit and then go out", "sport"),
        ("may I work", None),
        ("можно в зал?", "sport"),
        ("gym and wine?", None),
        ("what time do you open", None),
        ("gymnastics?", None),
        ("", None),
        ("🍷", None),
    ],
)
def test_one_topic_or_none(text: str, topic: str | None) -> None:
    assert small().topic_of(text) == topic


def test_a_long_message_is_for_a_person() -> None:
    words = ["gym", *["word"] * (LONGEST_QUESTION - 1)]
    assert small().topic_of(" ".join(words)) == "sport"
    assert small().topic_of(" ".join([*words, "word"])) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("when can I wear make-up?", "make_up"),
        ("¿cuándo puedo maquillarme?", "make_up"),
        ("когда можно накраситься?", "make_up"),
        ("can I drink wine tonight?", "alcohol"),
        ("¿puedo tomar una copa de vino?", "alcohol"),
        ("можно вечером вина?", "alcohol"),
        ("can I take ibuprofen?", "pain_pills"),
        ("¿puedo tomar ibuprofeno?", "pain_pills"),
        ("можно ибупрофен?", "pain_pills"),
        ("when can i swim?", "heat_water"),
        ("can I wash my hair?", "hair_wash"),
        ("¿me puedo lavar el pelo?", "hair_wash"),
        ("можно мыть голову?", "hair_wash"),
    ],
)
def test_the_clinics_own_answers(text: str, topic: str) -> None:
    assert Answers(read_answers(REAL, FILE, ["en", "es", "ru"]).answers).topic_of(text) == topic


def test_every_language_has_every_answer_and_none_speaks_of_a_dose() -> None:
    read = read_answers(REAL, FILE, ["en", "es", "ru"])
    topics = {WHAT_IF, *(answer.topic for answer in read.answers)}
    for texts in read.texts.values():
        assert texts.keys() == topics
        assert not any(" mg" in text or " мг" in text for text in texts.values())


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (SMALL.replace('say: {en: "Not today."}', "say: {es: No.}"), "'wine' has no text in 'en'"),
        (SMALL.replace('say: {en: "Not today."}', "tell: 1"), "tell"),
        (SMALL.replace("Not today.", "x" * 901), "901 characters"),
        ("answers: {}", "what_if"),
    ],
)
def test_mistakes_have_their_line(spoilt: str, says: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_answers(spoilt, FILE, ["en"])
    told = str(caught.value)
    assert says in told
    assert FILE in told
