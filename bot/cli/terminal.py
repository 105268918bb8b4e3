"""How the commands print: colours only on a terminal, long lines left alone, and the bot's HTML as bold words."""

import html
import re
import sys

from rich.console import Console
from rich.text import Text

WIDTH_WITHOUT_TERMINAL = 140
_TAG = re.compile(r"<(/?)(b|i)>")


def console() -> Console:
    """Standard output. What is piped or captured has no colours and is not folded."""
    on_terminal = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        no_color=None if on_terminal else True,
        width=None if on_terminal else WIDTH_WITHOUT_TERMINAL,
    )


def words(text: str) -> Text:
    """A message of the bot: its two tags become styles, and its escapes become characters."""
    shown = Text()
    styles: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        shown.append(html.unescape(text[at : tag.start()]), " ".join(styles) or None)
        at = tag.end()
        style = {"b": "bold", "i": "italic"}[tag[2]]
        if not tag[1]:
            styles.append(style)
        elif style in styles:
            styles.remove(style)
    shown.append(html.unescape(text[at:]), " ".join(styles) or None)
    return shown
