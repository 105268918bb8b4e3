"""Syllables are counted as they are spoken, and a grade is what the formula says."""

import pytest

from bot.core.check.reading_grade import grade, syllables, words

SPOKEN = {
    1: (
        "the skin red hot face while makes called helped smiles bruise don't can't eyes breathe clothes cheek 38.5 "
        "phone whole size dark sore lines cool pain white rash change your you it's numb tongue stayed seems"
    ),
    2: (
        "table little needles treated settled patches changes didn't couldn't safely careful special cautious people "
        "going seeing swollen fever clinic doctor every someone patient normal tonight shaking blister trouble quiet"
    ),
    3: "serious medium video usual injection reaction area idea swallowing family medicine everyone hospital",
    4: "emergency diabetes temperature unusual",
}
CASES = [(word, count) for count, listed in SPOKEN.items() for word in listed.split()]


@pytest.mark.parametrize(("word", "count"), CASES)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_follows_the_formula() -> None:
    # 2 sentences, 8 words, 9 syllables
    expected = 0.39 * 8 / 2 + 11.8 * 9 / 8 - 15.59
    assert grade("The skin is red. Do not touch fever.") == pytest.approx(expected)


def test_lines_end_sentences_and_decimal_points_do_not() -> None:
    assert grade("The skin is red\nIt is hot") == grade("The skin is red. It is hot.")
    assert grade("It is 38.5 now") == grade("It is 38 now")


def test_markup_counts_for_nothing_and_a_place_holder_for_a_word() -> None:
    assert words("<b>Call {emergency_number}</b> now!") == ["Call", "it", "now"]
    assert grade("") == 0.0


def test_plain_advice_is_easy_and_a_leaflet_is_not() -> None:
    assert grade("Go to the emergency room now. Ask someone to drive you. Do not wait for us.") < 6
    assert grade("Discontinue administration of anticoagulant medication immediately following consultation.") > 12
