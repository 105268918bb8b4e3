"""A catalog: every text of one language by its key. A missing text or value is an error, never an empty message."""

import re
from collections.abc import Mapping
from html import escape

from bot.core.errors import Problem, ScriptError
from bot.core.wording.plural import Text, wordings

_HOLDER = re.compile(r"\{([a-z_]+)\}")
FIRST_LANGUAGE = "en"


class Catalog:
    """The texts of one language. ``say`` fills place-holders; values are escaped for Telegram's HTML.

    Texts themselves are plain words; the few that carry tags (``<b>``) live in the clinic's messages only. Where a text has
    plural forms, the value that it names chooses one, by the rules of this catalog's language.
    """

    def __init__(self, language: str, texts: Mapping[str, Text], always: Mapping[str, str] | None = None) -> None:
        self.language = language
        self._texts = dict(texts)
        self._always = dict(always or {})

    def has(self, key: str) -> bool:
        """Is there a text with this key?"""
        return key in self._texts

    def raw(self, key: str) -> str:
        """The text as it is written. Errors: KeyError naming key and language; one with plural forms needs values."""
        return self._chosen(key, {})

    def say(self, key: str, **values: object) -> str:
        """The text with every place-holder filled and every value escaped. Errors: KeyError for a missing one."""
        return self._fill(key, self._chosen(key, values), values)

    def plain(self, key: str, **values: object) -> str:
        """As :meth:`say`, but not escaped: for buttons and toasts, which are not HTML."""
        filled = {**self._always, **{name: str(value) for name, value in values.items()}}
        return _HOLDER.sub(lambda match: _value(key, match.group(1), filled), self._chosen(key, values))

    def script(self, key: str, **values: object) -> str:
        """A text of a script (plain words): escaped whole, with its place-holders filled."""
        return self._fill(key, escape(self._chosen(key, values), quote=False), values)

    def _chosen(self, key: str, values: Mapping[str, object]) -> str:
        if key not in self._texts:
            raise KeyError(f"no text {key!r} in {self.language}")
        text = self._texts[key]
        if isinstance(text, str):
            return text
        if text.by not in values:
            raise KeyError(f"text {key!r} needs {{{text.by}}}, the number that chooses its plural form")
        return text.choose(self.language, values[text.by])

    def _fill(self, key: str, text: str, values: Mapping[str, object]) -> str:
        filled = {**self._always, **{name: str(value) for name, value in values.items()}}
        return _HOLDER.sub(lambda match: escape(_value(key, match.group(1), filled), quote=False), text)


def _value(key: str, name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise KeyError(f"text {key!r} needs {{{name}}}")
    return values[name]


def placeholders(text: Text) -> frozenset[str]:
    """The names of the place-holders of a text, in all its forms."""
    return frozenset(name for wording in wordings(text) for name in _HOLDER.findall(wording))


def complete(catalogs: Mapping[str, Mapping[str, Text]], file_of: Mapping[str, str]) -> None:
    """Every language has every key, with the same place-holders, as the first language has.

    Which of the texts have plural forms is each language's own affair. Errors: ScriptError listing each hole.
    """
    if FIRST_LANGUAGE not in catalogs:
        here = next(iter(sorted(file_of.values())), "")
        raise ScriptError(
            [
                Problem(
                    "text-missing", f"no file is in {FIRST_LANGUAGE!r}", here, todo=f"Write language: {FIRST_LANGUAGE}."
                )
            ]
        )
    first = catalogs[FIRST_LANGUAGE]
    problems: list[Problem] = []
    for language, texts in sorted(catalogs.items()):
        problems.extend(
            Problem("text-missing", f"no text {key!r}", file_of[language], todo="Add it.")
            for key in sorted(first.keys() - texts.keys())
        )
        problems.extend(
            Problem("text-unknown", f"text {key!r} is not used", file_of[language], todo="Remove or rename it.")
            for key in sorted(texts.keys() - first.keys())
        )
        for key in sorted(first.keys() & texts.keys()):
            wanted, found = placeholders(first[key]), placeholders(texts[key])
            if wanted != found:
                problems.append(
                    Problem(
                        "text-placeholders",
                        f"text {key!r} has {sorted(found)}, but {FIRST_LANGUAGE} has {sorted(wanted)}",
                        file_of[language],
                        todo="Use the same place-holders.",
                    )
                )
    if problems:
        raise ScriptError(problems)
