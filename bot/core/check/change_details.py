"""What is another now about one thing of a script, field by field, in the words that an author writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import get_args

from pydantic import BaseModel

from bot.core.flow.conditions import Condition
from bot.core.flow.durations import in_units
from bot.core.flow.writing import as_written

CONDITIONS = get_args(get_args(Condition)[0])


@dataclass(frozen=True, slots=True)
class Detail:
    """One field before and after; empty where there is nothing."""

    field: str
    before: str
    after: str


def details(name: str, before: object, after: object) -> tuple[Detail, ...]:
    """Each field that differs. A thing that is no record (a list, a text, a time) is one field, ``name``."""
    if isinstance(before or after, BaseModel) and not isinstance(before or after, CONDITIONS):
        return tuple(_fields(before, after))
    return (Detail(_named(name), shown(before, name), shown(after, name)),)


def _fields(before: object, after: object) -> Iterator[Detail]:
    kinds = [type(thing) for thing in (before, after) if isinstance(thing, BaseModel)]
    for field in dict.fromkeys(name for kind in kinds for name in kind.model_fields):
        was, becomes = getattr(before, field, None), getattr(after, field, None)
        if was != becomes and field != "id":
            detail = Detail(_named(field), shown(was, field), shown(becomes, field))
            if detail.before != detail.after:
                yield detail


def shown(value: object, field: str = "") -> str:
    """A value as a script has it; ``field`` tells seconds from other numbers."""
    if value is None or value == () or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and field.endswith("_s"):
        return in_units(value)
    if isinstance(value, int | float):
        return f"{value:g}{' h' if field.endswith('_h') else ''}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, CONDITIONS):
        return as_written(value)
    if isinstance(value, BaseModel):
        return f"{{{', '.join(_said(value))}}}"
    if isinstance(value, tuple):
        return ", ".join(shown(each, field) for each in value)
    return str(value)


def _said(record: BaseModel) -> Iterator[str]:
    for field in type(record).model_fields:
        value = shown(getattr(record, field), field)
        if value and value != "false":
            yield f"{_named(field)}: {value}"


def _named(field: str) -> str:
    """The field as scripts name it: without its unit."""
    return field.removesuffix("_s").removesuffix("_h")
