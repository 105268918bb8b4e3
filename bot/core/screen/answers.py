"""The clinic's own answers to everyday questions: matched strictly, because being unsure means that a person answers."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from bot.core.screen.normalise import plain, read_tokens
from bot.core.screen.words import Vocabulary

LONGEST_QUESTION = 25
"""Words. A longer message says more than it asks, so a person reads it."""


class Answer(BaseModel):
    """One topic. ``words`` are lines of words or stems, of any language, of which one line must be there whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    words: tuple[str, ...]
    source: tuple[str, ...] = ()
    sign_off: str = ""


class Answers:
    """Finds the one topic that a question is about; built once."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._vocabulary = Vocabulary()
        self._lines: list[tuple[str, frozenset[int]]] = []
        for answer in answers:
            self._lines += [(answer.topic, self._numbers(line)) for line in answer.words]

    def topic_of(self, text: str) -> str | None:
        """The topic of a question that a text asks; None when there is none, or more than one, or too many words.

        Whether the text is a question, and that nothing in it is a red flag, is for the caller to know.
        """
        tokens = read_tokens(text).tokens
        if not 0 < len(tokens) <= LONGEST_QUESTION:
            return None
        known: set[int] = set()
        for token in tokens:
            for form in token.forms:
                known |= self._vocabulary.exact(form)
        topics = {topic for topic, line in self._lines if line <= known}
        return topics.pop() if len(topics) == 1 else None

    def _numbers(self, line: str) -> frozenset[int]:
        return frozenset(self._vocabulary.add(word) for word in _words(line))


def _words(line: str) -> Iterable[str]:
    """The words of a line as messages are folded; a star at the end of a word stays."""
    for word in line.split():
        stem = word.endswith("*")
        for token in read_tokens(plain(word.rstrip("*"))).tokens:
            yield f"{token.forms[0]}*" if stem else token.forms[0]
