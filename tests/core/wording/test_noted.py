"""What was noted about a patient: an answer, "none known" and "not asked" are three different things."""

from bot.core.wording.noted import NONE_KNOWN, NOT_ASKED, noted
from tests.core.wording.catalogs import ui


def test_three_different_things() -> None:
    said = [noted(ui(), value) for value in (NOT_ASKED, NONE_KNOWN, "wasp stings")]
    assert said == ["not asked", "none known", "wasp stings"]


def test_spaces_and_capitals_change_nothing() -> None:
    assert noted(ui(), "  ") == "not asked"
    assert noted(ui(), " None ") == "none known"
