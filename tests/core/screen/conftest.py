"""The screen as it ships, built once for all tests."""

from pathlib import Path

import pytest

from bot.core.screen.lexicon import Lexicon
from bot.core.screen.lexicon_file import read_lexicon
from bot.core.screen.screening import Screen

LEXICONS = Path(__file__).parents[3] / "flows" / "clinic" / "lexicon"


@pytest.fixture(scope="session")
def lexicons() -> tuple[Lexicon, ...]:
    """Every lexicon that ships."""
    return tuple(read_lexicon(path.read_text("utf-8"), path.name) for path in sorted(LEXICONS.glob("*.yaml")))


@pytest.fixture(scope="session")
def screen(lexicons: tuple[Lexicon, ...]) -> Screen:
    """A screen with all of them."""
    return Screen(lexicons)
