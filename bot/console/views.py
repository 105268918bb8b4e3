"""Templates become pages: escaped without exception, in the reader's language, and with the parts that every page has."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.core.wording.catalog import Catalog

HERE = Path(__file__).parent
STATIC = HERE / "static"
PREFIX = "/console"


@cache
def stamp(name: str) -> str:
    """The address of a file of ours, with a mark that changes when the file does: it may be kept for ever."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"{PREFIX}/static/{name}?{mark}"


@cache
def environment() -> Environment:
    """The templates. A name that is not known is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = stamp
    made.globals["icon"] = icon
    return made


def icon(name: str) -> Markup:
    """A small picture that says nothing by itself: the word stands beside it."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        stamp("icons.svg"), name
    )


def words_of(ui: Catalog) -> Callable[..., str]:
    """``t("board.title")`` in a template: a text of the console by its key."""

    def t(key: str, **values: Any) -> str:
        return ui.plain(f"console.{key}", **values)

    return t


def render(template: str, ui: Catalog, **context: Any) -> str:
    """The page."""
    return environment().get_template(template).render(t=words_of(ui), ui=ui, lang=ui.language, **context)
