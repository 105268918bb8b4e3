"""A page with a scripted clinic behind it, and a browser to look at it."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.demo.fake_clinic import Stage, on_stage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


class OpenPage(Protocol):
    """Open the page at a size; whatever the browser complains of fails the test."""

    async def __call__(self, width: int, height: int, *, reduced: bool = False) -> Page: ...


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The page, served with a clock that stands still."""
    async with on_stage() as running:
        yield running


@pytest.fixture
def chromium() -> str:
    """Where Chromium is; without it the test is skipped, and fails in CI."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None or not Path(found).exists():
        missing = "NO CHROMIUM: the demo page was NOT tested in a browser (install it, or name it in CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def open_page(browser: Browser, stage: Stage) -> AsyncIterator[OpenPage]:
    """Open the page, as often as wanted."""
    complaints: list[str] = []
    async with AsyncExitStack() as open_contexts:

        async def open_at(width: int, height: int, *, reduced: bool = False) -> Page:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                has_touch=width < 900,
                reduced_motion="reduce" if reduced else "no-preference",
            )
            open_contexts.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda asked: _only_here(asked.url, stage.url, complaints))
            page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
            await page.goto(stage.url)
            return page

        yield open_at
    assert not complaints


def _is_complaint(said: ConsoleMessage) -> bool:
    """Whether the browser complains of the page; a refusal is an answer like any other."""
    return said.type in ("error", "warning") and not re.search(r"responded with a status of (400|409) ", said.text)


def _only_here(asked: str, origin: str, complaints: list[str]) -> None:
    if not asked.startswith((origin, "blob:")):
        complaints.append(f"the page asked {asked}")
