"""One file of rules and questions: the procedure's own script, or a shared part that it uses."""

from dataclasses import dataclass, field

from bot.core.flow.layout import COMMON, Layout
from bot.core.flow.nodes import Place
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Entry, Fields, Reader

CONTENT = ("conditions", "questions", "sets", "rules", "expected", "self_care", "symptoms", "sign_off")
"""What both kinds of file may hold."""

_HEAD = ("procedure", "use", "sites", "modifiers", "advice_order", "plan")


@dataclass(frozen=True)
class Vocabulary:
    """The names of sites, modifiers and procedures that conditions in a file may use.

    A shared part may speak of every site of every procedure; a procedure's own file only of its own.
    """

    sites: frozenset[str]
    modifiers: frozenset[str]
    procedures: frozenset[str]


@dataclass(frozen=True)
class Section:
    """One file. ``part`` is its name, empty for the procedure's own script."""

    part: str
    fields: Fields
    vocabulary: Vocabulary

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The entries of one of the mappings in :data:`CONTENT`; none when the file does not have it."""
        return self.fields[key].entries()


def open_part(layout: Layout, part: str, vocabulary: Vocabulary, problems: Problems) -> Section:
    """The shared part of this name; problems with its outline are reported."""
    fields = layout.open(f"{COMMON}/{part}.yaml", problems).mapping(("part",), CONTENT)
    same_as_file(fields["part"], part)
    return Section(part, fields, vocabulary)


def open_outline(layout: Layout, path: str, problems: Problems) -> Fields:
    """The keys of a procedure's own file, each still to be read."""
    return layout.open(path, problems).mapping(_HEAD, CONTENT)


def same_as_file(at: Reader, name: str) -> None:
    """Report it when the name written here is not the one that the file or folder has."""
    if at.text() not in (name, ""):
        at.report("file-name", f"{at.what.capitalize()} is not what the file is named after.", f"Write {name!r}.")


@dataclass
class FirstPlaces:
    """Where each name of a kind was first defined, to report a second definition."""

    what: str
    problems: Problems
    places: dict[str, Place] = field(default_factory=dict)

    def define(self, at: Reader, name: str) -> bool:
        """Take note of a new name at this place; False, and reported, when it exists already."""
        if not name:
            return False
        if name in self.places:
            message = f"There is a {self.what} {name!r} already: {self.places[name]}."
            at.report("duplicate", message, "Rename or delete one of them.")
            return False
        self.places[name] = at.place
        return True
