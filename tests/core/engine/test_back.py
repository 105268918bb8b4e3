"""Going back, old buttons, and lines that are tapped and untapped."""

import pytest

from bot.core.engine.events import Asked, OutOfDate, Picked, Recorded, Tapped
from bot.core.level import Level
from tests.core.engine.talk import in_words, opened


def test_back_asks_the_last_answer_again_and_the_new_one_counts() -> None:
    talk = opened().well("H")
    talk.back()
    assert talk.run.asking == "PA"
    assert "PA" not in talk.run.answers
    assert talk.last(Asked).question == "PA"
    talk.tap("PA", "2")
    assert talk.run.answers["PA"].given.number == 2


def test_back_and_back_again_to_the_first_question() -> None:
    talk = opened().well("PA")
    talk.back()
    talk.back()
    assert (talk.run.asking, talk.run.order) == ("A", ())
    assert not talk.last(Asked).may_go_back
    talk.back()
    assert (talk.run.asking, talk.last(Asked).again) == ("A", True)


def test_a_level_stays_when_the_answer_is_changed() -> None:
    talk = opened()
    talk.tap("A", "faint")
    talk.tap("DZ", "very")
    talk.back()
    talk.tap("DZ", "clear")
    assert talk.run.level is Level.D3
    assert "DZ-4" in talk.run.hits


def test_after_a_d2_there_is_no_way_back() -> None:
    talk = opened()
    talk.tap("A", "white_skin")
    assert talk.last(Asked).may_go_back
    talk.tap("BL", "present")
    assert not talk.last(Asked).may_go_back
    before = talk.run
    talk.back()
    assert talk.run.model_copy(update={"turn": before.turn}) == before


def test_what_silence_answered_is_not_gone_back_to() -> None:
    talk = opened(check_in="c1", hour=2).well("V")
    talk.tap("V", "numb")
    talk.wait(minutes=2)
    assert talk.run.level is Level.D3
    assert talk.run.answers["NU"].assumed
    talk.back()
    assert talk.run.asking == "V"


def test_back_after_words_that_took_an_answer_away() -> None:
    talk = opened().well("H")
    talk.types("PA")
    assert talk.run.asking == "PA"
    talk.tap("PA", "0")
    talk.back()
    assert talk.run.asking == "PA"


def test_a_line_that_is_tapped_still_counts_after_going_back() -> None:
    talk = opened().well("I")
    talk.toggle("streaks")
    talk.back()
    assert talk.run.answers["I"].given.codes == ("streaks",)
    assert talk.run.asking == "H"
    talk.tap("H", "none")
    assert talk.run.asking == "LS"


def test_an_old_button_changes_nothing() -> None:
    talk = opened().well("H")
    before = talk.run
    for question, code, same in (
        ("A", "none", True),
        ("A", "breathing", False),
        ("A", "done", True),
        ("R", "none", False),
    ):
        assert talk.give(Tapped(question=question, code=code)) == (OutOfDate(question=question, same=same),)
    assert talk.run.model_copy(update={"turn": before.turn}) == before


def test_a_double_tap_is_the_same_answer() -> None:
    talk = opened()
    talk.tap("A", "none")
    assert talk.give(Tapped(question="A", code="none")) == (OutOfDate(question="A", same=True),)


def test_lines_toggle_in_the_order_of_the_screen() -> None:
    talk = opened()
    assert talk.toggle("pain") == (Picked(question="A", picked=("pain",)),)
    assert talk.toggle("chest") == (Picked(question="A", picked=("chest", "pain")),)
    assert talk.toggle("pain") == (Picked(question="A", picked=("chest",)),)
    assert talk.run.answers == {}
    talk.toggle("done")
    assert talk.last(Recorded).given.codes == ("chest",)


def test_done_with_nothing_tapped_asks_again() -> None:
    talk = opened()
    talk.toggle("done")
    assert talk.last(Asked).again
    assert talk.run.answers == {}


def test_none_of_these_from_an_old_keyboard_does_not_wipe_a_tapped_line() -> None:
    talk = opened()
    talk.toggle("white_skin")
    talk.toggle("none")
    assert talk.run.picked == ("white_skin",)
    talk.wait(minutes=2)
    assert talk.run.level is Level.D2


@pytest.mark.parametrize("modifiers", [(), ("lips_treated",)])
def test_treated_lips_have_their_own_words(modifiers: tuple[str, ...]) -> None:
    assert opened(modifiers=modifiers).last(Asked).use == ("no_lips" if modifiers else "")


def test_a_changed_answer_is_marked() -> None:
    talk = in_words("FE")
    talk.tap("FE", "clear")
    talk.back()
    talk.tap("FE", "low")
    assert [event.changed for event in talk.all(Recorded) if event.question == "FE"] == [False, False]
    assert talk.run.answers["FE"].given.codes == ("low",)
