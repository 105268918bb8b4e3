"""Reads the clinic's safety floor from YAML, with every name in it checked against the scripts that it binds."""

from collections.abc import Iterable, Mapping, Sequence

from bot.core.check.floor import Floor, FloorEntry
from bot.core.flow.condition_reading import ConditionReader, Definition
from bot.core.flow.model import Question, Script
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Fields, Reader
from bot.core.flow.section import FirstPlaces, Vocabulary
from bot.core.flow.yaml_source import parse
from bot.core.level import Level


def read_floor(text: str, file: str, scripts: Iterable[Script]) -> Floor:
    """The floor written in ``text``; ``scripts`` are all that it may speak of.

    The file holds a list ``floor`` of entries (``id``, ``when``, ``at_least``, ``why`` and, if wanted,
    ``procedures`` and ``source``), and may name ``conditions`` for ``is``. Raises :class:`ScriptError` with all
    problems by line.
    """
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping(("floor",), ("conditions", "sign_off"))
    reader = _FloorReader(fields, {script.procedure: script for script in scripts}, problems)
    entries = tuple(reader.entry(at) for at in fields["floor"].items(least=1))
    problems.raise_if_any()
    return Floor(entries=entries)


class _FloorReader:
    """Reads entries; each may speak of the questions, sites and modifiers of the procedures that it binds."""

    def __init__(self, fields: Fields, scripts: Mapping[str, Script], problems: Problems) -> None:
        self._fields = fields
        self._scripts = scripts
        self._problems = problems
        self._ids = FirstPlaces("floor entry", problems)
        self._questions: dict[tuple[str, ...], dict[str, Question]] = {}

    def entry(self, at: Reader) -> FloorEntry:
        """One promise."""
        fields = at.mapping(("id", "when", "at_least", "why"), ("procedures", "source", "sign_off"))
        fields["sign_off"].text()
        self._ids.define(fields["id"], fields["id"].name())
        procedures = fields["procedures"].references(self._scripts, "procedure", least=1)
        bound = [self._scripts[name] for name in procedures if name in self._scripts]
        scripts = bound or list(self._scripts.values())
        vocabulary = _vocabulary(scripts)
        return FloorEntry(
            id=fields["id"].text(),
            when=self._conditions(scripts, vocabulary).read(fields["when"], vocabulary),
            at_least=fields["at_least"].member(Level, "level"),
            procedures=procedures,
            why=fields["why"].text(),
            source=fields["source"].texts(),
        )

    def _conditions(self, scripts: Sequence[Script], vocabulary: Vocabulary) -> ConditionReader:
        definitions = {
            entry.name: Definition(entry.value, vocabulary) for entry in self._fields["conditions"].entries()
        }
        bound = tuple(script.procedure for script in scripts)
        if bound not in self._questions:
            self._questions[bound] = _questions(scripts)
        return ConditionReader(self._questions[bound], {}, definitions, self._problems)


def _vocabulary(scripts: Sequence[Script]) -> Vocabulary:
    return Vocabulary(
        sites=frozenset(site for script in scripts for site in script.sites),
        modifiers=frozenset(modifier for script in scripts for modifier in script.modifiers),
        procedures=frozenset(script.procedure for script in scripts),
    )


def _questions(scripts: Iterable[Script]) -> dict[str, Question]:
    """The questions of all scripts; one that two scripts have with other answers has the answers of both."""
    merged: dict[str, Question] = {}
    for script in scripts:
        for question in script.questions.values():
            known = merged.get(question.id, question)
            merged[question.id] = known.model_copy(
                update={
                    "answers": tuple(dict.fromkeys(known.answers + question.answers)),
                    "lines": tuple({line.code: line for line in known.lines + question.lines}.values()),
                }
            )
    return merged
