"""Reads the texts of a folder, and nothing that only looks like one: links out of it, pipes, files without an end."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.core.errors import Problem, ScriptError
from bot.core.flow.problems import shown
from bot.core.flow.yaml_source import MAX_BYTES, decode, too_big

SUFFIX = ".yaml"
_LIKE_IT = (".yaml", ".yml")
MOST_FILES = 5000
"""More than this is not a folder of scripts (FLOWS_DIR points somewhere else)."""


def read_files(folder: Path) -> dict[str, str]:
    """Every YAML text below ``folder`` by its path; names that begin with a dot are left alone.

    Errors: ScriptError for no folder, and with a line for each file that cannot be used. Nothing is opened that is no
    plain file inside the folder, or that is larger than a script may be.
    """
    if not folder.is_dir():
        raise ScriptError([Problem("no-flows", f"There is no folder {folder}.", todo="Set FLOWS_DIR.")])
    problems: list[Problem] = []
    files: dict[str, str] = {}
    inside = folder.resolve()
    for path in _paths(folder, problems):
        name = _name(path, folder)
        if len(files) >= MOST_FILES:
            message = f"The folder {folder} holds more than {MOST_FILES} YAML files."
            raise ScriptError([Problem("too-many", message, todo="Set FLOWS_DIR to the folder of the scripts.")])
        try:
            files[name] = _text(path, name, inside)
        except ScriptError as error:
            problems.extend(error.problems)
    if problems:
        raise ScriptError(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
    return files


def _paths(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Everything that is named like YAML, in order; links to folders are reported and not followed."""

    def unreadable(error: OSError) -> None:
        problems.append(_unreadable(_name(Path(os.fsdecode(error.filename)), folder), error))

    for at, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = {name for name in folders if Path(at, name).is_symlink()}
        for name in sorted(linked):
            message = "This is a link to a folder, which is not followed."
            where = _name(Path(at, name), folder)
            problems.append(Problem("link", message, where, todo="Put a copy of the folder here."))
        for name in sorted({*names, *folders} - linked):
            if name.lower().endswith(_LIKE_IT) and not name.startswith("."):
                yield Path(at, name)


def _text(path: Path, name: str, inside: Path) -> str:
    if path.suffix != SUFFIX:
        raise _refused("suffix", f"Only files that end in {SUFFIX} are read.", name, f"Rename it to end in {SUFFIX}.")
    try:
        # Nearly every file is no link: only of a link is it asked where it leads.
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(inside):
            raise _refused("link", "This is a link to a file outside the folder.", name, "Put a copy of the file here.")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _refused("no-file", "This is not a plain file.", name, "Delete or rename it.")
        if found.st_size > MAX_BYTES:
            raise ScriptError([too_big(name)])
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise ScriptError([_unreadable(name, error)]) from None
    return decode(raw, name)


def _refused(code: str, message: str, name: str, todo: str) -> ScriptError:
    return ScriptError([Problem(code, message, name, todo=todo)])


def _unreadable(name: str, error: Exception) -> Problem:
    why = (error.strerror if isinstance(error, OSError) else "") or "it leads nowhere"
    return Problem(
        "unreadable", f"It cannot be read: {why}.", name, todo="Look at the file, its rights, and its links."
    )


def _name(path: Path, folder: Path) -> str:
    """The path as messages and readers know it; bytes that are no UTF-8 are written out."""
    # Both came from one walk: cutting off the text of the folder is a third of the work of relative_to.
    whole, top = path.as_posix(), f"{folder.as_posix().rstrip('/')}/"
    relative = whole.removeprefix(top)
    name = os.fsencode(relative).decode("utf-8", "backslashreplace")
    return name if name.isprintable() else shown(name)
