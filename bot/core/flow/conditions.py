"""The conditions that a script may use: a closed set of small sentences about one patient, and their truth.

A condition is written in YAML as a mapping with one key, for example ``{answer: {BL: [yes_now, unsure]}}``. There is no
"not" about an answer: a further answer can therefore only raise the level of a run, which makes the
order of rules irrelevant and the proof of the safety floor possible.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Always(_Frozen):
    """Holds for everybody. Example: ``{always: true}``."""

    op: Literal["always"] = "always"


class Never(_Frozen):
    """Holds for nobody: what a shared part asks about does not exist in this procedure. Example: ``{never: true}``."""

    op: Literal["never"] = "never"


class ClinicAllows(_Frozen):
    """Holds where the clinic has turned the switch on in its settings (all are off by default).

    ``on`` is the setting at the time of reading, so that a published revision keeps it.
    Example: ``{clinic: allow_nsaid}``.
    """

    op: Literal["clinic"] = "clinic"
    switch: str
    on: bool = False


class AnswerIs(_Frozen):
    """The answer to a question is one of those named (for a screen: at least one tapped line is).

    Example: ``{answer: {BR: [present, unsure]}}``.
    """

    op: Literal["answer"] = "answer"
    question: str
    any_of: tuple[str, ...]


class NumberIs(_Frozen):
    """The number given lies in the closed range. Example: ``{number: {PA: {at_least: 4, at_most: 6}}}``."""

    op: Literal["number"] = "number"
    question: str
    at_least: int = 0
    at_most: int = 10


class Hours(_Frozen):
    """Hours since the end of the session, ``after < h <= up_to``. Example: ``{hours: {after: 48, up_to: 72}}``."""

    op: Literal["hours"] = "hours"
    after: float | None = None
    up_to: float | None = None


class Days(_Frozen):
    """Day since the session by the patient's calendar (day of the session = 0), ``after < d <= up_to``.

    Example: ``{day: {after: 3}}`` holds from the fourth day on; ``{day: {after: 3, up_to: 7}}`` to the seventh.
    """

    op: Literal["day"] = "day"
    after: int | None = None
    up_to: int | None = None


class SiteIs(_Frozen):
    """One of the treated sites is named. Example: ``{site: [under_eye, forehead]}``."""

    op: Literal["site"] = "site"
    any_of: tuple[str, ...]


class HasModifier(_Frozen):
    """One of the modifiers is set. Example: ``{modifier: [diabetes, pregnancy]}``."""

    op: Literal["modifier"] = "modifier"
    any_of: tuple[str, ...]


class WithoutModifier(_Frozen):
    """None of the modifiers is set. Example: ``{without: [filler]}``."""

    op: Literal["without"] = "without"
    none_of: tuple[str, ...]


class ProcedureIs(_Frozen):
    """The session's procedure is one of those named. Example: ``{procedure: [face, skin_texture]}``.

    ``revisions`` stands in no script that a person writes: a combined script names there the revisions of the
    sessions that its condition is about (:mod:`bot.core.flow.together`). Empty means any.
    """

    op: Literal["procedure"] = "procedure"
    any_of: tuple[str, ...]
    revisions: tuple[str, ...] = ()


class Worse(_Frozen):
    """The answer is worse than in the check-in before: a higher number, or a later answer in the
    question's own order. False when it was not asked before. Example: ``{worse: PA}``."""

    op: Literal["worse"] = "worse"
    question: str


class Twice(_Frozen):
    """The condition holds for this check-in's answers and held for those of the check-in before.

    Example: ``{twice: {answer: {PT: worse}}}``.
    """

    op: Literal["twice"] = "twice"
    of: "Condition"


class HasPrevious(_Frozen):
    """The question was answered in the check-in before. Example: ``{asked_before: PA}``."""

    op: Literal["asked_before"] = "asked_before"
    question: str


class AllOf(_Frozen):
    """Every condition of the list holds. Example: ``{all: [{number: {PA: {at_least: 7}}}, {site: [cheek]}]}``."""

    op: Literal["all"] = "all"
    of: tuple["Condition", ...]


class AnyOf(_Frozen):
    """At least one condition of the list holds. Example: ``{any: [{answer: {A: sight}}, {answer: {A: stroke}}]}``."""

    op: Literal["any"] = "any"
    of: tuple["Condition", ...]


Condition = Annotated[
    Always
    | Never
    | ClinicAllows
    | AnswerIs
    | NumberIs
    | Hours
    | Days
    | SiteIs
    | HasModifier
    | WithoutModifier
    | ProcedureIs
    | Worse
    | Twice
    | HasPrevious
    | AllOf
    | AnyOf,
    Field(discriminator="op"),
]

Twice.model_rebuild()
AllOf.model_rebuild()
AnyOf.model_rebuild()


class Given(_Frozen):
    """What was answered to one question: codes for a choice or screen, a number for a scale.

    ``rank`` is the position of the (last) code in the question's own order, for "worse than before".
    """

    codes: tuple[str, ...] = ()
    number: int | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may look at: one patient, one session, one moment.

    ``hour`` is real hours since the end of the session; ``day`` counts calendar days in the patient's zone;
    ``revision`` is that of the session's script.
    """

    answers: Mapping[str, Given]
    hour: float
    day: int
    procedure: str = ""
    sites: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    previous: Mapping[str, Given] = field(default_factory=dict)
    revision: str = ""


def holds(condition: Condition, facts: Facts) -> bool:
    """Is the condition true of these facts? Unanswered questions make every condition about them false."""
    # The commonest kinds come first: each case that does not fit costs as much as the one that does.
    match condition:
        case AnswerIs():
            given = facts.answers.get(condition.question)
            return given is not None and any(code in condition.any_of for code in given.codes)
        case AllOf():
            return all(holds(part, facts) for part in condition.of)
        case AnyOf():
            return any(holds(part, facts) for part in condition.of)
        case Always():
            return True
        case Never():
            return False
        case ClinicAllows():
            return condition.on
        case NumberIs():
            given = facts.answers.get(condition.question)
            if given is None or given.number is None:
                return False
            return condition.at_least <= given.number <= condition.at_most
        case Hours():
            return _between(facts.hour, condition.after, condition.up_to)
        case Days():
            return _between(facts.day, condition.after, condition.up_to)
        case SiteIs():
            return not facts.sites.isdisjoint(condition.any_of)
        case HasModifier():
            return not facts.modifiers.isdisjoint(condition.any_of)
        case WithoutModifier():
            return facts.modifiers.isdisjoint(condition.none_of)
        case ProcedureIs():
            ours = not condition.revisions or facts.revision in condition.revisions
            return ours and facts.procedure in condition.any_of
        case Worse():
            now, before = facts.answers.get(condition.question), facts.previous.get(condition.question)
            return now is not None and before is not None and _ranked(now) > _ranked(before)
        case Twice():
            then = Facts(
                answers=facts.previous,
                hour=facts.hour,
                day=facts.day,
                procedure=facts.procedure,
                sites=facts.sites,
                modifiers=facts.modifiers,
                revision=facts.revision,
            )
            return holds(condition.of, facts) and holds(condition.of, then)
        case HasPrevious():
            return condition.question in facts.previous
        case _:
            assert_never(condition)


def questions_in(condition: Condition) -> frozenset[str]:
    """The questions whose answers the condition looks at."""
    match condition:
        case AnswerIs() | NumberIs() | Worse() | HasPrevious():
            return frozenset({condition.question})
        case Twice():
            return questions_in(condition.of)
        case AllOf() | AnyOf():
            return frozenset().union(*(questions_in(part) for part in condition.of))
        case (
            Always()
            | Never()
            | ClinicAllows()
            | Hours()
            | Days()
            | SiteIs()
            | HasModifier()
            | WithoutModifier()
            | ProcedureIs()
        ):
            return frozenset()
        case _:
            assert_never(condition)


ANY_CODE = "*"
"""Stands for "whatever was answered" in :func:`answers_needed`."""


def answers_needed(condition: Condition) -> frozenset[tuple[str, str]] | None:
    """Pairs (question, code) of which at least one must have been answered for the condition to hold.

    None when it may hold without an answer. The engine looks only at rules whose pairs meet the answers given.
    """
    match condition:
        case AnswerIs():
            return frozenset((condition.question, code) for code in condition.any_of)
        case NumberIs():
            numbers = range(condition.at_least, condition.at_most + 1)
            return frozenset((condition.question, str(number)) for number in numbers)
        case Worse():
            return frozenset({(condition.question, ANY_CODE)})
        case Twice():
            return answers_needed(condition.of)
        case AllOf():
            needed = [pairs for pairs in map(answers_needed, condition.of) if pairs is not None]
            return min(needed, key=len) if needed else None
        case AnyOf():
            either = [answers_needed(part) for part in condition.of]
            return None if None in either else frozenset().union(*(pairs for pairs in either if pairs is not None))
        case Never():
            return frozenset()
        case (
            Always()
            | ClinicAllows()
            | Hours()
            | Days()
            | SiteIs()
            | HasModifier()
            | WithoutModifier()
            | ProcedureIs()
            | HasPrevious()
        ):
            return None
        case _:
            assert_never(condition)


def _between(value: float, after: float | None, up_to: float | None) -> bool:
    return (after is None or value > after) and (up_to is None or value <= up_to)


def _ranked(given: Given) -> int:
    return given.number if given.number is not None else given.rank
