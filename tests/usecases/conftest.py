"""A clinic's use cases on a database of their own, without chats and without time passing."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from bot.core.level import Level
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.publish import publish_scripts
from bot.wiring.app import build_clinic
from bot.wiring.flows import Flows
from tests.support import rows
from tests.support.clinic import KEY, real_flows

T = TypeVar("T")
NOW = rows.NOW
GROUP = -500


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts, read once."""
    return real_flows()


class Office:
    """A clinic and its store: ``await office.do(lambda unit: ...)``."""

    def __init__(self, clinic: Clinic, store: Store) -> None:
        self.clinic = clinic
        self.store = store

    async def do(self, work: Callable[[Unit], T]) -> T:
        """One transaction."""
        return await self.store.run(work)

    async def hire(self, name: str, role: str = "clinician", *, chat: int | None = None, rank: int = 0) -> str:
        """A colleague; with a rank she is on call."""
        number = abs(chat or hash(name)) % 10_000
        staff = rows.staff(id=name.lower(), name=name, role=role, chat_id=chat)

        def insert(unit: Unit) -> None:
            unit.insert(staff)
            if rank:
                unit.insert(rows.shift(id=f"sh{number}", staff_id=staff.id, rank=rank))

        await self.do(insert)
        return str(staff.id)


@pytest.fixture
async def office(sqlite_store: Store, flows: Flows) -> Office:
    """A clinic with published scripts and nobody in it."""
    settings = Settings(
        _env_file=None,
        telegram_token="7000000001:token-of-the-tests",
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
        staff_group_id=GROUP,
    )
    made = Office(build_clinic(settings, flows), sqlite_store)
    await made.do(lambda unit: publish_scripts(unit, NOW, flows.scripts, flows.floor_hash, "test"))
    return made


def levels() -> tuple[Level, ...]:
    """Every level that an alert can have."""
    return (Level.D1, Level.D2, Level.D3, Level.D4)


def at(moment: datetime) -> str:
    """A moment as a test's id."""
    return moment.strftime("%H:%M")
