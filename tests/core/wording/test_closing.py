"""The last words of a check-in: never calming after a red flag, and they always say whom to call."""

import pytest

from bot.core.level import Level
from bot.core.post.message import Body
from bot.core.wording.closing import closing
from tests.core.wording.catalogs import fits, texts, ui
from tests.flows.loaded import scripts

FACE = scripts()["face"]
EXPECTED = tuple(reason.text for reason in FACE.expected)
CARE = tuple(reason.text for reason in FACE.self_care)


def closed(level: Level, *, last: bool = False, next_checkin: str = "Tuesday 10:00", day: int = 1) -> Body:
    calm = not level.is_red
    return closing(
        texts(),
        ui(),
        level=level,
        day=day,
        procedure="Face treatment",
        expected=EXPECTED if calm else (),
        self_care=CARE if calm else (),
        next_checkin=next_checkin,
        last=last,
    )


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("level", Level)
def test_it_fits_and_says_whom_to_call(level: Level, last: bool) -> None:
    body = closed(level, last=last)
    fits(body)
    assert "112" in body.text
    assert "/worse" in body.text
    assert body.buttons == ()


@pytest.mark.parametrize("level", Level)
def test_only_a_d5_is_called_normal(level: Level) -> None:
    assert ("normal healing" in closed(level).text) is (level is Level.D5)


def test_the_next_check_in_is_named_where_there_is_one() -> None:
    assert "Tuesday 10:00" in closed(Level.D5).text
    assert "Next check-in" not in closed(Level.D5, next_checkin="").text
    last = closed(Level.D5, last=True)
    assert "+34 600 000 000" in last.text
    assert "Tuesday 10:00" not in last.text


def test_a_red_course_is_not_said_to_be_over() -> None:
    assert "last check-in" not in closed(Level.D3, last=True).text
    assert "last check-in" in closed(Level.D4, last=True).text
