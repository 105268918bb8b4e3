"""Conditions from YAML, with every name in them checked and ``is: name`` replaced by what the name stands for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.core.flow.condition_limits import MAX_PARTS, is_too_large, looks_back
from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Days,
    HasModifier,
    HasPrevious,
    Hours,
    Never,
    NumberIs,
    ProcedureIs,
    SiteIs,
    Twice,
    WithoutModifier,
    Worse,
)
from bot.core.flow.model import Question, QuestionKind
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Entry, Reader
from bot.core.flow.section import Vocabulary
from bot.core.flow.switches import ALL_OFF
from bot.core.flow.yaml_source import MAX_DEPTH

MAX_HOURS = 24000
MAX_DAYS = 1000

_SIMPLER = "Say it in a simpler way."


@dataclass(frozen=True)
class Definition:
    """A condition that was given a name, not yet read: where it stands and which names it may use."""

    at: Reader
    vocabulary: Vocabulary


@dataclass
class ConditionReader:
    """Reads the conditions of one script.

    ``elsewhere`` names the part that has a question which the script does not have, for a helpful message.
    ``switches`` are the clinic's settings that a condition may ask for.
    """

    questions: Mapping[str, Question]
    elsewhere: Mapping[str, str]
    definitions: Mapping[str, Definition]
    problems: Problems
    switches: Mapping[str, bool] = field(default_factory=lambda: ALL_OFF)
    _done: dict[str, Condition] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _depth: int = 0

    def read(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        """The condition written at this place. Stand-in: ``Always``."""
        condition = self._read(at, vocabulary)
        if is_too_large(condition):
            message = f"This condition is too large: more than {MAX_PARTS} parts, or nested more than {MAX_DEPTH} deep."
            at.report("depth", message, _SIMPLER)
            return Always()
        return condition

    def named(self, name: str) -> Condition:
        """What a defined name stands for. Stand-in: ``Always``."""
        if name not in self._done:
            definition = self.definitions[name]
            self._open.append(name)
            self._done[name] = self.read(definition.at, definition.vocabulary)
            self._open.pop()
        return self._done[name]

    def question(self, at: Reader) -> Question | None:
        """The question named here; None, and reported, when the script has none of this name."""
        name = at.text()
        hint = f"It is in the part {self.elsewhere[name]}: add that to 'use'." if name in self.elsewhere else ""
        if name and name not in self.questions:
            self.problems.unknown("unknown-name", at.place, "question", name, self.questions, hint)
        return self.questions.get(name)

    def _read(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        entries = at.entries(least=1)
        if len(entries) > 1:
            todo = "Put several conditions into all: [...] or any: [...]."
            at.report("condition", "A condition has exactly one key.", todo)
        elif self._depth >= MAX_DEPTH:
            at.report("depth", f"Conditions are nested more than {MAX_DEPTH} deep here.", _SIMPLER)
        elif entries and entries[0].key.refer(_SHAPES, "condition") in _SHAPES:
            self._depth += 1
            condition = _SHAPES[entries[0].name](self, entries[0].value, vocabulary)
            self._depth -= 1
            return condition
        return Always()

    def _always(self, at: Reader, _: Vocabulary) -> Condition:
        if not at.flag() and not at.is_absent:
            at.report("condition", "The only thing to say here is 'always: true'.", "Write true.")
        return Always()

    def _never(self, at: Reader, _: Vocabulary) -> Condition:
        if not at.flag() and not at.is_absent:
            at.report("condition", "The only thing to say here is 'never: true'.", "Write true.")
        return Never()

    def _clinic(self, at: Reader, _: Vocabulary) -> Condition:
        name = at.refer(self.switches, "switch of the clinic")
        return ClinicAllows(switch=name, on=self.switches.get(name, False))

    def _answer(self, at: Reader, _: Vocabulary) -> Condition:
        return self._each(at, self._answer_of)

    def _answer_of(self, entry: Entry) -> Condition:
        question = self.question(entry.key)
        if question is None:
            return Always()
        if question.kind is QuestionKind.SCALE:
            todo = f"Write {{number: {{{question.id}: {{at_least: 7}}}}}}."
            entry.key.report("condition", f"{question.id!r} is a scale: its answer is a number.", todo)
            return Always()
        codes = entry.value.one_or_more(question.codes, f"answer to {question.id}:")
        return AnswerIs(question=question.id, any_of=codes)

    def _number(self, at: Reader, _: Vocabulary) -> Condition:
        return self._each(at, self._number_of)

    def _number_of(self, entry: Entry) -> Condition:
        question = self.question(entry.key)
        fields = entry.value.mapping(optional=("at_least", "at_most"))
        bounds = {key: fields[key].integer(0, 10) for key in ("at_least", "at_most") if key in fields}
        if question is None:
            return Always()
        if question.kind is not QuestionKind.SCALE:
            todo = f"Write {{answer: {{{question.id}: [...]}}}}."
            entry.key.report("condition", f"{question.id!r} is no scale: its answer is no number.", todo)
            return Always()
        if entry.value.is_empty:
            entry.value.report("condition", "There is no bound here.", "Write at_least, at_most or both.")
        condition = NumberIs(question=question.id, **bounds)
        if condition.at_least > condition.at_most:
            entry.value.report("range", "at_least is more than at_most: no number fits.", "Swap them.")
        return condition

    def _each(self, at: Reader, read: Callable[[Entry], Condition]) -> Condition:
        found = tuple(read(entry) for entry in at.entries(least=1))
        return found[0] if len(found) == 1 else AllOf(of=found)

    def _hours(self, at: Reader, _: Vocabulary) -> Condition:
        fields = at.mapping(optional=("after", "up_to"))
        bounds = {key: fields[key].number(0, MAX_HOURS) for key in ("after", "up_to") if key in fields}
        _check_interval(at, bounds)
        return Hours(after=bounds.get("after"), up_to=bounds.get("up_to"))

    def _day(self, at: Reader, _: Vocabulary) -> Condition:
        fields = at.mapping(optional=("after", "up_to"))
        bounds = {key: fields[key].integer(0, MAX_DAYS) for key in ("after", "up_to") if key in fields}
        _check_interval(at, bounds)
        return Days(after=bounds.get("after"), up_to=bounds.get("up_to"))

    def _site(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return SiteIs(any_of=at.references(vocabulary.sites, "site", least=1))

    def _modifier(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return HasModifier(any_of=at.references(vocabulary.modifiers, "modifier", least=1))

    def _without(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return WithoutModifier(none_of=at.references(vocabulary.modifiers, "modifier", least=1))

    def _procedure(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return ProcedureIs(any_of=at.references(vocabulary.procedures, "procedure", least=1))

    def _worse(self, at: Reader, _: Vocabulary) -> Condition:
        question = self.question(at)
        if question is None:
            return Always()
        if question.kind not in (QuestionKind.CHOICE, QuestionKind.SCALE):
            message = f"The answers to {question.id!r} have no order from best to worst."
            at.report("condition", message, "Compare the answers of a choice or a scale.")
        return Worse(question=question.id)

    def _asked_before(self, at: Reader, _: Vocabulary) -> Condition:
        question = self.question(at)
        return Always() if question is None else HasPrevious(question=question.id)

    def _twice(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        inner = self._read(at, vocabulary)
        if not is_too_large(inner) and looks_back(inner):
            message = "A condition inside 'twice' looks at the check-in before by itself: it would never hold."
            at.report("condition", message, "Put worse, asked_before and twice outside.")
        return Twice(of=inner)

    def _is(self, at: Reader, _: Vocabulary) -> Condition:
        name = at.refer(self.definitions, "named condition", "Define it under 'conditions', here or in the procedure.")
        if name not in self.definitions:
            return Always()
        if name in self._open:
            circle = " > ".join((*self._open[self._open.index(name) :], name))
            at.report("circle", f"This condition is made of itself: {circle}.", "Take it out of the circle.")
            return Always()
        return self.named(name)

    def _all(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return AllOf(of=tuple(self._read(item, vocabulary) for item in at.items(least=1)))

    def _any(self, at: Reader, vocabulary: Vocabulary) -> Condition:
        return AnyOf(of=tuple(self._read(item, vocabulary) for item in at.items(least=1)))


_SHAPES: Mapping[str, Callable[[ConditionReader, Reader, Vocabulary], Condition]] = {
    "always": ConditionReader._always,
    "never": ConditionReader._never,
    "clinic": ConditionReader._clinic,
    "answer": ConditionReader._answer,
    "number": ConditionReader._number,
    "hours": ConditionReader._hours,
    "day": ConditionReader._day,
    "site": ConditionReader._site,
    "modifier": ConditionReader._modifier,
    "without": ConditionReader._without,
    "procedure": ConditionReader._procedure,
    "worse": ConditionReader._worse,
    "twice": ConditionReader._twice,
    "asked_before": ConditionReader._asked_before,
    "is": ConditionReader._is,
    "all": ConditionReader._all,
    "any": ConditionReader._any,
}

CONDITION_KEYS: Collection[str] = _SHAPES.keys()
"""Every key that a condition may have in YAML."""


def _check_interval(at: Reader, bounds: Mapping[str, float]) -> None:
    if at.is_empty:
        at.report("condition", "There is no bound here.", "Write after, up_to or both.")
    elif len(bounds) == 2 and bounds["after"] >= bounds["up_to"]:
        at.report("range", "'after' is not before 'up_to': no time fits.", "'after' must be the smaller one.")
