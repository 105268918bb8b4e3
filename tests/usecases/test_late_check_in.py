"""A check-in that comes late does not ring in the night; a re-check after a red flag does."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.tables import CheckInRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.open_check_in import open_due
from tests.support import rows
from tests.usecases.conftest import Office

MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
"""Half past midnight in Madrid."""


@pytest.fixture
async def waiting(office: Office) -> Office:
    """A patient in Madrid who takes part, and somebody to hear of a red flag."""
    await office.hire("Vega", chat=1, rank=1)

    def insert(unit: Unit) -> None:
        unit.insert(rows.patient(chat_id=50, stage="active", zone="Europe/Madrid"))
        revision = office.clinic.scripts["face"].revision
        unit.insert(SessionRow(**(rows.session().model_dump() | {"revision": revision, "procedure": "face"})))

    await office.do(insert)
    return office


@pytest.mark.parametrize(
    ("kind", "due_at", "state"),
    [
        ("planned", MORNING, "planned"),
        ("planned", NIGHT - timedelta(minutes=30), "open"),
        ("recheck", MORNING, "open"),
    ],
    ids=["late", "planned for the night", "after a red flag"],
)
async def test_in_the_night(waiting: Office, kind: str, due_at: datetime, state: str) -> None:
    checkin = rows.checkin(kind=kind, due_at=due_at, state="planned", zone="Europe/Madrid")
    key = checkin.id
    await waiting.do(lambda unit: unit.insert(checkin))
    await waiting.do(lambda unit: open_due(unit, waiting.clinic, NIGHT))
    found = await waiting.do(lambda unit: unit.get(CheckInRow, key))
    assert found.state == state
    if state == "planned":
        assert NIGHT < found.due_at <= NIGHT + timedelta(hours=10)
        await waiting.do(lambda unit: open_due(unit, waiting.clinic, found.due_at))
        assert (await waiting.do(lambda unit: unit.get(CheckInRow, key))).state == "open"
