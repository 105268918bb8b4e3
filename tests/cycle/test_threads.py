"""Blocking calls: heard until their time limit, one thread a key, a bounded number, and errors come through."""

import asyncio
import threading

import pytest

from bot.cycle.threads import BoundedThreads


async def test_what_a_call_says_and_raises() -> None:
    threads = BoundedThreads(2, 10)
    assert await threads.run("a", lambda: True) is True
    assert await threads.run("a", lambda: False) is False

    def fails() -> bool:
        raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        await threads.run("a", fails)
    assert (threads.room, threads.busy) == (2, frozenset())


async def test_one_that_hangs_keeps_its_own_thread_and_no_other() -> None:
    threads, over = BoundedThreads(2, 0.05), threading.Event()
    with pytest.raises(TimeoutError):
        await threads.run("hangs", over.wait)
    assert (threads.room, threads.busy) == (1, frozenset({"hangs"}))
    assert await threads.run("other", lambda: True) is True
    over.set()
    for thread in threading.enumerate():
        if thread.name == "channel":
            await asyncio.to_thread(thread.join, 10)
    await asyncio.sleep(0)
    assert threads.room == 2
