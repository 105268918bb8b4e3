"""Where a finding of the checker stands in the files of ``flows/``."""

from collections.abc import Iterator

from bot.core.check.finding import Finding
from bot.core.flow.model import Script
from bot.core.flow.nodes import Listing, Mapped, Node, Place, Scalar
from bot.core.flow.positions import Positions
from bot.core.flow.yaml_source import parse

FIRST_LANGUAGE = "en"
_KINDS = {"check_in": "check-in"}
"""Kinds that positions call by another name."""


class FloorPlaces:
    """Where each promise of the safety floor stands."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._places = dict(_entries(parse(text, file)))

    def of(self, entry: str) -> Place:
        """The place of a promise by its id; the file as a whole when it is not found."""
        return self._places.get(entry, Place(self._file))


def place_of(finding: Finding, script: Script, positions: Positions, floor: FloorPlaces) -> Place:
    """The place that a reader should open to mend the finding; the script's own file when nothing nearer is known."""
    kind, name = finding.place.kind, finding.place.id
    match kind:
        case "floor":
            return floor.of(name)
        case "script" | "procedure":
            return Place(positions.file)
        case "plan":
            return positions.of("plan")
        case "text":
            return _of_text(name, finding.language or FIRST_LANGUAGE, script, positions)
        case _:
            return positions.of(_KINDS.get(kind, kind), name)


def _of_text(key: str, language: str, script: Script, positions: Positions) -> Place:
    """A text, or the file that it should be in; a reason is named by its id alone."""
    for known in ((f"text {language}", key), ("expected", key), ("self_care", key)):
        if known in positions.places:
            return positions.places[known]
    return Place(f"{script.procedure}/{language}.yaml")


def _entries(top: Node) -> Iterator[tuple[str, Place]]:
    """The id of each promise, and where it stands."""
    floor = _value(top, "floor")
    for entry in floor.items if isinstance(floor, Listing) else ():
        name = _value(entry, "id")
        if isinstance(name, Scalar):
            yield name.text, name.place


def _value(node: Node, key: str) -> Node | None:
    entries = node.entries if isinstance(node, Mapped) else ()
    return next((value for name, value in entries if name.text == key), None)
