"""Every question of every script, as it looks on the phone."""

import pytest

from bot.core.engine.events import Asked
from bot.core.flow.conditions import Given
from bot.core.flow.model import Question, QuestionKind, given_for
from bot.core.wording.question_card import answer_words, answered_card, code_meant, label, question_card, tap
from tests.core.wording.catalogs import MOST_DATA, RUN, fits, texts, ui
from tests.flows.loaded import scripts

ALL = [(procedure, question) for procedure, script in scripts().items() for question in script.questions.values()]
IDS = [f"{procedure}-{question.id}" for procedure, question in ALL]


def asked(question: Question, use: str = "") -> Asked:
    return Asked(question=question.id, use=use, position=10, total=12, may_go_back=True)


@pytest.mark.parametrize("language", sorted(scripts()["face"].texts))
@pytest.mark.parametrize(("procedure", "question"), ALL, ids=IDS)
def test_every_question_fits_and_every_code_has_its_button(procedure: str, question: Question, language: str) -> None:
    for use in ("", *(wording.use for wording in question.wording)):
        body = question_card(question, texts(procedure, language), ui(language), RUN, asked(question, use))
        fits(body)
        data = [button.data for row in body.buttons for button in row]
        codes = [code for code in question.codes if (question.kind, code) != (QuestionKind.TEXT, "said")]
        assert data == [*(tap(RUN, question.id, code) for code in codes), f"b|{RUN}"]
        assert len(data) == len(set(data))


@pytest.mark.parametrize(("procedure", "question"), ALL, ids=IDS)
def test_every_answer_is_confirmed_in_words(procedure: str, question: Question) -> None:
    for code in question.codes:
        given = given_for(question, (code,))
        for assumed in (False, True):
            body = answered_card(question, texts(procedure), ui(), "", given, assumed)
            fits(body)
            assert body.buttons == ()
        assert len(tap(RUN, question.id, code).encode()) <= MOST_DATA
        assert answer_words(question, texts(procedure), ui(), given)


def screen() -> Question:
    return scripts()["face"].questions["A"]


def test_tapped_lines_are_ticked_and_done_takes_the_place_of_none() -> None:
    body = question_card(screen(), texts(), ui(), RUN, asked(screen()), ("chest", "pain"))
    fits(body)
    labels = {button.data.split("|")[-1]: button.label for row in body.buttons for button in row}
    assert [code for code, words in labels.items() if words.startswith("☑️")] == ["chest", "pain"]
    assert "2" in labels["done"]
    assert "none" not in labels


def test_every_line_of_a_screen_has_a_row_and_a_scale_two() -> None:
    assert {len(row) for row in question_card(screen(), texts(), ui(), RUN, asked(screen())).buttons} == {1}
    pain = scripts()["face"].questions["PA"]
    assert [len(row) for row in question_card(pain, texts(), ui(), RUN, asked(pain)).buttons] == [6, 5, 1]


def test_treated_lips_are_not_asked_about_swollen_lips() -> None:
    plain = question_card(screen(), texts(), ui(), RUN, asked(screen()))
    without = question_card(screen(), texts(), ui(), RUN, asked(screen(), "no_lips"))
    assert "lips" in plain.buttons[0][0].label.lower()
    assert "lips" not in without.buttons[0][0].label.lower()


def test_position_and_way_back_are_shown_only_where_they_hold() -> None:
    body = question_card(screen(), texts(), ui(), RUN, Asked(question="A"))
    assert body.text.startswith("<b>Right now")
    assert "10 of 12" in question_card(screen(), texts(), ui(), RUN, asked(screen())).text.splitlines()[0]
    assert not any(button.data.startswith("b|") for row in body.buttons for button in row)


def test_several_answers_and_numbers_read_as_words() -> None:
    two = answer_words(screen(), texts(), ui(), given_for(screen(), ("chest", "pain")))
    assert two == f"{label(screen(), texts(), ui(), 'chest')}, {label(screen(), texts(), ui(), 'pain')}"
    pain = scripts()["face"].questions["PA"]
    assert answer_words(pain, texts(), ui(), Given(number=8)) == "8 of 10"
    own = scripts()["face"].questions["FT"]
    assert answer_words(own, texts(), ui(), given_for(own, ("said",))) == "own words"


@pytest.mark.parametrize("language", sorted(scripts()["face"].texts))
@pytest.mark.parametrize(("procedure", "question"), ALL, ids=IDS)
def test_every_label_can_be_typed(procedure: str, question: Question, language: str) -> None:
    """No two answers of a question look alike without their accents, in any language."""
    words, own = texts(procedure, language), ui(language)
    typed = {code: code_meant(question, words, own, label(question, words, own, code)) for code in question.answers}
    assert all(code == meant for code, meant in typed.items()) or question.kind is QuestionKind.SCREEN


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "yes", "present"),
        ("en", "NO.", "clear"),
        ("en", "no?", None),
        ("en", "no and yes", None),
        ("en", "", None),
        ("en", "...", None),
        ("es", "si", "present"),
        ("es", "¡Sí!", "present"),
        ("es", "SI\u0301", "present"),
        ("es", "¿sí?", None),
        ("es", "no lo se", "unsure"),
        ("es", "no", "clear"),
        ("ru", "да", "present"),
    ],
)
def test_an_answer_that_is_typed(language: str, text: str, code: str | None) -> None:
    """As people type it: without accents, with a full stop; a question is no answer."""
    question = scripts()["face"].questions["SM"]
    assert code_meant(question, texts("face", language), ui(language), text) == code


def test_lines_of_a_screen_are_not_answered_by_their_words() -> None:
    assert code_meant(screen(), texts(), ui(), "None of these") is None
