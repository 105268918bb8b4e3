"""The file of the clinic's own answers: YAML text to topics and their texts, every mistake with its line."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse
from bot.core.screen.answers import Answer

WHAT_IF = "what_if"
MESSAGE_AT_MOST = 900
"""Characters: an answer is read on a phone."""


@dataclass(frozen=True)
class AnswersFile:
    """The topics, and the texts of each language by topic; ``what_if`` is among the texts."""

    answers: tuple[Answer, ...]
    texts: dict[str, dict[str, str]]


Look = Callable[[Reader, str, str], None]
"""Reports what is wrong with a text, given where it stands and its topic."""


def read_answers(text: str, file: str, languages: Collection[str], look: Look | None = None) -> AnswersFile:
    """Read the file; every answer must speak each of ``languages``, and ``look`` is asked about each text.

    Raises :class:`~bot.core.errors.ScriptError` with every problem of the file.
    """
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping((WHAT_IF, "answers"))
    texts: dict[str, dict[str, str]] = {language: {} for language in languages}
    _say(fields[WHAT_IF], WHAT_IF, texts, look)
    answers = []
    for entry in fields["answers"].entries(least=1):
        parts = entry.value.mapping(("words", "say"), ("source", "sign_off"))
        _say(parts["say"], entry.key.name(), texts, look)
        answers.append(
            Answer(
                topic=entry.key.name(),
                words=tuple(word for language in parts["words"].entries(least=1) for word in language.value.texts()),
                source=parts["source"].texts() if "source" in parts else (),
                sign_off=parts["sign_off"].text() if "sign_off" in parts else "",
            )
        )
    problems.raise_if_any()
    return AnswersFile(tuple(answers), texts)


def _say(at: Reader, topic: str, texts: dict[str, dict[str, str]], look: Look | None) -> None:
    found = {entry.name: entry.value for entry in at.entries(least=1)}
    for language in texts.keys() - found.keys():
        at.report("text-missing", f"{topic!r} has no text in {language!r}.", f"Add a line: {language}: ...")
    for language, value in found.items():
        said = value.text()
        if look is not None:
            look(value, topic, said)
        if len(said) > MESSAGE_AT_MOST:
            value.report("text-too-long", f"The text has {len(said)} characters.", f"At most {MESSAGE_AT_MOST}.")
        texts.setdefault(language, {})[topic] = said
