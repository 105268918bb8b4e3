"""YAML text to a positioned tree, and nothing that YAML can do beyond that: the only module that knows ruamel.yaml.

Scripts are YAML 1.2 without the parts that surprise: no anchors and aliases (a few lines of them can stand for
gigabytes), no tags, no directives, no tabs, no second document, no key twice. Values stay as written; what is
a number or a time is decided where a field is read.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from bot.core.errors import Problem, ScriptError
from bot.core.flow.nodes import Absent, Listing, Mapped, Node, Place, Scalar
from bot.core.flow.problems import Problems, shown

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40

# Control characters, line breaks that editors do not show as such, marks that turn the direction of what is shown,
# halves of surrogate pairs, non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_DIRECTIVE = re.compile("^%", re.MULTILINE)


def decode(raw: bytes, file: str) -> str:
    """The text of a file's bytes.

    Raises :class:`ScriptError` when they are not UTF-8, or too many.
    """
    if len(raw) > MAX_BYTES:
        raise ScriptError([too_big(file)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"Byte 0x{raw[error.start]:02x} is not UTF-8."
        raise ScriptError([Problem("encoding", message, file, line, column, "Save the file as UTF-8.")]) from None


@lru_cache(maxsize=64)
def parse(text: str, file: str) -> Node:
    """The tree of a YAML text; ``file`` names it in problems.

    A pure function of its two arguments, and slow (ruamel.yaml reads some 100 kB a second): the last few dozen
    results are kept. Raises :class:`ScriptError` for what is not YAML, or is YAML that scripts may not use.
    """
    text = text.removeprefix("\ufeff")
    problems = Problems()
    _check_characters(text, file, problems)
    problems.raise_if_any()
    tree = _Builder(file, problems).build(text)
    problems.raise_if_any()
    return tree


def _check_characters(text: str, file: str, problems: Problems) -> None:
    # A character is at least one byte: the cheap test first, so that a huge text is never encoded.
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        problems.extend([too_big(file)])
        return
    if found := _FORBIDDEN.search(text):
        message = f"Character U+{ord(found[0]):04X} may not be in a script."
        problems.add("character", _place(text, found.start(), file), message, "Delete it: it cannot be seen.")
    if (tab := text.find("\t")) >= 0:
        problems.add("tab", _place(text, tab, file), "There is a tab.", "Indent with spaces.")
    if found := _DIRECTIVE.search(text):
        message = "A line that begins with % is an instruction to the YAML reader."
        problems.add("directive", _place(text, found.start(), file), message, "Delete this line.")


def too_big(file: str) -> Problem:
    """What is said of a file that no script can be."""
    message = f"The file is larger than {MAX_BYTES // 1024} KiB."
    return Problem("too-big", message, file, todo="Split it, or look for what does not belong there.")


def _place(text: str, offset: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


class _Builder:
    """Builds the tree of one file from parser events, without recursion."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.open: list[tuple[Place, list[Node], bool]] = []
        self.root: Node | None = None
        self.documents = 0

    def build(self, text: str) -> Node:
        """The tree of the only document; on an error the problem is recorded and what there is is returned."""
        nothing = Absent(Place(self.file))
        # Only a text in double quotes can hold a character that the file does not, by an escape.
        clean = not self.problems.in_order()
        file, still_open = self.file, self.open
        try:
            for event in self._events(text):
                # Nearly all that there is: the short way round _take.
                if type(event) is ScalarEvent and clean and still_open and _is_bare(event):
                    mark = event.start_mark
                    place = Place(file, mark.line + 1, mark.column + 1)
                    still_open[-1][1].append(Scalar(place, event.value, not event.style))
                elif not self._take(event):
                    return nothing
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
            said = ", ".join(str(part) for part in (error.context, error.problem) if part)
            todo = "Look at this line and the one before: indentation, quotes, brackets, a missing comma or colon."
            self.problems.add("yaml", place, f"This is not YAML: {' '.join(said.split())}.", todo)
            return nothing
        except (YAMLError, ValueError, OverflowError) as error:
            # Escapes such as "\UFFFFFFFF" end in chr(), which names no place.
            message = f"This is not YAML: {' '.join(str(error).split())}."
            self.problems.add("yaml", Place(self.file), message, "Look for a \\ that stands for no character.")
            return nothing
        if self.root is None:
            self.problems.add("empty", Place(self.file), "The file is empty.", "Fill it, or delete it.")
            return nothing
        return self.root

    @staticmethod
    def _events(text: str) -> Iterator[Event]:
        """The events of the C parser, ten times faster than the pure one; the pure one explains what is wrong."""
        events: list[Event] = []
        depth = 0
        parser = CParser(text)
        try:
            while depth <= MAX_DEPTH and type(event := parser.get_event()) is not StreamEndEvent:
                events.append(event)
                if type(event) is not ScalarEvent:
                    depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        except (YAMLError, ValueError, OverflowError):
            yield from YAML(typ="safe", pure=True).parse(text)
            return
        finally:
            parser.dispose()
        yield from events

    def _take(self, event: Event) -> bool:
        """Add one event to the tree; False when it is of no use to read on."""
        if isinstance(event, CollectionEndEvent):
            self._close()
        elif isinstance(event, NodeEvent):
            mark = event.start_mark
            return self._take_node(event, Place(self.file, mark.line + 1, mark.column + 1))
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
                message = "A second document begins here."
                self.problems.add("documents", place, message, "Delete the line ---, or make it a file of its own.")
                return False
        return True

    def _take_node(self, event: NodeEvent, place: Place) -> bool:
        todo = "Write out what it stands for."
        if isinstance(event, AliasEvent):
            self.problems.add("alias", place, f"Aliases (*{_clip(event.anchor)}) are not allowed.", todo)
            self._put(Absent(place))
            return True
        if event.anchor is not None:
            self.problems.add("anchor", place, f"Anchors (&{_clip(event.anchor)}) are not allowed.", "Delete it.")
        if isinstance(event, (ScalarEvent, CollectionStartEvent)) and event.tag is not None:
            self.problems.add("tag", place, f"Tags ({_clip(event.tag)}) are not allowed.", "Delete it.")
        if isinstance(event, ScalarEvent):
            if _FORBIDDEN.search(event.value):
                message = "An escape in this text stands for a character that may not be in a script."
                self.problems.add("character", place, message, "Delete the escape.")
            self._put(Scalar(place, event.value, not event.style))
        else:
            if len(self.open) >= MAX_DEPTH:
                message = f"This is nested more than {MAX_DEPTH} deep."
                self.problems.add("depth", place, message, "Flatten it: give the inner parts names.")
                return False
            self.open.append((place, [], isinstance(event, MappingStartEvent)))
        return True

    def _close(self) -> None:
        place, children, is_mapping = self.open.pop()
        self._put(self._mapped(place, children) if is_mapping else Listing(place, tuple(children)))

    def _put(self, node: Node) -> None:
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = node

    def _mapped(self, place: Place, children: list[Node]) -> Mapped:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.add("key", key.place, "A key must be a word.", "Put a word before the colon.")
            elif key.text in entries:
                first = entries[key.text][0].place
                message = f"The key {shown(key.text)} is here twice: first on line {first.line}."
                self.problems.add("duplicate-key", key.place, message, "Delete or rename one of them.")
            else:
                entries[key.text] = (key, value)
        return Mapped(place, tuple(entries.values()))


def _is_bare(event: ScalarEvent) -> bool:
    return event.style != '"' and event.anchor is None and event.tag is None


def _clip(name: object) -> str:
    return shown(str(name))[1:-1]
