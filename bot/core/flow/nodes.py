"""The positioned tree of a YAML file: what was written, and where."""

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A spot in a file of ``flows/``. Line and column count from 1; 0 means "the file as a whole"."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. ``plain`` says that it has no quotes, so that other tools may take it for a
    number, a truth value or nothing."""

    place: Place
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A YAML sequence."""

    place: Place
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A YAML mapping, in the order of the file. No key occurs twice."""

    place: Place
    entries: "tuple[tuple[Scalar, Node], ...]"


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands where nothing was written, or where what was written is reported already."""

    place: Place


Node = Scalar | Listing | Mapped | Absent
