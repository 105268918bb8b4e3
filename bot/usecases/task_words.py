"""What a task is about: a patient's words as she wrote them, or the bot's own in the language of whoever reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.wording.catalog import Catalog

_OWN = "\x02"
"""Begins what is kept of the bot's own words; no words that a person typed are kept with it."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A text of the bot: its key in the messages and the values of its place-holders."""

    key: str
    values: Mapping[str, str]


def own_words(key: str, **values: object) -> OwnWords:
    """The bot's own words for a task."""
    return OwnWords(key, {name: str(value) for name, value in values.items()})


def kept(about: str | OwnWords) -> str:
    """How the words are kept with the task: as typed, or by key and values, to be said in each reader's language."""
    if isinstance(about, OwnWords):
        return _OWN + json.dumps([about.key, dict(about.values)], ensure_ascii=False)
    return about.lstrip(_OWN)


def read(ui: Catalog, about: str) -> str:
    """The words for a reader, not yet escaped. A text that this version no longer has is named by its key."""
    if not about.startswith(_OWN):
        return about
    key, values = json.loads(about.removeprefix(_OWN))
    try:
        return ui.plain(key, **values)
    except KeyError:
        return str(key)
