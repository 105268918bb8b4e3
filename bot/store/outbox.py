"""The outbox: messages are claimed in order, one in flight for each chat, and settled by what became of them.

What may go next in a chat is its first pending message by priority and then by age; while that one waits for its time,
the chat waits. Advice and alerts do not: they pass whatever is not due, and whatever less urgent is in flight. An
EDIT of a message that has not been settled yet is passed over and holds nobody up.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from pydantic import ValidationError
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.core.post.message import Body, Message, Method, Priority, Settled, State, after_crash
from bot.store.tables import OutboxRow
from bot.store.tables_topics import TopicRow
from bot.store.unit import Unit, chat_key, fixed, table_of

PENDING, SENDING = fixed("pending"), fixed("sending")

CLAIM_LOCK = 2
"""The space of the advisory locks that keep two workers from claiming in one chat at a time."""

NOTHING_TO_EDIT = "the message to edit was never sent"
UNREADABLE = "the stored message cannot be read"


def put(unit: Unit, *drafts: OutboxRow) -> None:
    """Add messages with their final words; what is not bulk is delivered right after the commit."""
    unit.insert_all(drafts)
    for draft in drafts:
        if not Priority(draft.priority).is_bulk:
            unit.nudge(draft.chat_id)


def claim_due(unit: Unit, now: datetime, worker: str, lease_s: float, limit: int, bulk: bool) -> list[Message]:
    """Take up to ``limit`` messages that are due, at most one for each chat, the most urgent first."""
    claimed: list[Message] = []
    while len(claimed) < limit:
        query, values = _heads(bulk), {"now": now, "limit": limit - len(claimed)}
        if unit.dialect == "postgresql":
            query, values["chats"] = _heads_within(bulk), _locked_chats(unit, bulk, values)
        taken, left = _claim(unit, unit.rows(OutboxRow, query, values), now, worker, lease_s)
        claimed += taken
        if not left:
            break
    return claimed


def claim_chat(unit: Unit, chat_id: int, now: datetime, worker: str, lease_s: float) -> Message | None:
    """Take what may go next in one chat, at once; never bulk, which is paced."""
    if unit.dialect == "postgresql":
        unit.connection.execute(select(func.pg_advisory_xact_lock(CLAIM_LOCK, chat_key(chat_id))))
    while True:
        rows = unit.prepared(OutboxRow, _head_of_chat(), {"now": now, "limit": 1, "chat": chat_id})
        taken, left = _claim(unit, rows, now, worker, lease_s)
        if taken or not left:
            return taken[0] if taken else None


def settle(unit: Unit, message_id: int, settled: Settled, now: datetime) -> None:
    """Write what became of message ``message_id`` (our number).

    A worker that comes back after its lease is over is not believed, unless it knows that the message was sent.
    """
    sent = settled.state is State.SENT
    values: dict[str, Any] = {
        "message": message_id,
        "to_state": settled.state.value,
        "to_message_id": settled.message_id,
        "to_error": settled.error,
        "to_sends": settled.sends,
        "to_tries": settled.tries,
        "to_sent_at": now if sent else None,
        "before": settled.tries - 1,
    }
    if settled.due_at is not None:
        values["to_due_at"] = settled.due_at
    unit.run(_settlement(sent, settled.due_at is not None), values)


@cache
def _settlement(sent: bool, put_off: bool) -> Update:
    """What writes the outcome of :message."""
    table = table_of(OutboxRow)
    changed = ("state", "message_id", "error", "sends", "tries", "sent_at", *(("due_at",) if put_off else ()))
    new: dict[str, Any] = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in changed}
    if sent:
        open_states = (fixed(state.value) for state in (State.PENDING, State.SENDING, State.UNKNOWN))
        believed = or_(*(table.c.state == state for state in open_states))
    else:
        believed = and_(table.c.state == SENDING, table.c.tries == bindparam("before", type_=Integer()))
    message = bindparam("message", type_=table.c.id.type)
    return update(table).where(table.c.id == message, believed).values(**new, lease_until=None)


def expired(unit: Unit, now: datetime) -> list[Message]:
    """Settle what was being sent by a worker that is gone, as messages that may have arrived; returns them."""
    rows = unit.many(OutboxRow, OutboxRow.state == SENDING, col(OutboxRow.lease_until) <= now, skip_locked=True)
    messages = [_message(row, Body.model_validate_json(row.body)) for row in rows]
    for message in messages:
        settle(unit, message.id, after_crash(message, now), now)
    return messages


def drop_for_patient(unit: Unit, patient_id: str) -> int:
    """Take back what still waits to be sent about a patient; returns how many messages."""
    return unit.change(OutboxRow, OutboxRow.patient_id == patient_id, OutboxRow.state == PENDING, state=State.DROPPED)


_ROW = table_of(OutboxRow).alias("message")


@cache
def _heads(bulk: bool) -> Select[Any]:
    """The rows that may go at :now, most urgent first. Made once: putting it together costs more than running it."""
    now = bindparam("now", type_=UTCDateTime())
    first_bulk = fixed(int(Priority.CHECK_IN))
    urgent = _ROW.c.priority <= Priority.ALERT
    before, in_flight = table_of(OutboxRow).alias("before"), table_of(OutboxRow).alias("in_flight")
    is_before = or_(
        before.c.priority < _ROW.c.priority, and_(before.c.priority == _ROW.c.priority, before.c.id < _ROW.c.id)
    )
    return (
        select(_ROW)
        .where(
            _ROW.c.state == PENDING,
            _ROW.c.priority >= first_bulk if bulk else _ROW.c.priority < first_bulk,
            _ROW.c.due_at <= now,
            _may_go(_ROW),
            ~exists().where(
                in_flight.c.chat_id == _ROW.c.chat_id,
                in_flight.c.state == SENDING,
                in_flight.c.priority <= case((urgent, _ROW.c.priority), else_=fixed(int(Priority.DIGEST))),
            ),
            ~exists().where(
                before.c.chat_id == _ROW.c.chat_id,
                before.c.state == PENDING,
                before.c.priority <= _ROW.c.priority,
                is_before,
                or_(~urgent, before.c.due_at <= now),
                _may_go(before),
            ),
        )
        .order_by(_ROW.c.priority, _ROW.c.due_at, _ROW.c.id)
        .limit(bindparam("limit", type_=Integer()))
    )


@cache
def _head_of_chat() -> Select[Any]:
    """The same in one :chat, and never bulk."""
    chat = bindparam("chat", type_=BigInteger())
    return _heads(False).where(_ROW.c.chat_id == chat).with_for_update(of=_ROW, skip_locked=True)


@cache
def _heads_within(bulk: bool) -> Select[Any]:
    """The same in :chats, and locked."""
    chats = bindparam("chats", expanding=True, type_=BigInteger())
    return _heads(bulk).where(_ROW.c.chat_id.in_(chats)).with_for_update(of=_ROW, skip_locked=True)


def _may_go(row: FromClause) -> ColumnElement[bool]:
    """An EDIT waits until it is known what became of the message that it changes."""
    target = table_of(OutboxRow).alias()
    open_target = exists().where(target.c.id == row.c.edits_id, target.c.state.in_((PENDING, SENDING)))
    return or_(row.c.edits_id.is_(None), ~open_target)


def _locked_chats(unit: Unit, bulk: bool, values: dict[str, Any]) -> list[int]:
    """The chats of these rows that no other worker is claiming in at this moment."""
    chats = dict.fromkeys(row.chat_id for row in unit.connection.execute(_heads(bulk), values))
    locked = text(
        "SELECT chat FROM unnest(CAST(:chats AS bigint[])) AS chat"
        " WHERE pg_try_advisory_xact_lock(:space, hashint8(chat))"
    )
    return list(unit.connection.scalars(locked, {"chats": list(chats), "space": CLAIM_LOCK}))


def _claim(
    unit: Unit, rows: list[OutboxRow], now: datetime, worker: str, lease_s: float
) -> tuple[list[Message], list[int]]:
    """Claim these rows; also the ids of rows that cannot be sent and are settled instead."""
    messages, left = [], []
    lease_until = now + timedelta(seconds=lease_s)
    for row in rows:
        found = _readable(unit, row)
        if isinstance(found, Message):
            messages.append(found)
            unit.change_one(OutboxRow, row.id, state="sending", worker=worker, lease_until=lease_until)
        else:
            left.append(_number(row))
            unit.change_one(OutboxRow, row.id, state=found[0], error=found[1])
    return messages, left


def _readable(unit: Unit, row: OutboxRow) -> Message | tuple[State, str]:
    """The message with what it edits filled in, or what becomes of a row that can never be sent."""
    try:
        body = Body.model_validate_json(row.body)
    except ValidationError:
        return State.REFUSED, UNREADABLE
    if row.edits_id is not None:
        target = unit.find(OutboxRow, id=row.edits_id, state=State.SENT.value)
        if target is None or target.message_id is None:
            return State.DROPPED, NOTHING_TO_EDIT
        body = body.model_copy(update={"edits": target.message_id})
    if body.topic:
        topic = unit.find(TopicRow, patient_id=body.topic, chat_id=row.chat_id, state="open")
        body = body.model_copy(update={"thread": topic.thread_id if topic else None})
    return _message(row, body)


def _message(row: OutboxRow, body: Body) -> Message:
    return Message(
        id=_number(row),
        chat_id=row.chat_id,
        priority=Priority(row.priority),
        method=Method(row.method),
        body=body,
        sends=row.sends,
        tries=row.tries,
    )


def _number(row: OutboxRow) -> int:
    """The number of a row that is in the database."""
    return cast(int, row.id)
