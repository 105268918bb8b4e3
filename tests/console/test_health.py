"""/healthz, /readyz and /metrics: alive, keeping its promises, and figures without patients."""

from datetime import timedelta

import pytest

from bot.store.tables import AlertRow, CheckInRow, InboxRow, OutboxRow, PhotoRow, RunRow, TaskRow
from bot.store.unit import Unit
from tests.console.conftest import Browse
from tests.support import rows
from tests.support.clinic import BEGINS

LONG_AGO = BEGINS - timedelta(hours=1)

BREAKS = {
    "updates_handled": rows.inbox(received_at=LONG_AGO, retry_at=BEGINS + timedelta(days=1)),
    "urgent_messages_sent": rows.outbox(made_at=LONG_AGO, due_at=LONG_AGO, priority=1, state="sending",
                                        lease_until=BEGINS + timedelta(days=1)),
    "check_ins_sent": rows.outbox(made_at=LONG_AGO, due_at=LONG_AGO, priority=4),
    "check_ins_opened": rows.checkin(due_at=LONG_AGO),
    "waits_ended": rows.run(wake_at=LONG_AGO),
    "alerts_have_next_step": rows.alert(next_at=LONG_AGO),
    "tasks_told": rows.task(due_at=LONG_AGO),
    "photos_fetched": rows.photo(next_at=LONG_AGO),
}  # fmt: skip
"""One row for each promise, which breaks it while nothing ticks."""


async def test_it_is_alive(browse: Browse) -> None:
    async with browse() as (_, browser):
        answer = await browser.get("/healthz")
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await browser.post("/healthz")).status_code == 405
        assert (await browser.get("/nothing")).status_code == 404
        assert (await browser.post("/telegram")).status_code == 404, "there is no webhook without a public address"


async def test_it_is_ready_while_promises_are_kept(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await clinic.treat()
        await clinic.pass_time(hours=1)
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "broken": {}})


@pytest.mark.parametrize("promise", BREAKS)
async def test_a_broken_promise_is_named(browse: Browse, promise: str) -> None:
    async with browse(people=False) as (clinic, browser):
        row = BREAKS[promise]

        def insert(unit: Unit) -> None:
            rows.insert_family(
                unit, before={CheckInRow: "checkin", RunRow: "run", AlertRow: "alert"}.get(type(row), "")
            )
            unit.change(CheckInRow, CheckInRow.id != row.id if isinstance(row, CheckInRow) else CheckInRow.id != "",
                        state="done")  # fmt: skip
            if not isinstance(row, AlertRow):
                unit.change(AlertRow, AlertRow.id != "", next_at=BEGINS + timedelta(days=1))
            unit.insert(row.model_copy())

        await clinic.app.store.run(insert)
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "broken": {promise: 1}})


def test_every_promise_has_its_case() -> None:
    kinds = {InboxRow, OutboxRow, CheckInRow, RunRow, AlertRow, TaskRow, PhotoRow}
    assert {type(row) for row in BREAKS.values()} == kinds


async def test_it_is_not_ready_without_its_database(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        real, clinic.app.store = clinic.app.store, None  # type: ignore[assignment]
        answer = await browser.get("/readyz")
        clinic.app.store = real
        assert (answer.status_code, answer.json()["why"]) == (503, "the database does not answer")


async def test_metrics_name_no_patient(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        ana = await clinic.treat()
        await ana.writes("how much is the next session?")
        answer = await browser.get("/metrics")
        assert answer.status_code == 200
        assert 'aftercare_promise_broken{promise="alerts_have_next_step"} 0.0' in answer.text
        assert 'aftercare_tasks_open{kind="unread"} 1.0' in answer.text
        assert 'aftercare_patients{kind="active"} 1.0' in answer.text
        assert "Ana" not in answer.text
        assert (await clinic.row_of(ana)).case_code not in answer.text


async def test_metrics_want_their_token(browse: Browse) -> None:
    async with browse(metrics_token="a-long-token") as (_, browser):
        assert (await browser.get("/metrics")).status_code == 401
        wrong = await browser.get("/metrics", headers={"Authorization": "Bearer a-long-tokem"})
        assert (wrong.status_code, wrong.text) == (401, "a token is needed\n")
        right = await browser.get("/metrics", headers={"Authorization": "Bearer a-long-token"})
        assert right.status_code == 200
        assert (await browser.get("/healthz")).status_code == 200
