"""Jobs that are spread over processes come back in their order, and none is lost or done twice."""

import os
from collections.abc import Callable
from functools import partial

import pytest

from bot.cli.spreading import spread


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def refuse() -> tuple[int, int]:
    raise ValueError("this job cannot be done")


def test_the_results_come_in_the_order_of_the_jobs() -> None:
    done = spread([partial(squared, number) for number in range(300)])
    assert [result for result, _ in done] == [number * number for number in range(300)]


def test_no_jobs_are_done_at_once() -> None:
    assert spread([]) == []


def test_a_job_that_fails_is_never_passed_over() -> None:
    jobs: list[Callable[[], tuple[int, int]]] = [partial(squared, 1), refuse, partial(squared, 2), refuse]
    with pytest.raises((ValueError, EOFError)):
        spread(jobs)
