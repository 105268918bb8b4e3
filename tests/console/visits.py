"""Visits to the console: sign people in as the chat does, and read what the pages say."""

import re

import httpx

from bot.store.tables import StaffRow
from bot.usecases.console_access import make_console_link
from tests.support import rows
from tests.support.clinic import Clinic

ROLES = ("reception", "clinician", "injector", "lead", "admin")


async def hire_quietly(clinic: Clinic, role: str) -> StaffRow:
    """Somebody of this role, without a phone."""
    row: StaffRow = rows.staff(id=f"me-{role}", name=f"Robin {role}", role=role)
    if await clinic.app.store.look(lambda unit: unit.find(StaffRow, id=row.id)) is None:
        await clinic.app.store.run(lambda unit: unit.insert(row.model_copy()))
    return row


async def link_for(clinic: Clinic, staff: StaffRow) -> str:
    """The token of a link into the console."""
    now = clinic.now
    return await clinic.app.store.run(lambda unit: make_console_link(unit, clinic.app.clinic, now, staff))


async def sign_in(clinic: Clinic, browser: httpx.AsyncClient, role: str = "lead") -> StaffRow:
    """Sign the browser in as somebody of this role."""
    browser.cookies.clear()
    staff = await hire_quietly(clinic, role)
    answer = await browser.post("/console/sign-in", data={"token": await link_for(clinic, staff)})
    assert answer.status_code == 303, answer.text
    return staff


async def csrf(browser: httpx.AsyncClient) -> str:
    """The token that the forms of this session carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', (await browser.get("/console/me")).text)
    assert found is not None
    return found[1]


async def posts(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form of the session."""
    return await browser.post(f"/console{path}", data={"csrf": await csrf(browser), **fields})
