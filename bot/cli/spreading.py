"""Spreads jobs over processes: each takes the next one that nobody has begun, so that all end at about the same time."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

MOST_PROCESSES = 4
TICKET = 2
"""Bytes of a job's number in the pipe. A pipe gives them out whole, each to one reader."""
MOST_JOBS = 1000
"""So many tickets fit into any pipe before somebody reads."""

T = TypeVar("T")


def spread(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each job returned, in the order of ``jobs``. What a job in another process returns must go through pickle.

    Errors: that of a job in this process; EOFError when another process broke down.
    """
    helpers = min(_processes(), len(jobs)) - 1
    if helpers < 1 or len(jobs) > MOST_JOBS:
        return [job() for job in jobs]
    tickets, filled = os.pipe()
    os.write(filled, b"".join(number.to_bytes(TICKET, "big") for number in range(len(jobs))))
    os.close(filled)
    running = [_begin(jobs, tickets) for _ in range(helpers)]
    try:
        done = _work(jobs, tickets)
        for _, hears in running:
            done += hears.recv()
    finally:
        os.close(tickets)
        for process, hears in running:
            hears.close()
            process.kill()
            process.join()
    found = dict(done)
    return [found[number] for number in range(len(jobs))]


def _begin(jobs: Sequence[Callable[[], T]], tickets: int) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    context = multiprocessing.get_context("fork")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=lambda: tells.send(_work(jobs, tickets)), daemon=True)
    process.start()
    tells.close()
    return process, hears


def _work(jobs: Sequence[Callable[[], T]], tickets: int) -> list[tuple[int, T]]:
    return [(number, jobs[number]()) for number in _taken(tickets)]


def _taken(tickets: int) -> Iterator[int]:
    while ticket := os.read(tickets, TICKET):
        yield int.from_bytes(ticket, "big")


def _processes() -> int:
    """How many to use: one (this one) where forking is not safe or not possible."""
    alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(free, MOST_PROCESSES) if alone else 1
