"""Reads the bot's own words of one language from YAML: nested keys become dotted ones."""

from bot.core.flow.nodes import Mapped
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse


def read_messages(text: str, file: str) -> tuple[str, dict[str, str]]:
    """The language and its texts by dotted key. Errors: ScriptError with every problem by line."""
    problems = Problems()
    top = Reader(parse(text, file), problems, "the file")
    texts: dict[str, str] = {}
    language = ""
    for entry in top.entries(least=1):
        if entry.name == "language":
            language = entry.value.name()
        else:
            _collect(entry.name, entry.value, texts)
    if not language:
        top.report("missing-key", "The file does not say its language.", "Add a line like: language: en")
    problems.raise_if_any()
    return language, texts


def _collect(key: str, at: Reader, texts: dict[str, str]) -> None:
    if isinstance(at.node, Mapped):
        for entry in at.entries(least=1):
            _collect(f"{key}.{entry.name}", entry.value, texts)
    else:
        texts[key] = at.text()
