"""The house keeps its shape: who may import whom, who may read the clock, and what every module says of itself."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import DateTime
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.store.tables import TABLES

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bot").rglob("*.py"))

CHANCE_AND_CLOCK = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "sleep"),
}  # fmt: skip
"""Calls by which a module would learn the time by itself (``time.monotonic`` measures, and is no time of day)."""
CHANCE = {"random", "uuid", "secrets"}
MAY_KNOW = ("bot/wiring/", "bot/cli/", "bot/demo/", "bot/simulation/", "bot/cycle/metronome.py", "bot/emulator/")
"""Wiring makes the clock and the ids for everybody; the command line and the demo start things by it."""
OWN_CHANCE = ("bot/store/crypto.py",)
"""A nonce belongs to the cipher: it must be fresh whatever the caller does."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_inwards() -> None:
    """The contracts in pyproject.toml, as import-linter sees them."""
    lint = Path(sys.executable).with_name("lint-imports")
    command = [str(lint)] if lint.exists() else [shutil.which("lint-imports") or "lint-imports"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_else_reads_the_clock_or_throws_dice() -> None:
    assert not [fault for path in MODULES if not _name(path).startswith(MAY_KNOW) for fault in _knows(path)]


def _knows(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            inner = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if (inner, node.func.attr) in CHANCE_AND_CLOCK:
                found.append(f"{_name(path)}:{node.lineno} calls {inner}.{node.func.attr}")
        if _name(path) not in OWN_CHANCE:
            found.extend(f"{_name(path)} imports {name}" for name in _imported(node) if name in CHANCE)
    return found


def _imported(node: ast.AST) -> list[str]:
    """The libraries that a statement imports."""
    match node:
        case ast.Import():
            return [each.name.split(".")[0] for each in node.names]
        case ast.ImportFrom():
            return [(node.module or "").split(".")[0]]
        case _:
            return []


def test_every_module_says_what_it_is() -> None:
    """Its docstring opens with one sentence, on one line where it is short."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.read_text().strip()]
    wrong = []
    for path in [*MODULES, *tests]:
        words = ast.get_docstring(ast.parse(path.read_text())) or ""
        opening = words.split("\n\n")[0]
        if not any(mark in opening for mark in ".?:"):
            wrong.append(_name(path))
    assert not wrong


@pytest.mark.parametrize("table", TABLES)
def test_every_moment_is_aware(table: str) -> None:
    """SQLite gives back naive moments for ``DateTime(timezone=True)``; the one column type mends that."""
    for column in TABLES[table].__table__.columns:
        if isinstance(column.type, DateTime) or "datetime" in type(column.type).__name__.lower():
            assert isinstance(column.type, UTCDateTime), column.name


def test_no_table_says_datetime_itself() -> None:
    assert "DateTime(" not in (ROOT / "bot/store/tables.py").read_text()


def test_the_core_keeps_to_itself() -> None:
    """No I/O by the standard library either: the core opens, asks and waits for nothing."""
    banned = {
        "os",
        "io",
        "socket",
        "subprocess",
        "asyncio",
        "threading",
        "urllib",
        "http",
        "pathlib",
        "sqlite3",
        "logging",
    }
    for path in (ROOT / "bot/core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            used = banned.intersection(_imported(node))
            assert not used, f"{_name(path)} imports {used}"
            opens = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "print")
            assert not opens, f"{_name(path)} calls open or print"
