"""The two sides of a comparison: a folder of scripts, one procedure in a folder, or a published revision."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.alert.policy import Policy
from bot.core.alert.reading import read_policy
from bot.core.alert.slower import slower
from bot.core.check.difference import Difference, diff
from bot.core.errors import Refused, ScriptError
from bot.core.flow.layout import COMMON, SCRIPT, Layout
from bot.core.flow.model import Script
from bot.wiring.flows import POLICY

_REVISION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Side:
    """One side as it was named, and its scripts by procedure."""

    name: str
    scripts: Mapping[str, Script]
    whole: bool = False
    """Is it a whole folder, so that a procedure that is not in it is gone?"""
    policy: Policy | None = None
    """The escalation policy of a whole folder that has one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One procedure. ``difference`` is None when only one side has it."""

    procedure: str
    old: Script | None
    new: Script | None
    difference: Difference | None

    @property
    def is_same(self) -> bool:
        """Is nothing at all another?"""
        return self.old is not None and self.new is not None and self.old.revision == self.new.revision

    @property
    def is_gone(self) -> bool:
        """Has the new side no such procedure?"""
        return self.new is None

    @property
    def is_less_safe(self) -> bool:
        """Does somebody's level fall, is a question not asked any more, or is the procedure gone?"""
        return self.is_gone or (self.difference is not None and self.difference.needs_second_person)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All procedures of both sides."""

    old: str
    new: str
    procedures: tuple[Compared, ...]
    slower: tuple[str, ...] = ()
    """In what the new side's ladders keep a patient waiting longer."""

    @property
    def is_less_safe(self) -> bool:
        """Is any of them less safe than before, or help slower?"""
        return bool(self.slower) or any(one.is_less_safe for one in self.procedures)


def compare(old: Side, new: Side, most: int) -> Comparison:
    """Compare what the sides have in common; whole folders are also compared by which procedures they have.

    Errors: Refused when there is nothing to compare.
    """
    both = [name for name in old.scripts if name in new.scripts]
    gone = [name for name in old.scripts if name not in new.scripts] if new.whole and old.whole else []
    more = [name for name in new.scripts if name not in old.scripts] if new.whole and old.whole else []
    if not (both or gone or more):
        raise Refused(
            f"Nothing to compare: {old.name} has {', '.join(old.scripts)}, {new.name} has {', '.join(new.scripts)}."
        )
    return Comparison(
        old.name,
        new.name,
        tuple(
            Compared(name, was, becomes, diff(was, becomes, most) if was is not None and becomes is not None else None)
            for name in sorted((*both, *gone, *more))
            for was, becomes in [(old.scripts.get(name), new.scripts.get(name))]
        ),
        slower(old.policy, new.policy) if old.policy is not None and new.policy is not None else (),
    )


def side(name: str) -> Side:
    """What somebody named on the command line. Errors: Refused, ScriptError; SettingsError and NotReady of the database."""
    path = Path(name)
    if _REVISION.fullmatch(name) and not path.exists():
        script = asyncio.run(_published(name))
        return Side(f"revision {name} of {script.procedure}", {script.procedure: script})
    if not path.is_dir():
        hint = "" if path.exists() else " A revision is 16 hexadecimal digits."
        raise Refused(f"{name} is no folder of scripts and no revision.{hint}")
    if (path / f"{SCRIPT}.yaml").is_file():
        whole = path.resolve().parent
        return Side(name, _read(whole, _files(whole), (path.resolve().name,)))
    if not (path / COMMON).is_dir():
        raise Refused(f"{name} is no folder of scripts: it has no folder {COMMON}/.")
    files = _files(path)
    scripts = _read(path, files, None)
    if not scripts:
        raise Refused(f"There is no procedure in {name}.")
    with _placed(path):
        policy = read_policy(files[POLICY], POLICY) if POLICY in files else None
    return Side(name, scripts, whole=True, policy=policy)


def _files(folder: Path) -> Mapping[str, str]:
    from bot.wiring.folder import read_files

    return read_files(folder)


def _read(folder: Path, files: Mapping[str, str], procedures: tuple[str, ...] | None) -> Mapping[str, Script]:
    from bot.core.flow.reading import read_library

    with _placed(folder):
        return read_library(files, Layout(files).procedures if procedures is None else procedures).scripts


@contextmanager
def _placed(folder: Path) -> Iterator[None]:
    """With two folders a reader must know in which of them the file is."""
    try:
        yield
    except ScriptError as error:
        placed = [replace(problem, file=f"{folder / problem.file}") for problem in error.problems]
        raise ScriptError(placed) from None


async def _published(revision: str) -> Script:
    from pydantic import ValidationError

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.store.tables import RevisionRow

    async with opened_store(settings_at_start()) as store:
        row = await store.look(lambda unit: unit.first(RevisionRow, RevisionRow.id == revision))
    if row is None:
        raise Refused(f"There is no revision {revision} in the database.")
    try:
        return Script.model_validate_json(row.script)
    except ValidationError:
        raise Refused(
            f"The revision {revision} was published by another version of Aftercare; it cannot be read."
        ) from None
