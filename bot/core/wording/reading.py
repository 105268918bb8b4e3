"""Reads the bot's own words of one language from YAML: nested keys become dotted ones, plural forms one text."""

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches

from bot.core.flow.nodes import Mapped
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Entry, Reader
from bot.core.flow.yaml_source import parse
from bot.core.wording.catalog import placeholders
from bot.core.wording.plural import Plural, Text, examples, known_categories, locale, name_of, needed_categories

PLURAL_BY = "plural_by"
"""The key that makes of a mapping one text with plural forms."""


Fillable = Callable[[str], Collection[str]]
"""The place-holders that the text with this key may use."""


def read_messages(text: str, file: str, fillable: Fillable | None = None) -> tuple[str, dict[str, Text]]:
    """The language and its texts by dotted key. ``fillable`` says what is filled into each; without it, anything is.

    Errors: ScriptError with every problem by line.
    """
    problems = Problems()
    top = Reader(parse(text, file), problems, "the file")
    entries = top.entries(least=1)
    language = next((entry.value.name() for entry in entries if entry.name == "language"), "")
    if not language:
        top.report("missing-key", "The file does not say its language.", "Add a line like: language: en")
    texts: dict[str, Text] = {}
    for entry in entries:
        if entry.name != "language":
            _collect(entry.name, entry.value, texts, language, fillable)
    problems.raise_if_any()
    return language, texts


def _collect(key: str, at: Reader, texts: dict[str, Text], language: str, fillable: Fillable | None) -> None:
    if at.has(PLURAL_BY):
        texts[key] = _plural(key, at, language)
    elif isinstance(at.node, Mapped):
        for entry in at.entries(least=1):
            _collect(f"{key}.{entry.name}", entry.value, texts, language, fillable)
        return
    else:
        texts[key] = at.text()
    if fillable is not None:
        report_unfilled(at, key, texts[key], fillable(key))


def report_unfilled(at: Reader, key: str, text: Text, known: Collection[str]) -> None:
    """Report each place-holder of a text that nothing fills: the patient would get no message at all."""
    for holder in sorted(placeholders(text) - set(known)):
        near = get_close_matches(holder, sorted(known), n=1)
        todo = (
            f"Did you mean {{{near[0]}}}?"
            if near
            else f"Here may stand: {', '.join(f'{{{n}}}' for n in sorted(known))}."
        )
        at.report("text-unfilled", f"Nothing fills {{{holder}}} in text {key!r}.", todo)


def _plural(key: str, at: Reader, language: str) -> Plural:
    entries = at.entries()
    by = next(entry.value.text() for entry in entries if entry.name == PLURAL_BY)
    forms = [entry for entry in entries if entry.name != PLURAL_BY]
    if language:
        _categories(key, at, forms, language)
    texts = {form.name: form.value.text() for form in forms}
    wanted = frozenset({by}).union(*(placeholders(text) for text in texts.values()))
    for form in forms:
        for holder in sorted(wanted - placeholders(texts[form.name])) if texts[form.name] else ():
            form.value.report(
                "plural-placeholders",
                f"The form {form.name!r} of text {key!r} does not use {{{holder}}}.",
                "Use the same place-holders in every form, the number too: one form may stand for several numbers.",
            )
    return Plural(by, texts)


def _categories(key: str, at: Reader, forms: Sequence[Entry], language: str) -> None:
    """Every form that the language needs is there, and none that it does not know."""
    if locale(language) is None:
        at.report("plural-language", f"No plural rules are known for {language!r}.", "Write it as one plain text.")
        return
    known, written = known_categories(language), {form.name for form in forms}
    for form in forms:
        if form.name not in known:
            form.key.report(
                "plural-unknown",
                f"{name_of(language)} has no plural form {form.name!r} (text {key!r}).",
                f"Its forms are: {', '.join(known)}.",
            )
    for needed in needed_categories(language):
        if needed not in written:
            numbers = ", ".join(str(number) for number in examples(language, needed))
            at.report(
                "plural-missing",
                f"Text {key!r} lacks the plural form {needed!r}, which {name_of(language)} needs (for {numbers} ...).",
                f'Add a line like: {needed}: "..."',
            )
