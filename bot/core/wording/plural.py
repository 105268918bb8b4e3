"""A text in the plural forms of its language; a whole number chooses the form, by the rules of the CLDR (from Babel)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from babel import Locale, UnknownLocaleError

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""All plural categories of the CLDR, in its order."""
COUNTS = range(1000)
"""What is counted here: minutes, hours, tries, points. A language must have a form for each of these."""


@dataclass(frozen=True, slots=True)
class Plural:
    """One text in several forms. ``by`` names the place-holder whose number chooses among them."""

    by: str
    forms: Mapping[str, str]

    def choose(self, language: str, count: object) -> str:
        """The form for ``count`` (a whole number, or its digits). Errors: ValueError when it is no whole number.

        Beyond :data:`COUNTS` a category may come up that nobody had to write (a million in Spanish): the last form in
        the order of the CLDR, the most general one, stands in.
        """
        wanted = category(language, int(str(count)))
        return self.forms.get(wanted) or next(self.forms[each] for each in reversed(CATEGORIES) if each in self.forms)


Text = str | Plural
"""A text of the bot: one wording, or one for each plural form."""


def wordings(text: Text) -> tuple[str, ...]:
    """Every wording of a text."""
    return tuple(text.forms.values()) if isinstance(text, Plural) else (text,)


@cache
def locale(language: str) -> Locale | None:
    """What Babel knows of a language; None for one that it does not know."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def category(language: str, count: int) -> str:
    """The plural category of a whole number. A language that Babel does not know has only ``other``."""
    known = locale(language)
    return "other" if known is None else str(known.plural_form(count))


def known_categories(language: str) -> tuple[str, ...]:
    """The categories that a text of this language may have, in the order of the CLDR."""
    known = locale(language)
    tags = {"other"} if known is None else {*known.plural_form.tags, "other"}
    return tuple(each for each in CATEGORIES if each in tags)


@cache
def needed_categories(language: str) -> tuple[str, ...]:
    """The categories that a text of this language must have, because a count in :data:`COUNTS` has them."""
    met = {category(language, count) for count in COUNTS}
    return tuple(each for each in CATEGORIES if each in met)


def examples(language: str, wanted: str) -> tuple[int, ...]:
    """The first few counts that have this category, so that an author sees what is asked of her."""
    return tuple(islice((count for count in COUNTS if category(language, count) == wanted), 3))


def name_of(language: str) -> str:
    """The language in English words, for messages to authors: "Russian"."""
    known = locale(language)
    return (known.get_display_name("en") if known else None) or language
