"""The problems of one reading: collected while reading goes on, and raised together."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from bot.core.errors import Problem, ScriptError
from bot.core.flow.nodes import Place

_SHOWN = 40


class Problems:
    """Collects what is wrong; the same problem found twice (a part that two procedures use) counts once."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, code: str, place: Place, message: str, todo: str) -> None:
        """Report one problem: what is wrong at this place, and what to do about it."""
        self._found[Problem(code, message, place.file, place.line, place.column, todo)] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over problems that were found elsewhere."""
        self._found.update(dict.fromkeys(problems))

    def unknown(self, code: str, place: Place, what: str, name: str, known: Iterable[str], hint: str = "") -> str:
        """Report a name that does not exist, with the nearest one that does, which is returned ("" when none is near).

        ``hint`` says what to do where no known name is near.
        """
        names = list(known)
        near = get_close_matches(name, names, n=1, cutoff=0.6) if len(name) <= _SHOWN else []
        if near:
            todo = f"Did you mean {near[0]!r}?"
        elif hint:
            todo = hint
        elif names:
            todo = f"Known here: {_listed(names)}."
        else:
            todo = "None is defined here: define it first."
        self.add(code, place, f"Unknown {what} {shown(name)}.", todo)
        return near[0] if near else ""

    def in_order(self) -> tuple[Problem, ...]:
        """All problems, sorted by file, line and column."""
        return tuple(sorted(self._found, key=lambda one: (one.file, one.line, one.column, one.code, one.message)))

    def raise_if_any(self) -> None:
        """Raise :class:`ScriptError` with all problems, if there are some."""
        if self._found:
            raise ScriptError(self.in_order())


@lru_cache(maxsize=2048)
def shown(text: str) -> str:
    """A value as an error message quotes it: on one line, and never long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def _listed(names: list[str]) -> str:
    most = 12
    listed = ", ".join(sorted(names)[:most])
    return f"{listed}, and {len(names) - most} more" if len(names) > most else listed
