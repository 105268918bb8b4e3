"""What the parts of a lexicon do: order, sounds, guesses, mild words, words that mean something else, combinations."""

import pytest

from bot.core.errors import ScriptError
from bot.core.level import Level
from bot.core.screen.context import Status
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.lexicon_file import read_lexicon
from bot.core.screen.screening import Screen

SMALL = """
language: en
sounds: [ph=f, ee=a, ea=a, "e$=$"]
symptoms:
  VI: {D1: [">lost my sight", eye dark]}
  BU: {D4: [bruise]}
  FE: {ask: [fever]}
  PU: {D3: [pus]}
  HE: {D1: [phlegmone]}
negations: ["no"]
harmless: [dark circles, lost phone]
mild: [tiny]
better: [fading]
other_person: [my mother]
witnessed: [HE]
softened: {BU: D5}
fading: [BU]
vague: {VI: [eyes]}
calm: [lovely]
combinations:
  - {symptom: PU, level: D2, all: [PU, FE]}
  - {symptom: FE, level: D1, all: [FE], procedures: [body_fat], day_below: 2}
"""


@pytest.fixture(scope="module")
def small() -> Screen:
    return Screen([read_lexicon(SMALL, "en.yaml")])


def level(screen: Screen, text: str) -> Level:
    return screen.read(text).level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I lost all my good sight", "D1"),
        ("my sight? lost", "D5"),
        ("sight my lost", "D5"),
        ("the eye went dark", "D1"),
        ("the eye went dakr", "D1"),
        ("dark circles", "D5"),
        ("flagmon", "D5"),
        ("flegmon", "D1"),
        ("my mother has a phlegmone", "D1"),
        ("my mother has pus", "D5"),
        ("a bruise", "D4"),
        ("a tiny bruise", "D5"),
        ("a bruise, but it is fading", "D5"),
        ("tiny bit of pus", "D3"),
        ("pus and a fever", "D2"),
        ("pus, no fever", "D3"),
        ("my eyes do things", "D4"),
        ("my eyes do things?", "D5"),
        ("my eyes are lovely", "D5"),
    ],
)
def test_a_part_of_a_lexicon_does_what_it_says(small: Screen, text: str, expected: str) -> None:
    assert level(small, text).value == expected


def test_procedure_and_day_only_raise(small: Screen) -> None:
    assert level(small, "fever") is Level.D3
    assert small.read("fever", procedure="body_fat", day=1).level is Level.D1
    assert small.read("fever", procedure="body_fat", day=2).level is Level.D3
    assert small.read("fever", procedure="body_fat").level is Level.D3
    assert small.read("fever", procedure="face", day=1).level is Level.D3


def test_a_signal_says_which_words_found_it_and_which_gave_its_status(small: Screen) -> None:
    signal = small.read("there is no pus").signals[0]
    assert (signal.status, signal.rule, signal.because) == (Status.NEGATED, "pus", (9, 11))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("language: en\nsounds: [ph]", "no pair of sounds"),
        ("language: en\ncombinations: [{symptom: FE}]", "needs 'symptom', 'level' and 'all'"),
        ("language: en\nsoftened: {BU: D7}", "'D7'"),
    ],
)
def test_a_broken_part_is_refused(text: str, said: str) -> None:
    with pytest.raises(ScriptError) as raised:
        read_lexicon(text, "en.yaml")
    assert said in str(raised.value.problems[0])


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("one side of my face isn't working", "ST"),
        ("everything went dark in my right eye", "VI"),
        ("it's hard to get air", "BR"),
        ("the skin there looks like a lace curtain", "BL"),
        ("my lips are huge n cant breath", "BR"),
        ("no logro jalar aire", "BR"),
        ("se me oscureció todo en el ojo derecho", "VI"),
        ("la piel ahí parece una cortina de encaje", "BL"),
        ("в правом глазу всё потемнело", "VI"),
        ("одна сторона лица не работает", "ST"),
        ("кожа там как кружево", "BL"),
        ("temo dishat ne mogu", "BR"),
        ("presure on my cjest", "CP"),
        ("ce me sierra la garganta", "BR"),
        ("тижело дышать", "BR"),
    ],
)
def test_people_describe_without_medical_words(screen: Screen, text: str, symptom: str) -> None:
    levels = {one.level for one in screen.read(text).signals if one.symptom == symptom and one.status is Status.PRESENT}
    assert levels & {Level.D1, Level.D2}


@pytest.mark.parametrize(
    "text",
    [
        "do you treat dark circles under the eyes",
        "I can't see the photo you sent",
        "no veo el botón",
        "не вижу ссылку",
        "black dress or white dress?",
        "чёрное платье",
    ],
)
def test_words_that_mean_something_else_raise_nothing(screen: Screen, text: str) -> None:
    assert (screen.read(text).level, screen.read(text).asks) == (Level.D5, ())


def test_only_what_is_wholly_harmless_takes_an_emergency_away(screen: Screen) -> None:
    assert level(screen, "I can't see the photo because my right eye went dark") is Level.D1


def test_the_lists_that_ship_soften_no_red_flag(lexicons: tuple[Lexicon, ...]) -> None:
    softened = {symptom for lexicon in lexicons for symptom in (*lexicon.softened, *lexicon.fading)}
    assert softened.isdisjoint(
        {"BR", "CP", "ST", "VI", "CO", "SL", "SH", "LA", "SP", "BL", "SK", "LS", "PA", "PU", "FE"}
    )
