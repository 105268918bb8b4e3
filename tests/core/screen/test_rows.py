"""Every phrase of the clinical brief's table is found, at its level, however it is typed."""

import pytest

from bot.core.level import Level
from bot.core.screen.context import Status
from bot.core.screen.keyboard import swap_layout
from bot.core.screen.screening import UNRATED, Screen
from tests.core.screen.rows import phrases

ALL = phrases()
RUSSIAN_D1 = [row for row in ALL if row[1] == "D1" and row[2][0] in "абвгдежзийклмнопрстуфхцчшщэюя"]


def found(screen: Screen, text: str) -> set[tuple[str, str | None]]:
    return {(signal.symptom, signal.level) for signal in screen.read(text).signals if signal.status is Status.PRESENT}


@pytest.mark.parametrize(("symptom", "level", "phrase"), ALL)
def test_a_phrase_is_found_at_its_level(screen: Screen, symptom: str, level: str | None, phrase: str) -> None:
    read = screen.read(phrase)
    assert (symptom, level) in found(screen, phrase)
    assert read.level.at_least(Level(level) if level else UNRATED)


@pytest.mark.parametrize(("symptom", "level", "phrase"), ALL)
@pytest.mark.parametrize("shape", ["{}!!!", "please {} since today", "HELLO. {}", "ok… {}\nthanks"])
def test_a_phrase_is_found_inside_a_message(
    screen: Screen, symptom: str, level: str | None, phrase: str, shape: str
) -> None:
    assert (symptom, level) in found(screen, shape.format(phrase.upper()))


@pytest.mark.parametrize(("symptom", "level", "phrase"), RUSSIAN_D1)
def test_russian_typed_on_the_wrong_layout_is_found(screen: Screen, symptom: str, level: str, phrase: str) -> None:
    assert (symptom, level) in found(screen, swap_layout(phrase))


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("ne mogu dyshat", "BR"),
        ("zadyhayus", "BR"),
        ("zadihaus", "BR"),
        ("tyazhelo dishat", "BR"),
        ("bolit v grudi", "CP"),
        ("ne vizhu levym glazom", "VI"),
        ("temperatura", "FE"),
        ("gnoy", "PU"),
        ("gnoi techet", "PU"),
        ("ne hochu zhit", "SH"),
        ("ne mogu glotat", "SL"),
        ("perekosilo litso", "ST"),
    ],
)
def test_russian_in_latin_letters_is_found(screen: Screen, text: str, symptom: str) -> None:
    assert symptom in {name for name, _ in found(screen, text)}


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("it is really hard for me to breathe", "BR"),
        ("my throat feels like it is closing", "BR"),
        ("breathing is getting harder", "BR"),
        ("cantbreathe", "BR"),
        ("c a n t b r e a t h e", "BR"),
        ("c.a.n.t b.r.e.a.t.h.e", "BR"),
        ("I can't 😭 breathe", "BR"),
        ("can’t breeeeathe", "BR"),
        ("I cant... breathe", "BR"),
        ("my chets hurts", "CP"),
        ("pain in one side of chest", "CP"),
        ("pain insde my chest", "CP"),
        ("i feel confsued", "CO"),
        ("the left side of my face is droopping", "ST"),
        ("my wife says my speech is slurred", "ST"),
        ("me esta costando mucho respirar", "BR"),
        ("respirar no puedo", "BR"),
        ("siento el pecho apretado", "CP"),
        ("veo todo borroso con el ojo izquierdo", "VI"),
        ("дышать совсем не могу", "BR"),
        ("мне очень тяжело стало дышать", "BR"),
        ("нe мoгу дышaть", "BR"),
        ("правым глазом ничего не вижу", "VI"),
        ("у меня сильно болит в груди", "CP"),
        ("my doctor no puedo respirar please", "BR"),
        ("i feel like theres not enough air", "BR"),
        ("cnat breath", "BR"),
        ("my speach is all messed up", "ST"),
        ("de repente dejé de ver por un ojo", "VI"),
        ("se me durmió la mitad de la cara", "ST"),
        ("nopuedo respirar", "BR"),
        ("левый глаз перестал видеть", "VI"),
        ("половина лица не двигается", "ST"),
        ("no es fiebre pero me falta el aire", "BR"),
    ],
)
def test_what_people_write_is_found(screen: Screen, text: str, symptom: str) -> None:
    assert (symptom, "D1") in found(screen, text)
    assert screen.read(text).level is Level.D1


@pytest.mark.parametrize(
    "text",
    [
        "push the cream in, it takes forever",
        "The injected area looks fine, that is for certain.",
        "I was cooking dinner, very hungry",
        "see you next week",
        "respiro bien y duermo bien",
        "я дышу нормально",
        "Everything is good, no problems at all",
        "todo bien, gracias",
        "все хорошо, спасибо большое",
        "I am 38 years old",
        "tengo 39 años",
        "мне 40 лет",
        "Everything is fine, I slept well and the pain is 2",
        "Todo bien, dormí bien",
        "Can I put makeup on my cheek?",
        "no puedo ir mañana a la cita, ¿podemos cambiarla?",
        "Не могу прийти завтра, можно перенести?",
    ],
)
def test_a_well_patient_is_left_alone(screen: Screen, text: str) -> None:
    read = screen.read(text)
    assert (read.level, read.asks) == (Level.D5, ())
