"""A clinic for each journey."""

from collections.abc import AsyncIterator

import pytest

from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, open_clinic, real_flows


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts, read once."""
    return real_flows()


@pytest.fixture
async def clinic(sqlite_url: str, flows: Flows) -> AsyncIterator[Clinic]:
    """A clinic on SQLite."""
    async with open_clinic(sqlite_url, flows=flows) as opened:
        yield opened
