"""The demo's page over HTTP: its files, its headers, its API and what it refuses."""

import ast
import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from starlette.routing import Mount, Route

from bot.demo import page as page_module
from bot.demo.page import STATIC, DemoClinic, DemoState, routes
from bot.emulator.server import create_app
from bot.emulator.world import World
from tests.demo.fake_clinic import FakeClinic, Stage

TEXTS = sorted(path for path in STATIC.iterdir() if path.suffix in (".html", ".css", ".js", ".svg"))


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[aiohttp.ClientSession]:
    """A plain client of the page's API."""
    async with aiohttp.ClientSession(stage.url) as session:
        yield session


async def ask(http: aiohttp.ClientSession, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and JSON."""
    async with http.request(method, path, json=body) as answer:
        return answer.status, await answer.json()


def test_the_scripted_clinic_keeps_the_protocol() -> None:
    clinic: type[DemoClinic] = FakeClinic
    assert clinic


def test_the_page_knows_nothing_of_the_bot() -> None:
    tree = ast.parse(Path(page_module.__file__).read_text("utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {name for name in named if name.partition(".")[0] == "bot" and not name.startswith("bot.demo")}


def test_the_routes_hide_none_of_the_emulator(stage: Stage) -> None:
    def paths(of: Any) -> set[str]:
        return {route.path for route in of if isinstance(route, Route | Mount)}

    assert not paths(routes(stage.clinic)) & paths(create_app(World()).routes)
    # Whatever begins with /bot is taken for a call of the Bot API.
    assert not any(path.startswith("/bot") for path in paths(routes(stage.clinic)))


async def test_the_page_and_its_files(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        html = await answer.text()
    wanted = {"/demo/console", "/demo/static/app.js", "/demo/static/page.css", "/demo/static/icon.svg"}
    assert set(re.findall(r'(?:src|href)="(/[^"]+)"', html)) == wanted
    for path in TEXTS:
        async with http.get(f"/demo/static/{path.name}") as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with http.get("/demo/static/../page.py") as answer:
        assert answer.status == 404
    async with http.get("/demo/static/%2e%2e/page.py") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere_and_no_text_is_read_as_html(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:src|href|url\()\s*[=(]?\s*[\"']?(?:https?:)?//", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    if path.suffix == ".html":
        assert not re.search(r"\s(?:on\w+|style)=|<style|<script(?![^>]*\ssrc=)", text)


INKS = [
    ("ink", ("page", "surface", "chat", "bubble", "own", "accent-soft", "sunken")),
    ("muted", ("page", "surface", "chat", "bubble", "sunken")),
    ("accent-strong", ("surface", "bubble", "key", "accent-soft", "own")),
    ("on-accent", ("accent",)),
    ("on-badge", ("badge",)),
    ("warn-ink", ("warn",)),
    ("surface", ("ink",)),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_its_paper(scheme: int) -> None:
    palette = re.findall(r":root \{(.*?)\}", (STATIC / "page.css").read_text("utf-8"), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", palette))
    for ink, papers in INKS:
        for paper in papers:
            lights = sorted((_luminance(colours[ink]), _luminance(colours[paper])))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, f"{ink} on {paper}"


def _luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_icon_that_is_named_is_drawn() -> None:
    html = (STATIC / "index.html").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="i-([a-z]+)"', html))
    scripts = "".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))
    named = set(re.findall(r'href="#i-([a-z]+)"', html))
    named |= set(re.findall(r'(?<![.\w])(?:icon|attached|act)\("([a-z]+)"', scripts))
    assert named <= drawn


async def test_before_and_after_the_registration(http: aiohttp.ClientSession, stage: Stage) -> None:
    status, empty = await ask(http, "GET", "/demo/state")
    assert (status, empty["session"], empty["next"], empty["busy"]) == (200, None, None, False)
    assert {person["role"] for person in empty["people"]} == {"group", "on_call", "second", "lead"}

    status, state = await ask(http, "POST", "/demo/register", {})
    assert status == 200
    assert state["session"]["procedure"] == "Face treatment"
    assert state["session"]["sites"] == ["cheek", "lips"]
    assert datetime.fromisoformat(state["now"]).tzinfo is not None
    assert set(state["next"]) == {"at", "what"}
    patient = next(person for person in state["people"] if person["role"] == "patient")
    assert patient["viewer"] == patient["chat_id"] == patient["user_id"]
    group = next(person for person in state["people"] if person["role"] == "group")
    on_call = next(person for person in state["people"] if person["role"] == "on_call")
    assert group["viewer"] == on_call["user_id"] != group["chat_id"]
    assert stage.world.phones[patient["viewer"]].last is not None


async def test_the_clock_is_moved(http: aiohttp.ClientSession, stage: Stage) -> None:
    _, before = await ask(http, "POST", "/demo/register", {})
    for move in ({"advance_s": 900}, {"advance_s": 0.5}, {"to": "next"}, {"to": "week6"}):
        status, after = await ask(http, "POST", "/demo/clock", move)
        assert status == 200
        assert datetime.fromisoformat(after["now"]) > datetime.fromisoformat(before["now"])
        before = after
    assert stage.clinic.moved == [900, 0.5, "next", "week6"]
    status, state = await ask(http, "POST", "/demo/reset", {})
    assert (status, state["session"]) == (200, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"advance_s": 0},
        {"advance_s": -60},
        {"advance_s": "900"},
        {"advance_s": True},
        {"advance_s": 1e12},
        {"to": "yesterday"},
        {"to": "next", "advance_s": 60},
        {"seconds": 60},
    ],
)
async def test_what_no_clock_can_do_is_refused(body: object, http: aiohttp.ClientSession, stage: Stage) -> None:
    status, answer = await ask(http, "POST", "/demo/clock", body)
    assert status == 400
    assert answer["error"]
    assert not stage.clinic.moved


async def test_what_the_clinic_cannot_do_is_said(http: aiohttp.ClientSession) -> None:
    assert await ask(http, "POST", "/demo/clock", {"advance_s": 60}) == (409, {"error": "There is no patient yet."})


async def test_busy_while_time_moves_and_one_verb_at_a_time(http: aiohttp.ClientSession, stage: Stage) -> None:
    await ask(http, "POST", "/demo/register", {})
    stage.clinic.hold = asyncio.Event()
    moving = asyncio.create_task(ask(http, "POST", "/demo/clock", {"advance_s": 60}))
    await stage.clinic.is_moving.wait()
    second = asyncio.create_task(ask(http, "POST", "/demo/clock", {"advance_s": 120}))
    _, meanwhile = await ask(http, "GET", "/demo/state")
    assert meanwhile["busy"]
    assert stage.clinic.moved == [60]
    stage.clinic.hold.set()
    assert (await moving)[1]["busy"] is False
    assert (await second)[0] == 200
    assert stage.clinic.moved == [60, 120]
    assert (await ask(http, "GET", "/demo/state"))[1]["busy"] is False


def test_a_state_is_not_changed() -> None:
    assert DemoState.model_config["frozen"]
