"""Days and times as each language writes them."""

from datetime import UTC, datetime

import pytest

from bot.usecases.dates import birth_date, clock, day, day_and_clock

MOMENT = datetime(2026, 11, 25, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day_words", "with_clock", "born"),
    [
        ("en", "Thursday 26 November", "Thu 26 November, 00:05", "23 April 1985"),
        ("es", "jueves, 26 de noviembre", "jue, 26 de noviembre, 00:05", "23 de abril de 1985"),
        ("ru", "четверг, 26 ноября", "чт, 26 ноября, 00:05", "23 апреля 1985\u202fг."),
    ],
)
def test_each_language_has_its_own_way(language: str, day_words: str, with_clock: str, born: str) -> None:
    assert day(MOMENT, "Europe/Madrid", language) == day_words
    assert day_and_clock(MOMENT, "Europe/Madrid", language) == with_clock
    assert birth_date("1985-04-23", language) == born


def test_the_clock_is_the_readers() -> None:
    assert clock(MOMENT, "America/Mexico_City", "es") == "17:05"
    assert day(MOMENT, "America/Mexico_City", "es") == "miércoles, 25 de noviembre"


def test_a_birth_date_that_is_not_there() -> None:
    assert birth_date("", "es") == "—"
