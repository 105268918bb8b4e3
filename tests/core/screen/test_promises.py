"""What holds for every text: no crash, spans inside it, a JSON round trip, and no red flag talked away."""

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.level import Level, worst
from bot.core.screen.context import Status
from bot.core.screen.lexicon import TOGETHER, Lexicon
from bot.core.screen.screening import UNRATED, Screen, Screening
from tests.core.screen.rows import ROWS, phrases

WORDS = sorted({word for _, _, phrase in phrases() for word in phrase.split()})
SOFTENERS = [
    "no", "not", "but", "last year", "my son", "what if", "lol", "sin", "pero", "mi hija", "el año pasado", "нет",
    "не", "но", "раньше", "у мужа", "а если", "хаха", "38.5", "thanks", ".", ",", "?", "!", "\n", "🆘", "😭",
]  # fmt: skip
EMERGENCIES = [phrase for (_, level), cells in ROWS.items() if level == "D1" for phrase in ", ".join(cells).split(", ")]

texts = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.sampled_from(WORDS + SOFTENERS), max_size=30).map(" ".join),
)


@settings(deadline=None)
@given(text=texts, asked=st.sampled_from([None, "FE", "PA", "BR", "no such symptom"]))
def test_every_text_is_read(screen: Screen, text: str, asked: str | None) -> None:
    read = screen.read(text, asked=asked)
    assert all(0 <= start < end <= len(text) for start, end in (signal.span for signal in read.signals))
    present = [signal.level or UNRATED for signal in read.signals if signal.status is Status.PRESENT]
    assert read.level is worst(present)
    assert set(read.asks) <= {signal.symptom for signal in read.signals}
    assert screen.read(text, asked=asked) == read
    assert Screening.model_validate_json(read.model_dump_json()) == read


@settings(deadline=None)
@given(emergency=st.sampled_from(EMERGENCIES), mark=st.sampled_from([". ", "! ", "\n", ".\n"]), more=texts)
def test_nothing_that_follows_takes_an_emergency_back(screen: Screen, emergency: str, mark: str, more: str) -> None:
    before = {
        signal
        for signal in screen.read(emergency + mark.strip(" ")).signals
        if signal.level is Level.D1 and signal.status is Status.PRESENT
    }
    assert before
    assert before <= set(screen.read(emergency + mark + more).signals)


@settings(deadline=None)
@given(emergency=st.sampled_from(EMERGENCIES), mark=st.sampled_from([". ", "! ", "\n"]), first=texts)
def test_nothing_that_came_first_hides_an_emergency(screen: Screen, emergency: str, mark: str, first: str) -> None:
    assert screen.read(first + mark + emergency).level is Level.D1


@pytest.mark.parametrize("number", range(4), ids=["any", "en", "es", "ru"])
def test_every_phrase_of_a_lexicon_finds_itself(screen: Screen, lexicons: tuple[Lexicon, ...], number: int) -> None:
    lexicon = lexicons[number]
    lost = [
        (group.symptom, phrase)
        for group in lexicon.symptoms
        for phrase in group.phrases
        for last in (0, -1)
        if (group.symptom, group.level) not in _present(screen, _written_out(lexicon, phrase, last))
    ]
    assert not lost


def _written_out(lexicon: Lexicon, phrase: str, choice: int) -> str:
    return " ".join(slot[choice].removesuffix("*") for slot in lexicon.slots(phrase.removeprefix(TOGETHER)))


def _present(screen: Screen, text: str) -> set[tuple[str, Level | None]]:
    return {(signal.symptom, signal.level) for signal in screen.read(text).signals if signal.status is Status.PRESENT}


@pytest.mark.parametrize(("language", "column"), [("en", 0), ("es", 1), ("ru", 2)])
def test_every_emergency_has_far_more_phrasings_than_the_brief(
    lexicons: tuple[Lexicon, ...], language: str, column: int
) -> None:
    lexicon = next(lexicon for lexicon in lexicons if lexicon.language == language)
    for (symptom, level), cells in ROWS.items():
        if level == Level.D1:
            phrasings = sum(
                prod(len(slot) for slot in lexicon.slots(phrase.removeprefix(TOGETHER)))
                for group in lexicon.symptoms
                if (group.symptom, group.level) == (symptom, level)
                for phrase in group.phrases
            )
            assert phrasings >= len(cells[column].split(", ")) + 15, symptom
