"""How the commands print: colours only on a terminal, long lines left alone, and the bot's HTML as bold words."""

import html
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.core.errors import Refused

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


def write_file(file: Path, text: str) -> None:
    """Write a file that was asked for. Errors: Refused when that is not possible."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
