"""The product's process: its memory at rest, with many patients too, and the time from its start to its first poll."""

import asyncio
from datetime import UTC, datetime, timedelta

import uvloop

from tests.bench.result import Result, Row, ms, p50
from tests.bench.seed import add_patients, open_clinic
from tests.bench.settings import BenchSettings
from tests.bench.town import people, running, start_echo, start_product, town

NAME = "process"
AT_REST_MB, FULL_MB = 150, 200
START_S = 2.0
SETTLE = 4.0


def run(settings: BenchSettings) -> Result:
    """A few starts on an empty database, and one with many patients."""
    return uvloop.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    patients = settings.pick(20_000, 100_000)
    async with town() as place, town("7000000002:token-of-the-echo") as theirs:
        clinic = people(place, 1)
        url = f"sqlite:///{settings.folder}/process.sqlite3"
        store = await open_clinic(url, settings.flows, staff=[phone.id for phone in clinic.staff])
        starts, echo_starts, memory, echo_memory = [], [], [], []
        for _ in range(settings.pick(2, 3)):
            async with running(await start_product(place, url, clinic.group.id)) as bot:
                starts.append(bot.to_first_poll)
                await asyncio.sleep(SETTLE / 2)
                memory.append(bot.rss_mb())
            async with running(await start_echo(theirs)) as bot:
                echo_starts.append(bot.to_first_poll)
                await asyncio.sleep(SETTLE / 4)
                echo_memory.append(bot.rss_mb())
        later = [datetime.now(UTC) + timedelta(days=2)] * patients
        await add_patients(store, settings.flows, range(3_000_000, 3_000_000 + patients), later)
        await store.close()
        async with running(await start_product(place, url, clinic.group.id)) as bot:
            full_start = bot.to_first_poll
            await asyncio.sleep(SETTLE)
            full = bot.rss_mb()
    rest = p50(memory)
    return Result(
        NAME,
        "Small enough for the smallest machine, and back at once after a restart.",
        (
            Row(
                "memory at rest",
                f"{rest:.0f} MB",
                f"{p50(echo_memory):.0f} MB",
                f"{rest / p50(echo_memory):.1f}x",
                f"at most {AT_REST_MB} MB",
                rest <= AT_REST_MB,
            ),
            Row(
                f"memory with {patients:,} patients",
                f"{full:.0f} MB",
                goal=f"at most {FULL_MB} MB",
                met=full <= FULL_MB,
            ),
            Row(
                "start to first poll, median",
                ms(p50(starts)),
                ms(p50(echo_starts)),
                f"{p50(starts) / p50(echo_starts):.1f}x",
                f"at most {START_S:.0f} s",
                p50(starts) <= START_S,
            ),
            Row(f"start to first poll with {patients:,} patients", ms(full_start)),
        ),
        ("The scripts were proved before; the start reads them, opens the database and polls. Peer: the echo.",),
    )
