"""Planted bugs: what others have shipped, put into a freshly built product, to see that the simulation sees."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from sqlmodel import col

from bot.core.post.message import Courier, MayHaveArrived, Message, NeverSent, Outcome, Sent
from bot.core.post.pace import Pacer, Rates
from bot.simulation.clinic import Plant
from bot.store.tables import AlertRow, AnswerRow, CheckInRow, InboxRow, OutboxRow
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


def select_without_claim(app: App) -> None:
    """What is due is read and sent, and nobody marks that it is being sent."""
    claims = app.delivery._claims

    def unclaimed(claim: Any) -> Any:
        def reading(unit: Unit, *args: Any, **more: Any) -> Any:
            taken = claim(unit, *args, **more)
            for each in taken:
                message = each[0] if isinstance(each, tuple) else each
                unit.change_one(OutboxRow, message.id, state="pending", lease_until=None)
            return taken

        return reading

    claims.of_chat = unclaimed(claims.of_chat)  # type: ignore[method-assign]
    claims.urgent = unclaimed(claims.urgent)  # type: ignore[method-assign]
    claims.bulk = unclaimed(claims.bulk)  # type: ignore[method-assign]


def _press(row: InboxRow) -> str:
    raw = json.loads(row.raw)
    return str(raw.get("callback_query", {}).get("data", ""))


def _around(app: App, before: Any) -> None:
    handle = app.intake._handle

    def handling(unit: Unit, row: InboxRow) -> None:
        if before(unit, row) is not STOP:
            handle(unit, row)

    app.intake._handle = handling


STOP = object()


def dedupe_by_update_id_only(app: App) -> None:
    """The same press under a new update_id counts again."""

    def again(unit: Unit, row: InboxRow) -> None:
        data = _press(row).split("|")
        if data[0] != "a":
            return
        known = unit.first(AnswerRow, AnswerRow.run_id == data[1], AnswerRow.question == data[2])
        if known is not None:
            unit.insert(AnswerRow(**(known.model_dump() | {"id": None})))

    _around(app, again)


def timer_not_durable(app: App) -> None:
    """The next step of an alert was a timer of the process: the process that starts anew knows of none."""
    started = app.open

    async def forgetting() -> None:
        await started()
        far = app.clock() + timedelta(days=3)
        await app.store.run(lambda unit: unit.change(AlertRow, AlertRow.state != "closed", next_at=far))

    app.__class__ = type("Forgetting", (App,), {"__slots__": (), "open": lambda _: forgetting()})


def take_without_lock(app: App) -> None:
    """Two who take an alert at the same time both have it."""

    def unlocked(unit: Unit, row: InboxRow) -> None:
        data = _press(row).split("|")
        if data[0] == "s":
            for each in data[1:]:
                unit.change(
                    AlertRow, AlertRow.id == each, AlertRow.state == "taken", state="seen", taken_by=None, taken_at=None
                )

    _around(app, unlocked)


def bulk_in_the_same_queue(app: App) -> None:
    """Digests go like answers: at once, and as many as there are."""
    app.delivery._pacer = app.delivery._claims._pacer = Pacer(Rates(per_second=100_000, bulk_per_second=100_000))
    app.delivery._bulk_at_once = 1000


def local_time(app: App) -> None:
    """What is due is compared with the clinic's wall clock."""
    clock = app.cycle._clock
    app.cycle._clock = lambda: clock() + timedelta(hours=1)


def jump_skips_what_is_due(app: App) -> None:
    """Only what fell due since the last tick is looked at; what a sleep jumped over is dropped."""
    tick = app.cycle.tick

    async def ticking() -> None:
        limit = app.clock() - timedelta(minutes=10)
        await app.store.run(
            lambda unit: unit.change(
                CheckInRow, CheckInRow.state == "planned", CheckInRow.due_at < limit, state="cancelled", ended_at=limit
            )
        )
        await tick()

    app.cycle.__class__ = type("Skipping", (type(app.cycle),), {"__slots__": (), "tick": lambda _: ticking()})


def error_swallows_the_alert(app: App) -> None:
    """An error while a red answer is handled is caught, and the update counts as done."""

    def swallowed(unit: Unit, row: InboxRow) -> object:
        return STOP if _press(row).endswith("|breathing") else None

    _around(app, swallowed)


PLANTS: tuple[tuple[Plant, frozenset[str]], ...] = (
    (mark_before_send, frozenset({"I1"})),
    (no_recovery, frozenset({"I12", "I14"})),
    (blind_retry, frozenset({"I2"})),
    (select_without_claim, frozenset({"I2"})),
    (confirm_before_commit, frozenset({"I3"})),
    (dedupe_by_update_id_only, frozenset({"I6"})),
    (timer_not_durable, frozenset({"I4"})),
    (take_without_lock, frozenset({"I5"})),
    (advice_after_bookkeeping, frozenset({"I3"})),
    (bulk_in_the_same_queue, frozenset({"I9"})),
    (local_time, frozenset({"I10"})),
    (jump_skips_what_is_due, frozenset({"I1"})),
    (short_lease, frozenset({"I2"})),
    (error_swallows_the_alert, frozenset({"I3"})),
)
"""Every planted bug, with the promises by which it must be found."""
