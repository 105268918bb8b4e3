"""How many kills: a few in `make test`, as many as KILLS says in `make crash`."""

import os
import random

import pytest

from bot.wiring.flows import Flows
from tests.support.clinic import real_flows


@pytest.fixture
def kills() -> int:
    """How often the process is ended."""
    return int(os.environ.get("KILLS", "6"))


@pytest.fixture
def chance() -> random.Random:
    """The dice; SEED makes another run."""
    return random.Random(int(os.environ.get("SEED", "1")))


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts."""
    return real_flows()
