"""The inbox: updates are committed as they came, then taken one at a time for each chat, in order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, Update, bindparam, exists, select, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.store.tables import InboxRow
from bot.store.unit import Unit, fixed, new_row, table_of

PENDING, DONE = fixed("pending"), fixed("done")

PAUSES = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=16))
"""How long an update waits after its first, second and third failure; the fourth makes it dead."""


Kept = tuple[int, int, str]
"""One update: its id, its chat and its raw JSON."""


def put(unit: Unit, updates: Sequence[Kept], now: datetime) -> list[InboxRow]:
    """Keep updates unless they are here already; returns those that were new, as they were written."""
    rows = [
        new_row(InboxRow, {"update_id": update_id, "chat_id": chat_id, "raw": raw, "received_at": now})
        for update_id, chat_id, raw in updates
    ]
    return [row for row in rows if unit.insert_new(row)]


def is_oldest(unit: Unit, row: InboxRow) -> bool:
    """Whether nothing older of its chat waits beside a new update; the chat is then kept for this transaction.

    False when another worker has the chat.
    """
    if not unit.lock_chat(row.chat_id):
        return False
    return not unit.prepared(InboxRow, _older(), {"chat": row.chat_id, "update": row.update_id})


@cache
def _older() -> Select[Any]:
    """The number of an update of :chat that has waited longer than :update."""
    table = table_of(InboxRow)
    chat, update_id = bindparam("chat", type_=BigInteger()), bindparam("update", type_=BigInteger())
    return (
        select(table.c.update_id)
        .where(table.c.chat_id == chat, table.c.state == PENDING, table.c.update_id < update_id)
        .limit(1)
    )


def waiting_chats(unit: Unit, now: datetime, limit: int) -> list[int]:
    """The chats whose oldest pending update may be taken now, those that have waited longest first."""
    return list(unit.connection.scalars(waiting_query(), {"now": now, "limit": limit}))


@cache
def waiting_query() -> Select[tuple[int]]:
    """The chats whose oldest pending update may be taken at :now."""
    now = bindparam("now", type_=UTCDateTime())
    waiting, older = table_of(InboxRow).alias("waiting"), table_of(InboxRow).alias("older")
    return (
        select(waiting.c.chat_id)
        .where(
            waiting.c.state == PENDING,
            (waiting.c.retry_at.is_(None)) | (waiting.c.retry_at <= now),
            ~exists().where(
                older.c.chat_id == waiting.c.chat_id,
                older.c.state == PENDING,
                older.c.update_id < waiting.c.update_id,
            ),
        )
        .order_by(waiting.c.received_at, waiting.c.update_id)
        .limit(bindparam("limit", type_=Integer()))
    )


def next_of(unit: Unit, chat_id: int, now: datetime) -> InboxRow | None:
    """The oldest pending update of a chat, kept for this transaction.

    None when there is none, when it waits to be tried again (what came after it waits too), or when another worker
    has the chat.
    """
    if not unit.lock_chat(chat_id):
        return None
    found = unit.prepared(InboxRow, _oldest(), {"chat": chat_id})
    oldest = found[0] if found else None
    if oldest is None or (oldest.retry_at is not None and oldest.retry_at > now):
        return None
    return oldest


@cache
def _oldest() -> Select[Any]:
    """The oldest pending update of :chat; the constant "pending" finds the partial index."""
    table = table_of(InboxRow)
    chat = bindparam("chat", type_=BigInteger())
    waiting = select(table).where(table.c.chat_id == chat, table.c.state == PENDING)
    return waiting.order_by(table.c.update_id).limit(1).with_for_update()


def done(unit: Unit, update_id: int, now: datetime) -> bool:
    """The effect of an update is in this transaction; False when somebody else did it already."""
    return unit.run(_done(), {"update": update_id, "now": now}) == 1


@cache
def _done() -> Update:
    """Marks the pending update :update as done at :now."""
    table = table_of(InboxRow)
    mine = (table.c.update_id == bindparam("update", type_=BigInteger()), table.c.state == PENDING)
    now = bindparam("now", type_=table.c.done_at.type)
    return update(table).where(*mine).values(state="done", done_at=now, retry_at=None)


def failed(unit: Unit, update_id: int, error: str, now: datetime) -> str:
    """Count a failure and return the new state: pending (tried again after a pause) or dead."""
    row = unit.find(InboxRow, update_id=update_id, lock=True)
    if row is None or row.state != "pending":
        return "" if row is None else row.state
    tries = row.tries + 1
    dead = tries > len(PAUSES)
    values = {
        "state": "dead" if dead else "pending",
        "tries": tries,
        "retry_at": None if dead else now + PAUSES[tries - 1],
        "error": error.replace("\0", "")[:500],
    }
    unit.change(InboxRow, InboxRow.update_id == update_id, **values)
    return str(values["state"])


def prune(unit: Unit, before: datetime) -> int:
    """Forget updates that are done and came before ``before``; the dead stay until a person has seen to them."""
    return unit.remove(InboxRow, col(InboxRow.received_at) < before, InboxRow.state == DONE)
