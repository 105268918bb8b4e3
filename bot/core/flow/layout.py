"""Which file of ``flows/`` is what, and the text of each, parsed."""

import re
from collections.abc import Mapping

from bot.core.errors import ScriptError
from bot.core.flow.nodes import Absent, Place
from bot.core.flow.problems import Problems, shown
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse

COMMON = "common"
CLINIC = "clinic"
TEMPLATE = "template"
SCRIPT = "script"
PRACTICE = f"{CLINIC}/practice.yaml"

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_PART = re.compile(r"[a-z][a-z0-9_]{2,39}")
_FOLDER = re.compile(r"[a-z][a-z0-9_]{1,39}")


class Layout:
    """The files of ``flows/`` by their paths (``face/script.yaml``), sorted into procedures, parts and languages.

    ``clinic/`` (but for the switches of :data:`PRACTICE`) and every file that is not YAML belong to others.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: text for path, text in files.items() if not path.startswith(f"{CLINIC}/")}
        self._practice = files.get(PRACTICE)
        self._stems: dict[str, list[str]] = {}
        self._cases: dict[str, list[str]] = {}
        self._stray: list[str] = []
        for path in sorted(self._files):
            self._sort_in(path)

    def _sort_in(self, path: str) -> None:
        if not path.endswith((".yaml", ".yml")):
            return
        folder, _, name = path.partition("/")
        stem, dot, suffix = name.partition(".")
        in_cases = stem.removeprefix("cases/")
        if _FOLDER.fullmatch(folder) is None or dot + suffix != ".yaml":
            self._stray.append(path)
        elif in_cases != stem and in_cases and "/" not in in_cases and folder != COMMON:
            self._cases.setdefault(folder, []).append(path)
        elif _LANGUAGE.fullmatch(stem) or (_PART.fullmatch(stem) if folder == COMMON else stem == SCRIPT):
            self._stems.setdefault(folder, []).append(stem)
        else:
            self._stray.append(path)

    @property
    def procedures(self) -> tuple[str, ...]:
        """The live procedures: every folder but ``common``, ``clinic`` and ``template``."""
        return tuple(sorted({*self._stems, *self._cases} - {COMMON, TEMPLATE}))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts in ``common/``."""
        return tuple(stem for stem in self._stems.get(COMMON, ()) if not _LANGUAGE.fullmatch(stem))

    def languages(self, folder: str) -> tuple[str, ...]:
        """The languages that a folder has a file for."""
        return tuple(stem for stem in self._stems.get(folder, ()) if _LANGUAGE.fullmatch(stem))

    def cases(self, procedure: str) -> tuple[str, ...]:
        """The paths of a procedure's case files."""
        return tuple(self._cases.get(procedure, ()))

    def practice(self, problems: Problems) -> Reader:
        """The clinic's switches, parsed. Reads as ``Absent`` when there is no such file, which is fine: all are off."""
        if self._practice is None:
            return Reader(Absent(Place(PRACTICE)), problems, "the file")
        return self._parsed(PRACTICE, self._practice, problems)

    def open(self, path: str, problems: Problems) -> Reader:
        """A file, parsed. Reads as ``Absent`` when it is missing or no YAML, which is reported."""
        place = Place(path)
        if path not in self._files:
            problems.add("missing-file", place, "The file does not exist.", "Create it.")
            return Reader(Absent(place), problems, "the file")
        return self._parsed(path, self._files[path], problems)

    def _parsed(self, path: str, text: str, problems: Problems) -> Reader:
        try:
            return Reader(parse(text, path), problems, "the file")
        except ScriptError as error:
            problems.extend(error.problems)
            return Reader(Absent(Place(path)), problems, "the file")

    def report_strays(self, problems: Problems) -> None:
        """Report the YAML files that nothing would ever read."""
        for path in self._stray:
            message = f"Nothing reads the file {shown(path.rpartition('/')[2])} here."
            todo = (
                "A part is common/<part>.yaml, a script <procedure>/script.yaml, a language <procedure>/en.yaml, "
                "a case <procedure>/cases/<case>.yaml: rename, move or delete it."
            )
            problems.add("stray-file", Place(path), message, todo)
