"""The web side of a clinic, asked without a socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.console.app import create_app
from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, open_clinic, real_flows

Browse = Callable[..., AbstractAsyncContextManager[tuple[Clinic, httpx.AsyncClient]]]


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts, read once."""
    return real_flows()


@pytest.fixture
def browse(sqlite_url: str, flows: Flows) -> Browse:
    """Opens a clinic with these settings, and a browser on its console."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[tuple[Clinic, httpx.AsyncClient]]:
        async with open_clinic(sqlite_url, flows=flows, **settings) as clinic:
            transport = httpx.ASGITransport(app=create_app(clinic.app))
            async with httpx.AsyncClient(transport=transport, base_url="http://clinic") as browser:
                yield clinic, browser

    return opened
