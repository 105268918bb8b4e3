"""Conditions as an author writes them: the YAML line that reads back as the same condition."""

from collections.abc import Iterable
from typing import assert_never

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


def as_written(condition: Condition) -> str:
    """The condition in flow style, on one line. Names under ``conditions`` are gone: what they stand for is written."""
    match condition:
        case Always():
            return "{always: true}"
        case Never():
            return "{never: true}"
        case ClinicAllows():
            return f"{{clinic: {condition.switch}}}"
        case AnswerIs():
            return f"{{answer: {{{condition.question}: {_names(condition.any_of)}}}}}"
        case NumberIs():
            return f"{{number: {{{condition.question}: {_range(condition)}}}}}"
        case Hours():
            return f"{{hours: {_bounds(condition.after, condition.up_to)}}}"
        case Days():
            return f"{{day: {_bounds(condition.after, condition.up_to)}}}"
        case SiteIs():
            return f"{{site: [{', '.join(condition.any_of)}]}}"
        case HasModifier():
            return f"{{modifier: [{', '.join(condition.any_of)}]}}"
        case WithoutModifier():
            return f"{{without: [{', '.join(condition.none_of)}]}}"
        case ProcedureIs():
            return f"{{procedure: [{', '.join(condition.any_of)}]}}"
        case Worse():
            return f"{{worse: {condition.question}}}"
        case Twice():
            return f"{{twice: {as_written(condition.of)}}}"
        case HasPrevious():
            return f"{{asked_before: {condition.question}}}"
        case AllOf():
            return f"{{all: {_list(condition.of)}}}"
        case AnyOf():
            return f"{{any: {_list(condition.of)}}}"
        case _:
            assert_never(condition)


def _list(parts: Iterable[Condition]) -> str:
    return f"[{', '.join(as_written(part) for part in parts)}]"


def _names(codes: tuple[str, ...]) -> str:
    return codes[0] if len(codes) == 1 else f"[{', '.join(codes)}]"


def _range(condition: NumberIs) -> str:
    """Both bounds where both say something; one at least, because an empty range is refused."""
    low = f"at_least: {condition.at_least}" if condition.at_least or condition.at_most == 10 else ""
    high = f"at_most: {condition.at_most}" if condition.at_most != 10 else ""
    return f"{{{', '.join(each for each in (low, high) if each)}}}"


def _bounds(after: float | None, up_to: float | None) -> str:
    bounds = {"after": after, "up_to": up_to}
    return f"{{{', '.join(f'{name}: {value:g}' for name, value in bounds.items() if value is not None)}}}"
