"""The reference of the conditions that a script may use, made from their own docstrings."""

import re
from inspect import cleandoc
from typing import NamedTuple, get_args

from bot.core.flow.conditions import Condition

_DOCSTRING = re.compile(r"(?P<meaning>.+?) Example: ``(?P<yaml>[^`]+)``")

_NAMED = "What a condition under ``conditions`` with this name says."


class ConditionDoc(NamedTuple):
    """One condition: its key in YAML, what it means, and an example as a script has it."""

    key: str
    meaning: str
    example_yaml: str


def condition_reference() -> tuple[ConditionDoc, ...]:
    """Every condition of the closed set, and ``is``, which is replaced by another while reading."""
    union = get_args(Condition)[0]
    written = (_from_docstring(kind.model_fields["op"].default, kind.__doc__ or "") for kind in get_args(union))
    return (*written, ConditionDoc("is", _NAMED, "{is: on_face}"))


def _from_docstring(key: str, docstring: str) -> ConditionDoc:
    text = " ".join(cleandoc(docstring).split())
    found = _DOCSTRING.match(text)
    if found is None:
        raise LookupError(f"The docstring of the condition {key!r} has no example.")
    return ConditionDoc(key, found["meaning"], found["yaml"])
