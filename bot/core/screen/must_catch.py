"""The safety floor of words: phrases that the word lists must read as an emergency, whatever an admin edits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.errors import Problem
from bot.core.flow.nodes import Listing, Mapped, Node, Place, Scalar
from bot.core.flow.problems import Problems, shown
from bot.core.flow.yaml_source import parse
from bot.core.level import Level
from bot.core.screen.context import Status
from bot.core.screen.screening import VAGUE, Screen, Screening

_TODO = (
    "Put words for it back into {symptom}, {level} of clinic/lexicon/{language}.yaml, or lift what takes it away there."
)


@dataclass(frozen=True, slots=True)
class MustCatch:
    """A message that must be read as ``symptom``, present, of at least ``level``; and where that is written."""

    language: str
    symptom: str
    level: Level
    text: str
    place: Place


def read_must_catch(text: str, file: str) -> tuple[MustCatch, ...]:
    """The phrases of a YAML text: by language, symptom and level. Errors: ScriptError with every problem."""
    problems = Problems()
    found: list[MustCatch] = []
    for language, symptoms in _entries(_under(parse(text, file), problems), problems):
        for symptom, levels in _entries(symptoms, problems):
            for level, phrases in _entries(levels, problems):
                if level.text not in {each.value for each in Level}:
                    problems.unknown("safety-words", level.place, "level", level.text, [each.value for each in Level])
                    continue
                found.extend(
                    MustCatch(language.text, symptom.text, Level(level.text), phrase.text, phrase.place)
                    for phrase in _phrases(phrases, problems)
                )
    problems.raise_if_any()
    return tuple(found)


def lost(screen: Screen, phrases: Iterable[MustCatch]) -> Iterator[Problem]:
    """A problem for each phrase that the screen does not read as it must."""
    for phrase in phrases:
        found = screen.read(phrase.text)
        if not _is_caught(found, phrase):
            message = (
                f"{shown(phrase.text)} must be read as {phrase.symptom}, {phrase.level}; it is read as {_read(found)}."
            )
            todo = _TODO.format(symptom=phrase.symptom, level=phrase.level, language=phrase.language)
            yield Problem("safety-words", message, *phrase.place, todo=todo)


def _is_caught(found: Screening, phrase: MustCatch) -> bool:
    """Is it found by words of its own? That a part of the body was named in a way nobody knows proves nothing."""
    return any(
        signal.symptom == phrase.symptom
        and signal.status is Status.PRESENT
        and signal.rule != VAGUE
        and signal.level is not None
        and signal.level.at_least(phrase.level)
        for signal in found.signals
    )


def _read(found: Screening) -> str:
    said = (f"{signal.symptom}, {signal.level or 'ask'}, {signal.status}" for signal in found.signals)
    return "; ".join(said) or "nothing"


def _under(node: Node, problems: Problems) -> Node:
    for key, value in _entries(node, problems):
        if key.text == "must_catch":
            return value
    problems.add("safety-words", node.place, "There is no 'must_catch'.", "Begin with: must_catch:")
    return node if not isinstance(node, Mapped) else Mapped(place=node.place, entries=())


def _entries(node: Node, problems: Problems) -> tuple[tuple[Scalar, Node], ...]:
    if isinstance(node, Mapped):
        return node.entries
    problems.add(
        "safety-words", node.place, "Keys with values are expected here.", "Write language: symptom: level: [...]."
    )
    return ()


def _phrases(node: Node, problems: Problems) -> Iterator[Scalar]:
    if not isinstance(node, Listing):
        problems.add("safety-words", node.place, "A list of phrases is expected here.", "Write a line with - for each.")
        return
    for item in node.items:
        if isinstance(item, Scalar) and item.text.strip():
            yield item
        else:
            problems.add("safety-words", item.place, "A phrase is expected here.", "Write plain text.")
