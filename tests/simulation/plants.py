"""Planted bugs: what others have shipped, put into a freshly built product, to see that the simulation sees."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlmodel import col

from bot.core.post.message import Courier, MayHaveArrived, Message, NeverSent, Outcome, Sent
from bot.store.tables import InboxRow, OutboxRow
from bot.store.unit import Unit
from bot.wiring.app import App


class _Courier:
    def __init__(self, inner: Courier) -> None:
        self.inner = inner


class MarksFirst(_Courier):
    """Says "sent" and then sends, whatever comes of it."""

    async def send(self, message: Message) -> Outcome:
        """Send beside."""
        self.flight = asyncio.create_task(self.inner.send(message))
        return Sent(message_id=1)


class RetriesBlindly(_Courier):
    """Takes silence for "not sent"."""

    async def send(self, message: Message) -> Outcome:
        """Send, and let it be sent again when no answer came."""
        outcome = await self.inner.send(message)
        return NeverSent(reason="no answer") if isinstance(outcome, MayHaveArrived) else outcome


def mark_before_send(app: App) -> None:
    """A message counts as sent before its call."""
    app.delivery._courier = MarksFirst(app.delivery._courier)


def blind_retry(app: App) -> None:
    """A time-out counts as not sent."""
    app.delivery._courier = RetriesBlindly(app.delivery._courier)


def no_recovery(app: App) -> None:
    """What a dead process had under way is never looked at."""

    async def nothing(*, mine: bool = False) -> int:
        return 0

    app.delivery.recover = nothing  # type: ignore[method-assign]


def confirm_before_commit(app: App) -> None:
    """The next offset is told to Telegram before the updates are kept."""
    polling = app.polling
    fetch = polling._fetch

    async def confirming(timeout: int) -> list[Any]:
        updates = await fetch(timeout)
        if updates:
            polling._offset = max(each["update_id"] for each in updates) + 1
            await fetch(0)
        return updates

    polling._fetch = confirming  # type: ignore[method-assign]


def short_lease(app: App) -> None:
    """A call takes longer than its row is kept, and nobody renews it."""
    app.delivery._lease_s = app.delivery._claims._lease_s = 2.0
    app.delivery._call = app.delivery._courier.send  # type: ignore[method-assign]
    app.delivery._under_way = _Forgetful()


class _Forgetful(set[int]):
    def add(self, element: int) -> None:
        """Remember nothing."""


def advice_after_bookkeeping(app: App) -> None:
    """The answer is committed first and its messages in a second transaction, which a kill never lets happen."""
    store, intake = app.store, app.intake
    handle = intake._handle

    def handling(unit: Unit, row: InboxRow) -> None:
        last = unit.first(OutboxRow, order_by=col(OutboxRow.id).desc())
        handle(unit, row)
        new = unit.many(OutboxRow, OutboxRow.id > (last.id if last else 0), col(OutboxRow.priority) <= 2)  # type: ignore[operator]
        for each in new:
            assert each.due_at is not None
            unit.change_one(OutboxRow, each.id, due_at=each.due_at + timedelta(days=30))

        def later() -> None:
            asyncio.get_running_loop().call_later(8, lambda: tasks.append(asyncio.create_task(store.run(release))))

        def release(unit: Unit) -> None:
            for each in new:
                unit.change_one(OutboxRow, each.id, due_at=each.due_at)

        if new:
            unit.after_commit.append(later)

    tasks: list[Any] = []
    intake._handle = handling
