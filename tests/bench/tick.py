"""What a tick costs when nothing is due, by how many check-ins lie in the future, on SQLite and PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import uvloop

from bot.wiring.app import App
from bot.wiring.sources import MovableClock
from tests.bench.inside import build_on
from tests.bench.result import Result, Row, ms, p50, p99, times, us
from tests.bench.seed import add_future_check_ins, open_clinic
from tests.bench.settings import BenchSettings
from tests.support.postgres import Databases, server

NAME = "tick"
SIZES = (1_000, 100_000, 1_000_000)
LARGE = 10_000_000
FLAT = 1.5
AUDIT = timedelta(seconds=11)


@dataclass(slots=True)
class Case:
    """A database of one size and the ticks measured on it."""

    backend: str
    size: int
    app: App
    clock: MovableClock
    insert_s: float
    ticks: list[float] = field(default_factory=list)
    audits: list[float] = field(default_factory=list)


def run(settings: BenchSettings) -> Result:
    """Every size on both databases, in interleaved rounds."""
    with _postgres() as databases:
        return uvloop.run(_run(settings, databases))


async def _run(settings: BenchSettings, databases: Databases) -> Result:
    sizes = (*SIZES[: settings.pick(2, 3)], *((LARGE,) if settings.large else ()))
    cases = []
    for backend in ("SQLite", "PostgreSQL"):
        for size in sizes:
            sqlite = f"sqlite:///{settings.folder}/tick{size}.sqlite3"
            url = sqlite if backend == "SQLite" else databases.empty()
            cases.append(await _case(settings, backend, size, url))
    for _ in range(settings.pick(4, 8)):
        for case in cases:
            await _measure(case)
    for case in cases:
        await case.app.store.close()
    return Result(
        NAME,
        "A tick costs what is due, not what exists: flat from a thousand future check-ins to a million.",
        [row for backend in ("SQLite", "PostgreSQL") for row in _rows([c for c in cases if c.backend == backend])],
        (
            "A whole tick of the cycle (inbox, escalations, waits, check-ins, tasks, recovery, delivery), nothing"
            " due; the medians of interleaved rounds. Rows are inserted by executemany.",
            "The audit tick also counts every broken promise; it runs every 10 s.",
            "Published beside it: procrastinate's fetch 0.77 ms at 1,000 and 114 ms at 1,000,000 jobs (149x).",
        ),
    )


async def _case(settings: BenchSettings, backend: str, size: int, url: str) -> Case:
    store = await open_clinic(url, settings.flows, staff=[11, 12])
    insert_s = await add_future_check_ins(store, settings.flows, size)
    await store.close()
    clock = MovableClock(runs=False)
    app = build_on(settings.flows, url, clock)
    await app.cycle.tick()
    return Case(backend, size, app, clock, insert_s)


async def _measure(case: Case) -> None:
    for _ in range(25):
        case.ticks.append(await _tick(case))
    for _ in range(5):
        case.clock.move_to(case.clock() + AUDIT)
        case.audits.append(await _tick(case))


async def _tick(case: Case) -> float:
    began = time.perf_counter()
    await case.app.cycle.tick()
    took = time.perf_counter() - began
    await case.app.delivery.deliver_due()
    return took


def _rows(cases: list[Case]) -> Iterator[Row]:
    smallest = cases[0]
    for case in cases:
        ratio = p50(case.ticks) / p50(smallest.ticks)
        judged = case is not smallest
        yield Row(
            f"{case.backend}, {case.size:,} future: tick, median (99th)",
            f"{ms(p50(case.ticks))} ({ms(p99(case.ticks))})",
            ratio=times(ratio) if judged else "",
            goal=f"at most {FLAT}x of {smallest.size:,}" if judged else "",
            met=ratio <= FLAT if judged else None,
        )
    audit = p50(cases[-1].audits) / p50(smallest.audits)
    yield Row(
        f"{smallest.backend}: audit tick, {smallest.size:,} and {cases[-1].size:,}",
        f"{ms(p50(smallest.audits))} and {ms(p50(cases[-1].audits))}",
        ratio=times(audit),
        goal=f"at most {FLAT}x",
        met=audit <= FLAT,
    )
    yield Row(f"{smallest.backend}: insert a planned check-in", us(cases[-1].insert_s))


@contextmanager
def _postgres() -> Iterator[Databases]:
    with server("bench") as url:
        yield Databases(url, f"bench_{time.time_ns() % 10**9}")
