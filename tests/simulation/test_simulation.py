"""The product keeps its promises under faults, and a seed tells the same story each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.simulation.campaign import replay_command, told
from bot.simulation.clinic import Template
from bot.simulation.run import simulate

ROOT = Path(__file__).parents[2]
HOURS = 12


@pytest.mark.parametrize("seed", range(1, 6))
def test_promises_are_kept(template: Template, seed: int) -> None:
    report = simulate(seed, HOURS, template)
    assert not report.violations, told(report)
    assert report.checks["I1"] > 0
    assert report.checks["I4"] > 0


def test_the_same_seed_is_the_same_run(template: Template) -> None:
    first, again, other = (simulate(seed, HOURS, template) for seed in (5, 5, 6))
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert first.faults == again.faults


def test_it_is_the_same_run_in_another_process() -> None:
    """Neither addresses of memory nor the hashes of strings decide anything."""
    command = [sys.executable, "-m", "bot", "simulate", "--seeds", "1", "--seed", "2", "--hours", f"{HOURS}"]
    told_of = [
        subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        ).stdout.splitlines()[0]
        for salt in ("1", "2")
    ]
    assert told_of[0] == told_of[1]
    assert told_of[0].startswith("seed 2 ")


def test_a_violation_can_be_replayed(template: Template) -> None:
    report = simulate(1, HOURS, template)
    assert (
        replay_command(report, frozenset({"kill"})) == "aftercare simulate --seeds 1 --seed 1 --hours 12 --without kill"
    )
    assert len(report.last) == 50
