"""When a promise counts as broken: the moment before, and the moment after."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel

from bot.store.unit import Unit
from bot.usecases.promises import Promise, all_kept, promises
from tests.support import rows
from tests.usecases.conftest import NOW, Office

AGO = timedelta(seconds=61)
FRESH = timedelta(seconds=59)
BULK_AGO = timedelta(minutes=15, seconds=1)
FAR = NOW + timedelta(days=1)

CASES: Mapping[str, tuple[str, SQLModel, bool]] = {
    "an old update": ("updates_handled", rows.inbox(received_at=NOW - AGO), True),
    "a fresh update": ("updates_handled", rows.inbox(received_at=NOW - FRESH), False),
    "an update that is done": ("updates_handled", rows.inbox(received_at=NOW - AGO, state="done"), False),
    "old advice": ("urgent_messages_sent", rows.outbox(priority=1, made_at=NOW - AGO, due_at=NOW - AGO), True),
    "fresh advice": ("urgent_messages_sent", rows.outbox(priority=1, made_at=NOW - FRESH, due_at=NOW - FRESH), False),
    "advice that is tried again and again": (
        "urgent_messages_sent", rows.outbox(priority=1, made_at=NOW - AGO, due_at=NOW + FRESH, tries=20), True
    ),
    "an answer for later": ("urgent_messages_sent", rows.outbox(made_at=NOW - AGO, due_at=NOW + FRESH), False),
    "an alert under way for long": (
        "urgent_messages_sent",
        rows.outbox(priority=2, state="sending", made_at=NOW - AGO, due_at=NOW - AGO, lease_until=FAR),
        True,
    ),
    "a check-in of a minute ago": ("check_ins_sent", rows.outbox(priority=4, due_at=NOW - AGO), False),
    "a check-in of a quarter of an hour ago": ("check_ins_sent", rows.outbox(priority=4, due_at=NOW - BULK_AGO), True),
    "an alert on time": ("alerts_have_next_step", rows.alert(next_at=NOW - FRESH), False),
    "an alert that nobody climbs": ("alerts_have_next_step", rows.alert(next_at=NOW - AGO), True),
    "a task on time": ("tasks_told", rows.task(due_at=NOW - FRESH), False),
    "a task that nobody was told of": ("tasks_told", rows.task(due_at=NOW - AGO), True),
    "a task told a while ago": (
        "tasks_told", rows.task(due_at=NOW - timedelta(hours=9), told_at=NOW - timedelta(minutes=59)), False
    ),
    "a task told too long ago": (
        "tasks_told", rows.task(due_at=NOW - timedelta(hours=9), told_at=NOW - timedelta(minutes=62)), True
    ),
    "an urgent task told too long ago": (
        "tasks_told",
        rows.task(kind="phone_now", due_at=NOW - timedelta(hours=9), told_at=NOW - timedelta(minutes=12)),
        True,
    ),
    "a photo that was put off": ("photos_fetched", rows.photo(session_id="s1", next_at=NOW - AGO), False),
    "a photo that nobody fetches": ("photos_fetched", rows.photo(session_id="s1", next_at=NOW - BULK_AGO), True),
    "a task that is done": ("tasks_told", rows.task(due_at=NOW - AGO, done_at=NOW, done_by="st1"), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
async def test_before_and_after(office: Office, case: str) -> None:
    name, row, broken = CASES[case]

    def look(unit: Unit) -> tuple[Promise, ...]:
        values: dict[str, Any] = row.model_dump()
        if values.get("session_id"):
            rows.insert_family(unit, before="alert")
            unit.insert(type(row)(**values))
            # The family's check-in and run are not the subject.
            return tuple(each for each in promises(unit, NOW) if each.name == name)
        unit.insert(type(row)(**values))
        return promises(unit, NOW)

    found = await office.do(look)
    assert {each.name for each in found if each.broken} == ({name} if broken else set())
    assert all_kept(found) is not broken
