"""Every route of the console, with every role and without a sign-in: what it answers, and with which headers."""

import re
from datetime import timedelta

import httpx
import pytest

from bot.console.page import Page
from bot.console.routes import NAV, OPEN_PAGES, PAGES
from bot.console.views import PREFIX
from tests.console.conftest import Browse
from tests.console.visits import ROLES, csrf, sign_in

LINKS_PAUSE = timedelta(minutes=11)
"""So long until somebody may ask for further links."""
STREAMS = {"board_events"}
"""Pages that do not end by themselves; their door is tried without a sign-in only."""


def address(page: Page) -> str:
    """The page's address, about something that does not exist."""
    return PREFIX + re.sub(r"\{\w+(:\w+)?\}", "nothing", page.path)


async def ask(browser: httpx.AsyncClient, page: Page, **form: str) -> httpx.Response:
    """Open the page, or send its form."""
    if page.method == "POST":
        return await browser.post(address(page), data=form)
    return await browser.get(address(page))


def test_names_are_used_once() -> None:
    names = [*(page.name for page in PAGES), *(page.name for page in OPEN_PAGES)]
    assert len(names) == len(set(names))
    assert {page.method for page in PAGES} <= {"GET", "POST"}
    assert all(page.roles and page.roles <= set(ROLES) for page in PAGES)


def test_a_place_of_the_navigation_is_open_to_those_who_see_it() -> None:
    pages = {page.path: page for page in PAGES if page.method == "GET"}
    for entry in NAV:
        assert entry.roles == pages[entry.path].roles
        assert pages[entry.path].nav == entry.name


async def test_nothing_is_open_without_a_sign_in(browse: Browse) -> None:
    async with browse() as (_, browser):
        for page in PAGES:
            answer = await ask(browser, page, csrf="0" * 64)
            assert answer.status_code == 401, page.name
            browser.cookies.set("aftercare", "not-a-session")
            assert (await ask(browser, page, csrf="0" * 64)).status_code == 401, page.name
            browser.cookies.clear()


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_what_is_its_own(browse: Browse, role: str) -> None:
    async with browse() as (clinic, browser):
        for page in PAGES:
            if page.name in STREAMS:
                continue
            await sign_in(clinic, browser, role)
            token = await csrf(browser)
            answer = await ask(browser, page, csrf=token)
            if role not in page.roles:
                assert answer.status_code == 403, page.name
                continue
            wanted = {404, 409, 303} if "{" in page.path else {200, 303, 409}
            assert answer.status_code in wanted, (page.name, answer.status_code)
            if page.method == "POST":
                await sign_in(clinic, browser, role)
                assert (await ask(browser, page)).status_code == 403, f"{page.name} without the form's token"
            clinic.clock.move_to(clinic.now + LINKS_PAUSE)


async def test_every_answer_has_its_headers(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser)
        for path in ("/console/", "/console/me", "/console/nothing", "/console/enter/abc"):
            answer = await browser.get(path)
            policy = answer.headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store", path
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert not re.search(r"<script(?! src=)|<style|\son\w+=|\sstyle=", answer.text), path


async def test_our_files_are_there_and_may_be_kept(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser)
        page = (await browser.get("/console/")).text
        files = set(re.findall(r'(?:src|href)="(/console/static/[^"#]+)', page))
        assert len(files) >= 4
        for file in files:
            answer = await browser.get(file)
            assert answer.status_code == 200, file
            assert "immutable" in answer.headers["cache-control"]
        assert (await browser.get("/console/static/../views.py")).status_code == 404
