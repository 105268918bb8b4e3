"""`replay`: cases and past conversations through a draft; what is lost is shown without anybody's name or words."""

import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col

from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.tables import AnswerRow, RunRow
from bot.store.unit import Unit
from tests.cli.conftest import KEY, Terminal
from tests.cli.test_check import spoil
from tests.support.clinic import Clinic, open_clinic
from tests.support.scenes import hard_to_breathe, white_patch

WORDS = "my heart is racing and Bob is worried"


async def a_day(url: str) -> None:
    """Three patients: a white patch, hard to breathe, and one who is well."""
    async with open_clinic(url) as clinic:
        await white_patch(clinic, await clinic.treat("Ana Ruiz"))
        _skim(clinic)
        await hard_to_breathe(clinic, await clinic.treat("Bea Lang", sites=("jaw", "neck"), modifiers=("diabetes",)))
        _skim(clinic)
        carla = await clinic.treat("Carla Roth", sites=("lips",))
        await clinic.to_check_in("c1", carla)
        await carla.is_well()
        await carla.writes(WORDS)
        _skim(clinic)


def _skim(clinic: Clinic) -> None:
    """What people read is the matter of other tests."""
    clinic.staff_skim()
    for patient in clinic.patients:
        patient.skims()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a clinic that has had such a day."""
    file = tmp_path_factory.mktemp("day") / "day.sqlite3"
    migrate.upgrade(f"sqlite:///{file}", Keyring.from_text(KEY))
    asyncio.run(a_day(f"sqlite:///{file}"))
    return file


@pytest.fixture
def past(configured: Terminal, day: Path, tmp_path: Path) -> Terminal:
    """A terminal at that clinic."""
    for file in day.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    configured.set(DATABASE_URL=f"sqlite:///{tmp_path / day.name}")
    return configured


def test_the_present_scripts_lose_nothing(past: Terminal, few: Path) -> None:
    shown = past.says("replay", "--flows", str(few))
    assert re.search(r"\d+ cases: \d+ go as they say, 0 break", shown)
    assert "past conversations of 3 patients" in shown
    assert re.search(r"(\d+) past red flags: \1 still escalate, 0 lost, 0 new a hundred patients", shown)
    assert "▼" not in shown


def test_a_lost_red_flag_is_a_patient_without_a_name(
    past: Terminal, few: Path, in_store: Callable[[Callable[[Unit], Any]], Any]
) -> None:
    before = in_store(_all_rows)
    spoil(few / "common" / "skin.yaml", "level: D2\n    advice: d2_blood_flow", "level: D4")
    for name in ("bl_1_", "v01_", "v02_"):
        for file in (few / "face" / "cases").glob(f"{name}*.yaml"):
            file.unlink()
    shown = past.says("replay", "face", "--flows", str(few), code=1)
    assert "▼ lost: 1" in shown
    assert re.search(r"1 x face, cheek, hour 2 \(day 0\), BL = present: D2 before, D4 with the draft", shown)
    assert re.search(r"past red flags: \d+ still escalate, 1 lost", shown)
    for private in ("Ana", "Ruiz", "Bea", "Carla", "Bob", "racing", "1985"):
        assert private not in shown
    for row in in_store(lambda unit: unit.many(RunRow)):
        assert row.id not in shown
        assert row.patient_id not in shown
    assert in_store(_all_rows) == before


def _all_rows(unit: Unit) -> list[tuple[Any, ...]]:
    runs = unit.many(RunRow, order_by=RunRow.id)
    return [(row.id, row.body, row.level, row.turn) for row in runs] + [
        (row.id, row.codes) for row in unit.many(AnswerRow, order_by=col(AnswerRow.id))
    ]


def test_a_new_red_flag_is_counted_for_a_hundred_patients(past: Terminal, few: Path) -> None:
    rule = "rules:\n  - {id: NEW-1, when: {all: [{answer: {A: none}}, {site: [lips]}]}, level: D3, why: a draft}\n"
    spoil(few / "common" / "skin.yaml", "rules:\n", rule)
    spoil(few / "common" / "en.yaml", "\nrules:\n", "\nrules:\n  NEW-1: New\n")
    for file in (few / "face" / "cases").glob("*.yaml"):
        file.unlink()
    shown = past.says("replay", "--flows", str(few))
    assert "0 cases" in shown
    assert "▲ new: 1" in shown
    assert "33 new a hundred patients" in shown
    assert "0 lost" in shown


def test_a_broken_case_ends_with_1_and_needs_no_database(terminal: Terminal, few: Path) -> None:
    spoil(few / "face" / "cases" / "br_1_breathing.yaml", "level: D1", "level: D4")
    shown = terminal.says("replay", "--no-past", "--flows", str(few), code=1)
    assert "face/cases/br_1_breathing.yaml: broken: Hard to breathe: The level must be D4" in shown
    assert "1 break" in shown
    assert "past" not in shown


def test_what_is_not_there_is_one_clear_line(configured: Terminal, few: Path, tmp_path: Path) -> None:
    folder = str(few)
    assert "There is no procedure 'nosuch'" in configured.says("replay", "nosuch", "--flows", folder, code=1)
    assert "0 past red flags: 0 still escalate, 0 lost, 0 new" in configured.says("replay", "--flows", folder)
    configured.set(DATABASE_URL=f"sqlite:///{tmp_path}/nowhere.sqlite3")
    assert "not there yet" in configured.says("replay", "--flows", folder, code=1)
    assert not (tmp_path / "nowhere.sqlite3").exists()
