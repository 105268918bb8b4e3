"""The console in a real browser, on a phone and on a laptop: signed in, watched live, read, and clean for a screen reader."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.store.tables import AlertRow
from tests.console.served import served
from tests.console.town import fill
from tests.console.visits import hire_quietly, link_for
from tests.demo.conftest import FLAGS, NAMES
from tests.support.clinic import Clinic, open_clinic, real_flows

pytestmark = pytest.mark.browser
PHONE, LAPTOP = (390, 844), (1440, 900)
SIZES = [pytest.param(PHONE, id="390"), pytest.param(LAPTOP, id="1440")]
PATHS = ("/", "/patients", "/patients/p00000", "/figures", "/scripts", "/scripts/face", "/clinic", "/clinic/audit", "/me",
         "/me/second-factor")  # fmt: skip


@dataclass
class Visit:
    """A browser that is signed in to a clinic at work."""

    clinic: Clinic
    url: str
    browser: Browser
    stack: AsyncExitStack
    complaints: list[str] = field(default_factory=list)

    async def open(self, size: tuple[int, int], *, scripts: bool = True, dark: bool = False) -> Page:
        """A page, signed in as the lead by the link of the chat."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 900,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        self.stack.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(self.url) else self.complaints.append(asked.url))
        await page.goto(
            f"{self.url}/console/enter/{await link_for(self.clinic, await hire_quietly(self.clinic, 'lead'))}"
        )
        await page.get_by_role("button", name="Sign in on this device").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Board")
        return page


@pytest.fixture
def chromium() -> str:
    """Where Chromium is; without it the test is skipped, and fails in CI."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None or not Path(found).exists():
        missing = "NO CHROMIUM: the console was NOT tested in a browser (install it, or name it in CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@asynccontextmanager
async def visiting(chromium: str, url: str) -> AsyncIterator[Visit]:
    """A clinic at work, its console on a socket, and one browser; nothing that the browser complains of is let pass."""
    async with AsyncExitStack() as stack:
        clinic = await stack.enter_async_context(open_clinic(url, flows=real_flows()))
        await fill(clinic, 24)
        address = await stack.enter_async_context(served(clinic))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        stack.push_async_callback(browser.close)
        visit = Visit(clinic, address, browser, stack)
        yield visit
        assert not visit.complaints


async def serious(page: Page) -> list[Any]:
    """What axe-core calls serious or critical on this page."""
    results = await Axe().run(page)
    assert len(results.response["passes"]) >= 8, "axe has looked at the page"
    return [
        (found["id"], [node["html"][:150] for node in found["nodes"][:3]])
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


async def test_every_page_is_accessible_and_fits(chromium: str, sqlite_url: str) -> None:
    async with visiting(chromium, sqlite_url) as visit:
        for size, dark in ((PHONE, False), (LAPTOP, True)):
            page = await visit.open(size, dark=dark)
            for path in PATHS:
                await page.goto(f"{visit.url}/console{path}", wait_until="domcontentloaded")
                assert await serious(page) == [], (path, size)
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size[0], f"{path} is wider than the screen"
                assert not re.search("Ana|Ruiz|K0000", await page.title())
        before = await visit.browser.new_page()
        for path in ("/console/", "/console/enter/abc"):
            await before.goto(visit.url + path)
            assert await serious(before) == []
        visit.complaints.clear()
        await before.close()


@pytest.mark.parametrize("size", SIZES)
async def test_the_board_is_live_and_acts(chromium: str, sqlite_url: str, size: tuple[int, int]) -> None:
    async with visiting(chromium, sqlite_url) as visit:
        page = await visit.open(size)
        await expect(page.locator(".line-text")).to_have_text("Live")
        await expect(page.locator(".alert")).to_have_count(5)
        bar = page.locator("#a-a00002 progress")
        before = float(await bar.evaluate("each => each.value"))
        assert 0 < before < 100
        await page.wait_for_function(
            "([from]) => document.querySelector('#a-a00002 progress').value < from", arg=[before]
        )

        await page.get_by_role("button", name="Turn sound on").click()
        await expect(page.locator(".sound")).to_have_attribute("aria-pressed", "true")

        await page.locator("#a-a00000").get_by_role("button", name="I take it").click()
        await expect(page.get_by_text("You have it")).to_be_visible()
        await expect(page.locator("#a-a00000")).to_contain_text("Taken by Robin lead")
        await page.locator("#a-a00000 summary", has_text="Contacted").click()
        await page.locator("#a-a00000").get_by_role("button", name="Reached, she is fine").click()
        await expect(page.locator("#a-a00000")).to_contain_text("Reached, she is fine")
        await page.locator("#a-a00000 summary", has_text="Close").click()
        await page.locator("#a-a00000").get_by_role("button", name="Resolved").click()
        await expect(page.locator(".alert")).to_have_count(4)

        # somebody else acts in the chat: the list changes by itself
        now, who = visit.clinic.now, await visit.clinic.staff_id("Lola")
        await visit.clinic.app.store.run(
            lambda unit: unit.change_one(AlertRow, "a00002", state="taken", taken_by=who, taken_at=now)
        )
        await expect(page.locator("#a-a00002")).to_contain_text("Taken by Lola")


@pytest.mark.parametrize("size", SIZES)
async def test_a_patient_is_found_and_read(chromium: str, sqlite_url: str, size: tuple[int, int]) -> None:
    async with visiting(chromium, sqlite_url) as visit:
        page = await visit.open(size)
        await page.get_by_role("link", name="Patients").click()
        await page.get_by_label("Search").fill("carmen")
        await expect(page.locator(".people li")).to_have_count(3)
        assert "carmen" not in page.url
        await page.get_by_label("Search").fill("K0000")
        await expect(page.locator(".people li")).to_have_count(1)
        await page.locator(".people a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Ana Ruiz")
        await expect(page.locator(".curve svg")).to_have_count(3)
        slider = page.get_by_label("How much of the second photo is shown")
        await slider.focus()
        await page.keyboard.press("ArrowRight")
        assert await page.locator(".stage").evaluate("each => each.style.getPropertyValue('--cut')") == "51%"
        await page.get_by_label("Write to the patient").fill("We will call you at 15:00.")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".messages")).to_contain_text("We will call you at 15:00.")


async def test_it_can_be_read_without_scripts(chromium: str, sqlite_url: str) -> None:
    async with visiting(chromium, sqlite_url) as visit:
        page = await visit.open(PHONE, scripts=False)
        await expect(page.locator(".alert")).to_have_count(5)
        await page.get_by_role("link", name="Patients").click()
        await page.get_by_label("State").select_option("alert")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator(".people li")).to_have_count(5)
        await page.locator(".people a").first.click()
        await expect(page.locator(".compare figure")).to_have_count(2)
        await page.get_by_text("As a table").first.click()
        await expect(page.locator(".curve table").first).to_be_visible()


async def test_it_goes_by_keyboard_alone(chromium: str, sqlite_url: str) -> None:
    async with visiting(chromium, sqlite_url) as visit:
        page = await visit.open(LAPTOP)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="To the content")).to_be_focused()
        await page.keyboard.press("Enter")
        contact = page.locator("#a-a00001 summary").first
        await contact.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#a-a00001 fieldset")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#a-a00001 fieldset")).to_be_hidden()
        await expect(contact).to_be_focused()
