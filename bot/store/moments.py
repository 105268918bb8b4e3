"""When something is due next: the earliest time in any table, each found through its partial index."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, CompoundSelect, Select, bindparam, select, union_all
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.core.post.message import Priority
from bot.store.tables import AlertRow, ChannelCallRow, CheckInRow, InboxRow, OutboxRow, PhotoRow, RunRow, TaskRow
from bot.store.tables_shifts import CoverWatchRow, TestAlertRow
from bot.store.unit import Unit, fixed, table_of


@cache
def due_queries() -> tuple[Select[tuple[datetime]], ...]:
    """One query for each thing that time makes happen; each reads one end of one index."""
    now = bindparam("now", type_=UTCDateTime())
    checkin, run, alert = table_of(CheckInRow), table_of(RunRow), table_of(AlertRow)
    task, outbox, inbox = table_of(TaskRow), table_of(OutboxRow), table_of(InboxRow)
    photo = table_of(PhotoRow)
    call = table_of(ChannelCallRow)
    test, watch = table_of(TestAlertRow), table_of(CoverWatchRow)
    pending, sending = fixed("pending"), fixed("sending")
    soonest: list[tuple[Column[Any], list[ColumnElement[bool]]]] = [
        (checkin.c.due_at, [checkin.c.state == fixed("planned")]),
        (run.c.wake_at, [run.c.wake_at.is_not(None)]),
        (alert.c.next_at, [alert.c.state != fixed("closed")]),
        (task.c.due_at, [task.c.done_at.is_(None), task.c.told_at.is_(None)]),
        (photo.c.next_at, [photo.c.state == fixed("waiting")]),
        *(
            (outbox.c.due_at, [outbox.c.state == pending, outbox.c.priority == fixed(int(priority))])
            for priority in Priority
        ),
        (outbox.c.lease_until, [outbox.c.state == sending]),
        (call.c.due_at, [call.c.state == pending]),
        (call.c.lease_until, [call.c.state == sending]),
        (test.c.due_at, [test.c.due_at.is_not(None)]),
        (watch.c.next_at, [watch.c.name == fixed("cover")]),
        (inbox.c.retry_at, [inbox.c.state == pending, inbox.c.retry_at.is_not(None), inbox.c.retry_at > now]),
    ]
    return tuple(select(column).where(*where).order_by(column).limit(1) for column, where in soonest)


@cache
def _soonest() -> CompoundSelect[Any]:
    return union_all(*(select(query.subquery()) for query in due_queries()))


def next_moment(unit: Unit, now: datetime) -> datetime | None:
    """The earliest due time; it may lie in the past. None when nothing is planned at all."""
    return min(unit.connection.scalars(_soonest(), {"now": now}), default=None)
