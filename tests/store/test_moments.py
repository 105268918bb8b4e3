"""What is due is found by partial indexes, and the earliest of it is the next moment."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from bot.store import inbox, moments, outbox
from bot.store.engine import Store
from bot.store.tables import AlertRow, CheckInRow
from bot.store.unit import Unit
from tests.support import rows
from tests.support.rows import NOW

LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(days=1)

DUE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "checkin": ({"due_at": LATER}, {"due_at": NOW, "state": "cancelled"}),
    "run": ({"wake_at": LATER}, {"wake_at": None}),
    "alert": ({"next_at": LATER}, {"state": "closed", "closed_by": "st1", "closed_reason": "well"}),
    "task": ({"due_at": LATER}, {"due_at": NOW, "told_at": NOW}),
    "photo": ({"next_at": LATER}, {"next_at": NOW, "state": "kept"}),
    "outbox": ({"due_at": LATER}, {"due_at": NOW, "state": "sent"}),
    "outbox lease": ({"state": "sending", "lease_until": LATER}, {"lease_until": NOW, "state": "sent"}),
    "channel_call": ({"due_at": LATER}, {"due_at": NOW, "state": "failed"}),
    "channel_call lease": ({"state": "sending", "lease_until": LATER}, {"lease_until": NOW, "state": "failed"}),
    "test_alert": ({"due_at": LATER}, {"due_at": None}),
    "cover_watch": ({"next_at": LATER}, {"name": "something else"}),
    "inbox": ({"retry_at": LATER, "tries": 1}, {"retry_at": NOW}),
}
"""For each thing that becomes due: a row that is due at LATER, and one that is not due at all."""


async def test_nothing_planned(any_store: Store) -> None:
    assert await any_store.look(lambda unit: moments.next_moment(unit, NOW)) is None


@pytest.mark.parametrize("what", sorted(DUE))
async def test_what_is_due_is_the_next_moment(any_store: Store, what: str) -> None:
    table, (due, not_due) = what.split()[0], DUE[what]
    builder = rows.BUILDERS[table]

    def quiet(unit: Unit) -> None:
        rows.insert_family(unit, before=table)
        unit.change(CheckInRow, due_at=LAST)
        unit.change(AlertRow, next_at=LAST)
        unit.insert(builder(**not_due))

    await any_store.run(quiet)
    assert await any_store.look(lambda unit: moments.next_moment(unit, NOW)) in (None, LAST)
    await any_store.run(lambda unit: unit.remove(type(builder())))
    await any_store.run(lambda unit: unit.insert(builder(**due)))
    assert await any_store.look(lambda unit: moments.next_moment(unit, NOW)) == LATER


async def test_the_earliest_priority_counts(any_store: Store) -> None:
    due = {1: 40, 2: 30, 3: 10, 4: 20, 5: 50}
    drafts = [rows.outbox(priority=p, due_at=NOW + timedelta(minutes=m)) for p, m in due.items()]
    await any_store.run(lambda unit: unit.insert_all(drafts))
    assert await any_store.look(lambda unit: moments.next_moment(unit, NOW)) == NOW + timedelta(minutes=10)


def plan(unit: Unit, query: Select[Any], **values: Any) -> str:
    """How SQLite would answer a query."""
    compiled = query.params(**values).compile(
        dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )
    return "\n".join(str(row[-1]) for row in unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}"))


async def test_next_moments_read_one_end_of_one_index(sqlite_store: Store) -> None:
    for query in moments.due_queries():
        answer = await sqlite_store.look(lambda unit, query=query: plan(unit, query, now=NOW))  # type: ignore[misc]
        assert "USING" in answer, answer
        assert any(
            index in answer
            for index in ("_due", "ix_outbox_lease", "ix_channel_call_lease", "ix_inbox_retry", "_cover_watch_")
        ), answer
        assert "TEMP B-TREE" not in answer, answer


@pytest.mark.parametrize("bulk", [False, True])
async def test_claims_cost_what_is_due(sqlite_store: Store, bulk: bool) -> None:
    answer = await sqlite_store.look(lambda unit: plan(unit, outbox._heads(bulk), now=NOW, limit=9))
    assert "SEARCH message USING INDEX ix_outbox_due" in answer
    assert answer.count("INDEX ix_outbox_chat (chat_id=? AND priority<?)") == 2
    assert "SCAN" not in answer, answer


async def test_one_chat_is_found_by_its_index(sqlite_store: Store) -> None:
    query = outbox._heads_within(False)
    answer = await sqlite_store.look(lambda unit: plan(unit, query, now=NOW, limit=1, chats=[5]))
    assert answer.startswith("SEARCH message USING INDEX ix_outbox_chat (chat_id=? AND priority<?)"), answer


async def test_waiting_chats_are_found_by_index(sqlite_store: Store) -> None:
    answer = await sqlite_store.look(lambda unit: plan(unit, inbox.waiting_query(), now=NOW, limit=9))
    assert answer.count("ix_inbox_waiting") == 2
