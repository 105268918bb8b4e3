"""Starting: one clear line for each wrong setting, refusals with their exit codes, and a real process that drains."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.usecases.publish import publish_scripts
from bot.wiring.flows import Flows
from tests.cli.conftest import ROOT, Telegram, Terminal

STARTS = ("serve", "web", "worker", "release")


@pytest.mark.parametrize("command", STARTS)
def test_missing_settings_are_a_line_each(terminal: Terminal, command: str) -> None:
    lines = terminal.says(command, code=2).splitlines()
    named = {line.partition(":")[0] for line in lines}
    assert {"TELEGRAM_TOKEN", "ENCRYPTION_KEYS", "EMERGENCY_NUMBER", "CLINIC_TIMEZONE"} <= named
    assert all("Example:" in line for line in lines)


@pytest.mark.parametrize("command", STARTS)
def test_a_database_on_a_disk_that_does_not_last_is_refused(configured: Terminal, command: str) -> None:
    configured.set(DYNO="web.1")
    assert "DATABASE_URL: is an SQLite file" in configured.says(command, code=2)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ENCRYPTION_KEYS", "c2hvcnQ=", "ENCRYPTION_KEYS: Encryption key 1 has 5 bytes"),
        ("ENCRYPTION_KEYS", "!", "ENCRYPTION_KEYS: Encryption key 1 is not base64"),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL: must be SQLite or PostgreSQL"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL: 'LOUD' is no level"),
        ("CLINIC_TIMEZONE", "Mars/Olympus", "CLINIC_TIMEZONE: 'Mars/Olympus' is no time zone"),
        ("PUBLIC_URL", "https://bot.example.org", "WEBHOOK_SECRET: must be set when PUBLIC_URL is set"),
    ],
)
def test_a_wrong_setting_is_named(configured: Terminal, name: str, value: str, words: str) -> None:
    configured.set(**{name: value})
    shown = configured.says("serve", code=2)
    assert words in shown
    assert "Traceback" not in shown


def test_a_database_that_is_not_migrated_is_refused(configured: Terminal, tmp_path: Path) -> None:
    configured.set(DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert "Run: aftercare release" in configured.says("serve", code=2)


def test_scripts_that_cannot_be_used_are_refused(configured: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    (folder / "clinic" / "messages").mkdir(parents=True)
    configured.set(FLOWS_DIR=str(folder))
    shown = configured.says("serve", code=3)
    assert "clinic/safety.yaml: The file is missing. Restore it. [missing-file]" in shown
    assert "aftercare check" in shown


@pytest.mark.process
def test_serve_polls_and_ends_well_on_sigterm(
    configured: Terminal, telegram: Telegram, in_store: Callable[[Callable[..., Any]], Any], flows: Flows
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    in_store(lambda unit: publish_scripts(unit, now, flows.scripts, flows.floor_hash, "test"))
    world = telegram.world
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=ROOT,
        env={**os.environ, **configured.settings, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        telegram.wait(world.until(lambda: world.updates.poll_turn > 0, timeout=55))
        process.send_signal(signal.SIGTERM)
        out, logged = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, logged
    assert out == ""
    lines = [json.loads(line) for line in logged.splitlines()]
    assert [line["event"] for line in lines][-1] == "stopped"
    assert world.token not in logged
