"""Lanes: one run a key at a time, never a lost nudge, a bound on all of them, and an end."""

import asyncio

import pytest

from bot.cycle.lanes import Lanes


class Work:
    """Runs that begin and go on when they are told to."""

    def __init__(self, at_once: int = 2) -> None:
        self.lanes = Lanes("test", self, at_once)
        self.began: list[int] = []
        self.gate = asyncio.Event()
        self.failing: set[int] = set()

    async def __call__(self, key: int) -> None:
        self.began.append(key)
        await self.gate.wait()
        if key in self.failing:
            raise ValueError("the words of a patient")


async def test_keys_run_in_parallel_up_to_the_bound_and_the_rest_in_their_order() -> None:
    work = Work()
    work.lanes.nudge([1, 2, 3, 4, 3])
    await asyncio.sleep(0)
    assert work.began == [1, 2]
    work.gate.set()
    await work.lanes.idle()
    assert work.began == [1, 2, 3, 4]
    assert work.lanes.is_idle


async def test_a_nudge_during_a_run_is_not_lost() -> None:
    work = Work()
    work.lanes.nudge([1])
    await asyncio.sleep(0)
    work.lanes.nudge([1])
    work.lanes.nudge([1])
    work.gate.set()
    await work.lanes.idle()
    assert work.began == [1, 1]


async def test_a_run_that_fails_ends_alone_and_its_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    work = Work()
    work.failing = {1}
    work.gate.set()
    work.lanes.nudge([1, 2, 3])
    await work.lanes.idle()
    work.lanes.nudge([1])
    await work.lanes.idle()
    assert sorted(work.began) == [1, 1, 2, 3]
    assert "ValueError" in caplog.text
    assert "patient" not in caplog.text


async def test_stop_waits_for_what_runs_and_begins_nothing() -> None:
    work = Work(at_once=1)
    work.lanes.nudge([1, 2])
    await asyncio.sleep(0)
    work.lanes.nudge([1])
    stopping = asyncio.create_task(work.lanes.stop(within=5))
    await asyncio.sleep(0)
    work.gate.set()
    await stopping
    work.lanes.nudge([3])
    await work.lanes.idle()
    assert work.began == [1]
    assert work.lanes.is_closed
    await work.lanes.stop(within=0)


async def test_stop_cancels_what_does_not_end() -> None:
    work = Work()
    work.lanes.nudge([1])
    await asyncio.sleep(0)
    await work.lanes.stop(within=0)
    assert work.lanes.is_idle
