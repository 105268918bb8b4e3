"""The list of commands: each has its module and its help, and asking for help loads nothing heavy."""

import subprocess
import sys

import pytest

from bot.__main__ import COMMANDS
from tests.cli.conftest import ROOT, Terminal

HEAVY = (
    "telegram",
    "sqlalchemy",
    "pydantic",
    "z3",
    "aiohttp",
    "structlog",
    "rich",
    "ruamel",
    "uvicorn",
    "bot.core.flow",
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.__name__))
def test_every_command_explains_itself(terminal: Terminal, command: object) -> None:
    name = getattr(command, "__name__", "").replace("_", "-")
    shown = terminal.says(name, "--help")
    assert f"aftercare {name}" in shown
    assert (getattr(command, "__doc__", "") or "").split(".")[0].split()[0] in shown


def test_the_help_names_every_command(terminal: Terminal) -> None:
    shown = terminal.says("--help")
    for command in COMMANDS:
        assert command.__name__.replace("_", "-") in shown


@pytest.mark.process
def test_help_loads_nothing_heavy() -> None:
    code = "import sys, bot.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded.intersection(HEAVY)


def test_new_keys_differ_and_can_be_used(terminal: Terminal) -> None:
    from bot.store.crypto import Keyring

    first, second = terminal.says("new-key").strip(), terminal.says("new-key").strip()
    assert first != second
    Keyring.from_text(f"{first},{second}")


def test_screen_shows_what_is_found(terminal: Terminal) -> None:
    shown = terminal.says("screen", "I cannot breathe", "--flows", str(ROOT / "flows"))
    assert "level: D1" in shown
    assert "cannot breathe" in shown
    assert "no signals" in terminal.says("screen", "lovely weather", "--flows", str(ROOT / "flows"))
