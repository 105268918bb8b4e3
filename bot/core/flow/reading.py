"""Reads the text of ``flows/`` into the frozen model: every procedure, or all the problems there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.flow.layout import TEMPLATE, Layout
from bot.core.flow.model import Script
from bot.core.flow.positions import Positions
from bot.core.flow.problems import Problems
from bot.core.flow.script_reading import ScriptReader
from bot.core.flow.shared import read_shared

__all__ = ["TEMPLATE", "Library", "read_library", "read_script"]


@dataclass(frozen=True)
class Library:
    """The scripts by procedure, and where everything in them stands."""

    scripts: Mapping[str, Script]
    positions: Mapping[str, Positions]


def read_library(files: Mapping[str, str], procedures: Sequence[str] | None = None) -> Library:
    """Read these procedures, or all live ones (every folder but ``common``, ``clinic`` and ``template``).

    ``files`` are all texts below ``flows/`` by path (``face/script.yaml``), also those of other procedures: shared
    parts may speak of their sites. Raises :class:`ScriptError` with all problems of all files, sorted by file
    and line; a file that is no YAML hides what else is wrong with its procedure until that is mended.
    """
    layout = Layout(files)
    problems = Problems()
    layout.report_strays(problems)
    wanted = layout.procedures if procedures is None else tuple(procedures)
    shared = read_shared(layout, wanted, problems)
    read = [ScriptReader(layout, shared, procedure, problems).read() for procedure in wanted]
    problems.raise_if_any()
    found = [one for one in read if one is not None]
    return Library(
        scripts={script.procedure: script for script, _ in found},
        positions={script.procedure: positions for script, positions in found},
    )


def read_script(files: Mapping[str, str], procedure: str) -> Script:
    """Read one procedure, which may be ``template``; see :func:`read_library` for ``files`` and errors."""
    return read_library(files, (procedure,)).scripts[procedure]
