"""One template database for all simulated clinics of a test run."""

import shutil
from collections.abc import Iterator

import pytest

from bot.simulation.clinic import Template, make_template
from tests.support.clinic import real_flows


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A migrated database with scripts and staff."""
    made = make_template(real_flows())
    yield made
    shutil.rmtree(made.folder)
