"""The real texts, with the facts of a clinic that does not exist."""

import re
from html import unescape

from bot.core.check.limits import length
from bot.core.post.message import Body
from bot.core.wording.catalog import Catalog
from tests.flows.loaded import live, scripts

ALWAYS = {
    "clinic_name": "Clinic & Co <test>",
    "clinic_phone": "+34 600 000 000",
    "emergency_number": "112",
    "crisis_line": "024",
}
RUN = "0123456789ab"
MOST_TEXT = 4096
MOST_LABEL = 64
MOST_DATA = 64


def ui(language: str = "en") -> Catalog:
    """The bot's own words."""
    return Catalog(language, live().messages[language], ALWAYS)


def texts(procedure: str = "face", language: str = "en") -> Catalog:
    """The words of a script."""
    return Catalog(language, scripts()[procedure].texts[language].by_key, ALWAYS)


def fits(body: Body) -> None:
    """Telegram takes this message, and a phone shows its buttons."""
    assert body.html
    assert 0 < length(unescape(re.sub(r"</?[bi]>", "", body.text))) <= MOST_TEXT
    for opened, closed in (("<b>", "</b>"), ("<i>", "</i>")):
        assert body.text.count(opened) == body.text.count(closed)
    for button in (button for row in body.buttons for button in row):
        assert 0 < length(button.label) <= MOST_LABEL
        assert 0 < len(button.data.encode()) <= MOST_DATA
