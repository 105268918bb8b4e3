"""The traps of the clinical brief, section 6.2, and its vignettes 21 and 22, in three languages."""

import pytest

from bot.core.level import Level
from bot.core.screen.context import Status
from bot.core.screen.screening import Kind, Screen, Signal


def signal(screen: Screen, text: str, symptom: str) -> Signal:
    """The first signal of a symptom, present ones before others."""
    signals = [signal for signal in screen.read(text).signals if signal.symptom == symptom]
    assert signals, f"{symptom} was not found in {text!r}"
    return min(signals, key=lambda one: one.status is not Status.PRESENT)


NEGATED = [
    ("no fever", "FE"),
    ("I dont have pus", "PU"),
    ("I don't have any chest pain", "CP"),
    ("no chest pain", "CP"),
    ("my chest is not painful", "CP"),
    ("no trouble breathing", "BR"),
    ("not dizzy", "DZ"),
    ("sin fiebre", "FE"),
    ("no tengo fiebre", "FE"),
    ("no me duele el pecho", "CP"),
    ("sin pus", "PU"),
    ("fiebre no", "FE"),
    ("no tengo problemas para respirar", "BR"),
    ("температуры нет", "FE"),
    ("нет температуры", "FE"),
    ("у меня нет температуры", "FE"),
    ("температуры у меня нет", "FE"),
    ("грудь не болит, глаз не болит", "VI"),
    ("не болит в груди", "CP"),
    ("ytn ntvgthfnehs", "FE"),
    ("temperatury net", "FE"),
]


@pytest.mark.parametrize(("text", "symptom"), NEGATED)
def test_a_true_negation_raises_nothing(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.NEGATED
    read = screen.read(text)
    assert symptom not in read.asks
    assert not read.level.at_least(Level.D2)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("cant breathe", "BR"),
        ("no, I cant breathe", "BR"),
        ("not breathing well", "BR"),
        ("not peeing", "UR"),
        ("no puedo tragar", "SL"),
        ("no siento el labio", "NU"),
        ("no veo nada", "VI"),
        ("не могу дышать", "BR"),
        ("нет чувствительности", "NU"),
        ("не вижу", "VI"),
        ("нет, не вижу", "VI"),
    ],
)
def test_a_negation_that_is_the_symptom_is_positive(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.PRESENT


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("fever not going down", "FE"),
        ("the fever isn't getting better", "FE"),
        ("pain won't stop", "PA"),
        ("no me baja la fiebre", "FE"),
        ("el dolor no se me quita", "PA"),
        ("температура не спадает", "FE"),
        ("боль не проходит", "PA"),
    ],
)
def test_not_getting_better_is_positive_and_worse(screen: Screen, text: str, symptom: str) -> None:
    found = signal(screen, text, symptom)
    assert (found.status, found.worse) == (Status.PRESENT, True)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("no fever but chills", "FE"),
        ("no fever but chills since noon", "FE"),
        ("no es fiebre pero tiemblo", "FE"),
        ("не температура, а жар", "FE"),
        ("not only red, it leaks", "PU"),
        ("no fever and chest pain", "CP"),
        ("нет температуры но болит в груди", "CP"),
        ("no i have chest pain", "CP"),
        ("not sure but chest pain maybe", "CP"),
        ("no se que hacer tengo fiebre", "FE"),
        ("не знаю что делать температура", "FE"),
        ("не сплю болит в груди", "CP"),
    ],
)
def test_only_what_is_negated_is_negated(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.PRESENT
    assert screen.read(text).level.is_red


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("I had a fever last year", "FE"),
        ("last year I fainted", "DZ"),
        ("last year, I fainted", "DZ"),
        ("after my first session I had a fever", "FE"),
        ("I had chest pain two years ago", "CP"),
        ("el año pasado tuve fiebre", "FE"),
        ("de niña tuve urticaria", "HV"),
        ("en el pasado tuve dolor de pecho", "CP"),
        ("в прошлом году была температура", "FE"),
        ("раньше была крапивница", "HV"),
        ("раньше болело в груди", "CP"),
    ],
)
def test_history_is_asked_about_and_not_dropped(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.PAST
    read = screen.read(text)
    assert (read.level, read.asks) == (Level.D5, (symptom,))


@pytest.mark.parametrize(
    "text",
    [
        "had a fever this morning, gone now",
        "I had a fever last year and now again",
        "tuve fiebre anoche",
        "ночью была температура",
        "вчера была температура",
    ],
)
def test_the_last_two_days_count_as_now(screen: Screen, text: str) -> None:
    assert signal(screen, text, "FE").status is Status.PRESENT
    assert screen.read(text).level is Level.D3


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("my son has a fever", "FE"),
        ("my daughter has a fever", "FE"),
        ("My husband has chest pain", "CP"),
        ("mi hija tiene fiebre", "FE"),
        ("mi marido no puede respirar", "BR"),
        ("у ребенка температура", "FE"),
        ("у мужа болит в груди", "CP"),
    ],
)
def test_another_person_is_asked_about(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.OTHER_PERSON
    read = screen.read(text)
    assert (read.level, symptom in read.asks) == (Level.D5, True)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("my husband says my face is dropping", "ST"),
        ("mi marido dice que se me cayó la cara", "ST"),
        ("муж говорит что у меня перекосило лицо", "ST"),
    ],
)
def test_a_witness_is_not_the_patient(screen: Screen, text: str, symptom: str) -> None:
    assert signal(screen, text, symptom).status is Status.PRESENT


@pytest.mark.parametrize(
    ("text", "symptom", "asks"),
    [
        ("what if I get a fever?", "FE", ()),
        ("¿y si me da fiebre?", "FE", ()),
        ("а если поднимется температура?", "FE", ()),
        ("what if I cant breathe?", "BR", ("BR",)),
        ("¿y si no puedo respirar?", "BR", ("BR",)),
        ("а если я не смогу дышать?", "BR", ("BR",)),
    ],
)
def test_a_supposition_alarms_nobody(screen: Screen, text: str, symptom: str, asks: tuple[str, ...]) -> None:
    assert signal(screen, text, symptom).status is Status.HYPOTHETICAL
    read = screen.read(text)
    assert (read.level, read.asks, read.kind) == (Level.D5, asks, Kind.QUESTION)


def test_spanish_yes_is_not_a_supposition(screen: Screen) -> None:
    assert signal(screen, "y sí tengo fiebre", "FE").status is Status.PRESENT


@pytest.mark.parametrize("text", ["this swelling is killing me lol", "me muero de risa", "умираю со смеху"])
def test_a_figure_of_speech_is_asked_about_once(screen: Screen, text: str) -> None:
    read = screen.read(text)
    assert {one.status for one in read.signals} == {Status.FIGURE}
    assert (read.level, len(read.asks)) == (Level.D5, 1)


def test_laughing_does_not_take_back_an_emergency(screen: Screen) -> None:
    assert screen.read("i cant breathe lol").level is Level.D1


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("температура", "FE"),
        ("болит грудь", "CP"),
        ("рожа горит", "RE"),
        ("estoy constipada", "FE"),
        ("estoy intoxicado", "HV"),
        ("estoy embarazada", "HUMAN"),
        ("puss", "PU"),
        ("puss in boots", "PU"),
        ("sob", "BR"),
    ],
)
def test_false_friends_are_asked_about(screen: Screen, text: str, symptom: str) -> None:
    read = screen.read(text)
    assert symptom in read.asks or read.level is Level.D1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("38,5", None),
        ("38.5", None),
        ("38.5°", None),
        ("101F", None),
        ("temp 38", None),
        ("my temperature this morning was 39", None),
        ("tengo 38 y medio", None),
        ("38 с половиной", None),
        ("38 and a half", None),
        ("температура 39", None),
        ("temp 37.9", "D4"),
        ("39 с половиной", "D2"),
        ("39 and a half", "D2"),
        ("104 F", "D2"),
        ("temp 35", None),
    ],
)
def test_numbers_that_are_a_fever(screen: Screen, text: str, level: str | None) -> None:
    levels = {one.level for one in screen.read(text).signals if one.symptom == "FE"}
    assert level in levels


@pytest.mark.parametrize("text", ["38", "39", "101", "38 days", "36.6", "paid 39 for 2", "38 ml", "38/10"])
def test_numbers_that_are_none(screen: Screen, text: str) -> None:
    assert screen.read(text).signals == ()


@pytest.mark.parametrize(("text", "counts"), [("38", True), ("39 °", True), ("37", False), ("I am 38 today", False)])
def test_a_bare_number_counts_only_as_the_whole_answer(screen: Screen, text: str, counts: bool) -> None:
    assert bool(screen.read(text, asked="FE").signals) is counts
    assert screen.read("38", asked="PA").signals == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("thanks a lot", Kind.THANKS),
        ("muchas gracias", Kind.THANKS),
        ("спасибо большое", Kind.THANKS),
        ("Hi", Kind.GREETING),
        ("buenas tardes", Kind.GREETING),
        ("добрый день", Kind.GREETING),
        ("thanks, when can I shower?", Kind.QUESTION),
        ("cuando puedo lavarme", Kind.QUESTION),
        ("можно мыть голову", Kind.QUESTION),
        ("ok", Kind.OTHER),
    ],
)
def test_small_talk_has_a_kind(screen: Screen, text: str, kind: Kind) -> None:
    assert screen.read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("my breathing is doing something peculiar", Level.D1),
        ("con la vista me pasa algo", Level.D1),
        ("что-то с дыханием, не пойму", Level.D1),
        ("there is something about my chin", Level.D4),
        ("is there something about my breathing to know?", Level.D5),
    ],
)
def test_what_is_not_clear_of_breathing_or_sight_is_never_no(screen: Screen, text: str, level: Level) -> None:
    assert screen.read(text).level is level
