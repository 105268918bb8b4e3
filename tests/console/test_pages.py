"""Figures, scripts, the clinic's page and the audit trail; and that no page asks the database more as the clinic grows."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from bot.store.engine import Store
from bot.store.tables import AuditRow
from tests.console.conftest import Browse
from tests.console.town import fill
from tests.console.visits import posts, sign_in
from tests.support.clinic import Clinic

PATHS = (
    "/",
    "/patients",
    "/patients/p00000",
    "/figures",
    "/scripts",
    "/scripts/face",
    "/clinic",
    "/clinic/audit",
    "/me",
)
MOST_QUERIES = {"/clinic": 14, "/patients/p00000": 24}
USUAL_MOST = 12


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that SQLite runs meanwhile, on every connection of the store."""
    seen: list[str] = []

    def watch(connection: Any, *_: Any) -> None:
        connection.driver_connection.open.set_trace_callback(
            lambda words: (
                seen.append(words) if words.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE")) else None
            )
        )

    engines = [store._reader.sync_engine, store._writer.sync_engine]
    for engine in engines:
        event.listen(engine, "checkout", watch)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "checkout", watch)


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_asks_more_for_more_patients(browse: Browse, path: str) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 6)
        await sign_in(clinic, browser)
        await browser.get(f"/console{path}")
        few = await queries(clinic, browser, path)
        await fill_more(clinic)
        many = await queries(clinic, browser, path)
        assert few > 0, "the count works"
        assert many <= few, path
        assert many <= MOST_QUERIES.get(path, USUAL_MOST), path


async def queries(clinic: Clinic, browser: Any, path: str) -> int:
    """How many statements a page is."""
    with counted(clinic.app.store) as seen:
        answer = await browser.get(f"/console{path}")
    assert answer.status_code == 200
    return len(seen)


async def fill_more(clinic: Clinic) -> None:
    """Many more patients, without further open alerts."""
    await fill(clinic, 60, first=6)


async def test_figures_hide_small_groups(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 4)
        await sign_in(clinic, browser)
        page = (await browser.get("/console/figures")).text
        assert "too few patients" in page
        table = list(csv.reader(io.StringIO((await browser.get("/console/figures/response.csv")).text)))
        assert len(table) == 1, "only the heading"
        await fill(clinic, 30, first=4)
        table = list(
            csv.reader(io.StringIO((await browser.get("/console/figures/response.csv")).text.lstrip("\ufeff")))
        )
        shown = {row[0]: row for row in table[1:]}
        assert shown["c1"][2] == shown["c1"][3] == "30"
        assert shown["c4"][4] == "0.0"
        assert (await browser.get("/console/figures/nonsense.csv")).status_code == 404


async def test_the_audit_trail_is_narrowed_and_exported(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        staff = await sign_in(clinic, browser, "admin")
        now = clinic.now
        await clinic.app.store.run(
            lambda unit: unit.add(AuditRow, at=now, actor=staff.id, verb="look", subject="patient:p1", detail="=1+1")
        )
        page = (await browser.get("/console/clinic/audit?verb=look")).text
        assert "patient:p1" in page
        assert "console enter</td>" not in page
        exported = (await browser.get("/console/clinic/audit.csv?verb=look")).text
        assert "'=1+1" in exported, "a cell is no formula"
        rows = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "export_audit"))
        assert len(rows) == 1


async def test_scripts_show_what_is_in_force_and_what_is_not_signed(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser, "reception")
        page = (await browser.get("/console/scripts")).text
        assert clinic.script.revision in page
        assert "without a signature" in page
        one = (await browser.get("/console/scripts/face")).text
        assert "in force" in one
        picture = await browser.get("/console/scripts/face/picture")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert picture.text.startswith("<svg")
        same = await browser.get(f"/console/revisions/{clinic.script.revision}/to/{clinic.script.revision}")
        assert "Nothing is different" in same.text
        body = clinic.app.clinic.scripts["body_fat"].revision
        other = await browser.get(f"/console/revisions/{body}/to/{clinic.script.revision}")
        assert "<ins>" in other.text
        assert (await browser.get("/console/scripts/nonsense")).status_code == 404
        assert (await browser.get(f"/console/revisions/x/to/{body}")).status_code == 404


async def test_on_call_is_taken_over_by_those_who_may(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser, "reception")
        assert (await posts(browser, "/clinic/on-call", rank="1")).status_code == 409
        await sign_in(clinic, browser, "clinician")
        assert (await posts(browser, "/clinic/on-call", rank="3")).status_code == 409
        assert (await posts(browser, "/clinic/on-call", rank="1")).status_code == 303
        board = (await browser.get("/console/")).text
        assert "Robin clinician" in board.partition('class="on-call"')[2].partition("</dl>")[0]
