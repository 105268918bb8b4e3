"""Ten thousand check-ins due at one moment: how fast they are opened, rendered, committed, claimed and settled."""

import time
from datetime import UTC, datetime, timedelta

import uvloop

from bot.core.post.message import Message, Outcome, Sent, Settled
from bot.core.post.pace import NO_LIMITS, Pacer
from bot.cycle.deliver_outbox import Delivery
from bot.store.unit import Unit
from bot.usecases.open_check_in import open_due
from bot.usecases.undelivered import react
from bot.wiring.app import App
from bot.wiring.sources import utc_now, wait_until
from tests.bench.inside import build_on
from tests.bench.result import Result, Row, ms, times
from tests.bench.seed import add_patients, open_clinic
from tests.bench.settings import BenchSettings

NAME = "dispatch"
TELEGRAM_PER_S = 30
TIMES = 20


class InstantCourier:
    """Says "sent" at once: what is measured is the work around the call."""

    async def send(self, message: Message) -> Outcome:
        """A success."""
        return Sent(message_id=message.id)


def run(settings: BenchSettings) -> Result:
    """On SQLite with synchronous=FULL, in one process."""
    return uvloop.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    count = settings.pick(2_000, 10_000)
    url = f"sqlite:///{settings.folder}/dispatch.sqlite3"
    store = await open_clinic(url, settings.flows, staff=[11, 12])
    due = datetime.now(UTC) - timedelta(seconds=1)
    await add_patients(store, settings.flows, range(2_000_000, 2_000_000 + count), [due] * count)
    await store.close()
    app = build_on(settings.flows, url, utc_now)
    opened = await _open(app)
    sent = await _send(app)
    await app.store.close()
    rate = count / (opened + sent)
    return Result(
        NAME,
        f"Opening and settling never hold up a dispatch: {TIMES} times what Telegram lets through in a second.",
        (
            Row(f"{count:,} opened, rendered, committed", f"{count / opened:,.0f}/s ({ms(opened)})"),
            Row(f"{count:,} claimed, settled, committed", f"{count / sent:,.0f}/s ({ms(sent)})"),
            Row(
                "both together",
                f"{rate:,.0f}/s",
                f"{TELEGRAM_PER_S}/s (Telegram)",
                times(rate / TELEGRAM_PER_S),
                f"at least {TIMES}x",
                rate / TELEGRAM_PER_S >= TIMES,
            ),
        ),
        ("In one process without Telegram: the calls answer at once, each row is committed as it would be.",),
    )


async def _open(app: App) -> float:
    """Open the check-ins as a tick does, batch by batch."""
    began = time.perf_counter()
    now = app.clock()
    while await app.store.run(lambda unit: open_due(unit, app.clinic, now)):
        pass
    return time.perf_counter() - began


async def _send(app: App) -> float:
    def reacted(unit: Unit, message: Message, settled: Settled, outcome: Outcome) -> None:
        react(unit, app.clinic, app.clock(), message, settled, outcome)

    delivery = Delivery(
        app.store,
        InstantCourier(),
        app.clock,
        "bench",
        react=reacted,
        pacer=Pacer(NO_LIMITS),
        wait_until=wait_until,
        on_token_refused=lambda: None,
    )
    began = time.perf_counter()
    await delivery.deliver_due()
    took = time.perf_counter() - began
    await delivery.stop()
    return took
