"""A cursor over the positioned tree that turns what was written into typed values and reports what is wrong.

No method raises for a bad file. Each reports the problem and returns a stand-in, so that one reading finds all
problems; whoever reads must throw the result away when there were some. ``Absent`` nodes give stand-ins silently:
what is missing was reported when the mapping was read, and what is optional may be missing.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import time
from enum import StrEnum
from typing import NamedTuple, TypeVar

from bot.core.flow.durations import clock_time, seconds_in
from bot.core.flow.nodes import Absent, Listing, Mapped, Node, Place, Scalar
from bot.core.flow.problems import Problems, shown
from bot.core.flow.spelling import FLAG, INTEGER, MISTAKEN, NAME, NUMBER

_E = TypeVar("_E", bound=StrEnum)


class Entry(NamedTuple):
    """One entry of a mapping whose keys are names: the name, where it stands, and what it names."""

    name: str
    key: "Reader"
    value: "Reader"


class Reader:
    """One place in the tree. ``what`` says in messages what stands there (``'level'``, ``a check-in``)."""

    __slots__ = ("node", "problems", "what")

    def __init__(self, node: Node, problems: Problems, what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what

    @property
    def place(self) -> Place:
        """Where this is in the file."""
        return self.node.place

    @property
    def is_absent(self) -> bool:
        """Was nothing written here (or something that is reported already)?"""
        return isinstance(self.node, Absent)

    def has(self, key: str) -> bool:
        """Is this a mapping with this key? For places that take one of several shapes."""
        return isinstance(self.node, Mapped) and any(scalar.text == key for scalar, _ in self.node.entries)

    @property
    def is_empty(self) -> bool:
        """Is this a mapping without keys?"""
        return isinstance(self.node, Mapped) and not self.node.entries

    def says(self, text: str) -> bool:
        """Is exactly this written here?"""
        return isinstance(self.node, Scalar) and self.node.text == text

    def report(self, code: str, message: str, todo: str) -> None:
        """Report a problem at this place."""
        self.problems.add(code, self.place, message, todo)

    def text(self) -> str:
        """Any text but an empty one. Stand-in: ``""``."""
        if not isinstance(self.node, Scalar):
            self._not("a text", "Write one text here.")
            return ""
        text, plain = self.node.text, self.node.plain
        if not text.strip():
            self.report("empty", f"{self._sentence()} has no value.", "Write a text, or delete the key.")
        elif plain and MISTAKEN.fullmatch(text):
            message = f"{shown(text)} without quotes is not a text to every program that reads YAML."
            self.report("bare", message, "Put it in quotes, or choose another word.")
        else:
            return text
        return ""

    def name(self) -> str:
        """A new name: a code, an id, a key. Stand-in: ``""``.

        Letters, digits, ``_`` and ``-``, a letter first, at most 40.
        """
        text = self.text()
        if text and not NAME.fullmatch(text):
            message = f"{shown(text)} cannot be a name."
            self.report("name", message, "Use letters, digits, _ and -, a letter first, at most 40.")
            return ""
        return text

    def refer(self, known: Collection[str], what: str, hint: str = "") -> str:
        """The name of one of ``known`` things. Stand-in: what was written, or ``""``.

        ``what`` says in the message what kind of thing it is, ``hint`` what to do when none is near.
        """
        text = self.text()
        if text and text not in known:
            self.problems.unknown("unknown-name", self.place, what, text, known, hint)
        return text

    def member(self, kind: type[_E], what: str) -> _E:
        """One of the values of an enumeration. Stand-in: the first."""
        text = self.refer([member.value for member in kind], what)
        return next((member for member in kind if member.value == text), next(iter(kind)))

    def integer(self, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``, without quotes. Stand-in: the nearest one."""
        text = self._plain(INTEGER, "a whole number", f"Write a number from {least} to {most} without quotes.")
        return least if text is None else int(self._in_range(int(text), least, most))

    def number(self, least: float, most: float) -> float:
        """A number from ``least`` to ``most``, without quotes. Stand-in: the nearest one."""
        text = self._plain(NUMBER, "a number", f"Write a number from {least:g} to {most:g} without quotes.")
        return least if text is None else self._in_range(float(text), least, most)

    def flag(self) -> bool:
        """``true`` or ``false``, without quotes. Stand-in: False, which is also what a flag left out means."""
        return self._plain(FLAG, "true or false", "Write true, or delete the key.") == "true"

    def duration(self) -> int:
        """The seconds of a duration such as ``2 min``. Stand-in: 0."""
        seconds = seconds_in(self.node.text) if isinstance(self.node, Scalar) else None
        if seconds is None:
            self._not("a duration", "Write it like 45 s, 2 min, 24 h, 3 d or 6 w (1000 days at most).")
            return 0
        return seconds

    def clock(self) -> time:
        """A time of day in quotes, ``"21:30"``. Stand-in: midnight."""
        quoted = isinstance(self.node, Scalar) and not self.node.plain
        found = clock_time(self.node.text) if isinstance(self.node, Scalar) and quoted else None
        if found is None:
            self._not("a time of day", 'Write it in quotes on the 24-hour clock, like "21:30".')
            return time(0)
        return found

    def items(self, least: int = 0) -> "tuple[Reader, ...]":
        """The items of a list of at least ``least``. Stand-in: none."""
        if not isinstance(self.node, Listing):
            self._not("a list", "Write [...], or lines that begin with a dash.")
            return ()
        if len(self.node.items) < least:
            self.report("empty", f"{self._sentence()} is too short a list.", f"Name at least {least}.")
        return tuple(Reader(item, self.problems, f"an item of {self.what}") for item in self.node.items)

    def texts(self) -> tuple[str, ...]:
        """A list of texts. Stand-in: none."""
        return tuple(item.text() for item in self.items())

    def names(self, least: int = 0) -> tuple[str, ...]:
        """A list of new names, none twice. Stand-in: none."""
        return self._once((item, item.name()) for item in self.items(least))

    def references(self, known: Collection[str], what: str, least: int = 0) -> tuple[str, ...]:
        """A list of names of known things, none twice. Stand-in: none."""
        return self._once((item, item.refer(known, what)) for item in self.items(least))

    def one_or_more(self, known: Collection[str], what: str) -> tuple[str, ...]:
        """The name of a known thing, or a list of them. Stand-in: none."""
        if isinstance(self.node, Listing):
            return self.references(known, what, least=1)
        text = self.refer(known, what)
        return (text,) if text else ()

    def entries(self, least: int = 0) -> tuple[Entry, ...]:
        """The entries of a mapping whose keys are names that the writer chose, at least ``least``. Stand-in: none."""
        if not isinstance(self.node, Mapped):
            self._not("a mapping", "Write lines of the form key: value.")
            return ()
        if len(self.node.entries) < least:
            self.report("empty", f"{self._sentence()} is empty.", f"Write at least {least}.")
        found = []
        for scalar, node in self.node.entries:
            key = Reader(scalar, self.problems, "a key")
            if name := key.text():
                found.append(Entry(name, key, Reader(node, self.problems, shown(name))))
        return tuple(found)

    def mapping(self, required: Sequence[str] = (), optional: Sequence[str] = ()) -> "Fields":
        """A mapping with these keys and no other; what is unknown, and what is missing, is reported.

        A key that is missing because it is misspelt is one problem, not two.
        """
        if not isinstance(self.node, Mapped):
            self._not("a mapping", "Write lines of the form key: value.")
            return Fields({}, self)
        known = (*required, *optional)
        found: dict[str, Reader] = {}
        meant = set()
        for key, node in self.node.entries:
            if key.text in known:
                found[key.text] = Reader(node, self.problems, shown(key.text))
            else:
                what = f"key in {self.what}:"
                meant.add(self.problems.unknown("unknown-key", key.place, what, key.text, known))
        for name in required:
            if name not in found and name not in meant:
                message = f"{self._sentence()} has no {shown(name)}."
                self.report("missing-key", message, f"Add the key {name}.")
        return Fields(found, self)

    def _once(self, found: "Iterable[tuple[Reader, str]]") -> tuple[str, ...]:
        names: dict[str, None] = {}
        for item, name in found:
            if name in names:
                item.report("duplicate", f"{shown(name)} is in this list twice.", "Delete one of them.")
            elif name:
                names[name] = None
        return tuple(names)

    def _plain(self, pattern: re.Pattern[str], what: str, todo: str) -> str | None:
        if isinstance(self.node, Scalar) and self.node.plain and pattern.fullmatch(self.node.text):
            return self.node.text
        self._not(what, todo)
        return None

    def _in_range(self, value: float, least: float, most: float) -> float:
        if least <= value <= most:
            return value
        message = f"{self._sentence()} is {value:g}, out of range."
        self.report("range", message, f"Write a number from {least:g} to {most:g}.")
        return min(max(value, least), most)

    def _not(self, what: str, todo: str) -> None:
        if self.is_absent:
            return
        got = f", not {shown(self.node.text)}" if isinstance(self.node, Scalar) else ""
        self.report("type", f"{self._sentence()} must be {what}{got}.", todo)

    def _sentence(self) -> str:
        return self.what[0].upper() + self.what[1:]


class Fields:
    """The fields of one mapping by key; a key that was left out reads as ``Absent``."""

    __slots__ = ("_found", "at")

    def __init__(self, found: dict[str, Reader], at: Reader) -> None:
        self._found = found
        self.at = at

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def __getitem__(self, key: str) -> Reader:
        return self._found.get(key) or Reader(Absent(self.at.place), self.at.problems, shown(key))
