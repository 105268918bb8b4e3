"""kill -9 of the product in the middle of a dispatch: what is lost, and what is sent twice."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from sqlmodel import col

from bot.core.post.message import State
from bot.emulator import Phone
from bot.store.engine import Store
from bot.store.tables import OutboxRow
from tests.bench.patient import all_asked, press_red
from tests.bench.result import Result, Row, ms, p50
from tests.bench.seed import add_patients, open_clinic, store_of
from tests.bench.settings import BenchSettings
from tests.bench.town import NO_LIMIT, Bot, Clinic, Town, people, running, start_product, town

NAME = "kill"
CHECK_INS = 300
FLAGS = 6
CALL_MS = 80
AT_LEAST = 4
"""So many calls are under way at the kill."""
SETTLED_WITHIN = 90.0


class Count:
    """What became of one run."""

    def __init__(self) -> None:
        self.lost = self.unknown = self.in_flight = self.twice_urgent = self.twice_bulk = self.flags_lost = 0
        self.back_s = 0.0


def run(settings: BenchSettings) -> Result:
    """Several kills, each on a database of its own."""
    return uvloop.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    counts = [await _once(settings, number) for number in range(settings.pick(1, 3))]
    lost = [count.lost for count in counts]
    flight = [count.in_flight for count in counts]
    return Result(
        NAME,
        "A killed process loses nothing, and sends twice only what was in flight and may go twice.",
        (
            Row("check-ins lost", _list(lost), "45 to 232* (JobQueue)", "", "0", sum(lost) == 0),
            Row(
                "red flags without advice or alert",
                _list([count.flags_lost for count in counts]),
                "",
                "",
                "0",
                not any(count.flags_lost for count in counts),
            ),
            Row("under way at the kill", _list(flight)),
            Row("restart to first poll, median", ms(p50([count.back_s for count in counts]))),
            Row("check-ins shown to staff as unknown", _list([count.unknown for count in counts])),
            Row(
                "check-ins sent twice",
                _list([count.twice_bulk for count in counts]),
                "0",
                "",
                "0",
                not any(count.twice_bulk for count in counts),
            ),
            Row(
                "advice and alerts sent twice",
                _list([count.twice_urgent for count in counts]),
                "",
                "",
                "at most what was under way",
                all(count.twice_urgent <= count.in_flight for count in counts),
            ),
        ),
        (
            f"{CHECK_INS} check-ins due at once, {CALL_MS} ms a call, the limits off; {FLAGS} patients press a red flag"
            " just before SIGKILL; the process is started again at once on the same database.",
            "Lost: neither delivered nor shown to staff as unknown. Peer: python-telegram-bot's JobQueue as measured"
            " before (what was unsent is gone with the process).",
        ),
    )


def _list(values: list[int]) -> str:
    return " ".join(map(str, values))


async def _once(settings: BenchSettings, number: int) -> Count:
    file = settings.folder / f"kill{number}.sqlite3"
    url = f"sqlite:///{file}"
    async with town() as place:
        clinic = people(place, CHECK_INS + FLAGS)
        red, rest = list(clinic.patients[:FLAGS]), list(clinic.patients[FLAGS:])
        store = await open_clinic(url, settings.flows, staff=[phone.id for phone in clinic.staff])
        now = datetime.now(UTC)
        due = [now] * FLAGS + [now + timedelta(seconds=6)] * CHECK_INS
        await add_patients(store, settings.flows, [phone.id for phone in clinic.patients], due)
        await store.close()
        count = Count()
        async with running(await _start(place, url, clinic)) as bot:
            await _until_flags(place, red, {phone.id for phone in rest}, 40 + 30 * number)
            await place.world.until(lambda: place.under_way >= AT_LEAST, 30)
            await bot.kill()
        count.in_flight = await _in_flight(url)
        async with running(await _start(place, url, clinic)) as bot:
            count.back_s = bot.to_first_poll
            await _settled(url, place)
        await _judge(place, url, red, rest, count)
    for left in Path(settings.folder).glob(f"{file.name}*"):
        left.unlink()
    return count


async def _until_flags(place: Town, red: list[Phone], rest: set[int], after: int) -> None:
    """Until so many check-ins are out; then every red flag is pressed."""
    await all_asked(place, red)
    place.world.delay_ms = CALL_MS
    await place.world.until(lambda: _came(place, rest) >= after, 60)
    for phone in red:
        press_red(phone)


async def _start(place: Town, url: str, clinic: Clinic) -> Bot:
    return await start_product(place, url, clinic.group.id, MESSAGES_PER_SECOND=NO_LIMIT, BULK_PER_SECOND=NO_LIMIT)


def _came(place: Town, ids: set[int]) -> int:
    return sum(each.chat_id in ids for each in place.delivered)


async def _in_flight(url: str) -> int:
    store = store_of(url)
    try:
        return await store.look(lambda unit: unit.count(OutboxRow, OutboxRow.state == State.SENDING))
    finally:
        await store.close()


async def _settled(url: str, place: Town) -> None:
    """Until nothing is pending or under way; looked at once a second, so many times and no more."""
    store = store_of(url)
    try:
        for _ in range(int(SETTLED_WITHIN)):
            await asyncio.sleep(1)
            left = await store.look(
                lambda unit: unit.count(OutboxRow, col(OutboxRow.state).in_((State.PENDING, State.SENDING)))
            )
            if not left and not len(place.world.updates):
                return
    finally:
        await store.close()


async def _judge(place: Town, url: str, red: list[Phone], rest: list[Phone], count: Count) -> None:
    store: Store = store_of(url)
    rows = await store.look(lambda unit: unit.many(OutboxRow))
    await store.close()
    unknown = {row.chat_id for row in rows if row.state == State.UNKNOWN and row.priority >= 4}
    got = Counter(each.chat_id for each in place.delivered)
    for phone in rest:
        count.lost += got[phone.id] == 0 and phone.id not in unknown
        count.twice_bulk += got[phone.id] > 1
    count.unknown = len(unknown)
    for phone in red:
        sent = [row for row in rows if row.chat_id == phone.id and row.kind == "advice"]
        count.flags_lost += not any(row.state in (State.SENT, State.UNKNOWN) for row in sent)
    bulk = {phone.id for phone in rest}
    wrote = Counter(row.chat_id for row in rows if row.method != "edit" and row.state in (State.SENT, State.UNKNOWN))
    count.twice_urgent = sum(max(0, got[chat] - wrote[chat]) for chat in got if chat not in bulk)
