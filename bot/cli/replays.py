"""Replays the cases of scripts, in processes of their own where that is possible, while the proofs go on."""

import multiprocessing
import os
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Self

from bot.core.engine.events import Signal
from bot.core.engine.replay import problems_of
from bot.core.flow.cases import Case, Said
from bot.core.flow.model import Script
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.screening import Screen
from bot.wiring.signals import signals_in

MOST_PROCESSES = 4
WORTH_IT = 50
"""With fewer cases than this a second process costs more than it saves."""

Broken = tuple[int, str]
"""The place of a case in the list, and one problem of it."""


class Hearing:
    """Reads the patient's words in a case with the clinic's own screen, which is built when the first words come."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = lexicons
        self._screen: Screen | None = None

    def __call__(self, said: Said, asked: str | None) -> tuple[Signal, ...]:
        if self._screen is None:
            self._screen = Screen(self._lexicons)
        return signals_in(self._screen.read(said.say, asked=asked))


class Replays:
    """``with Replays(...) as replays:`` begins at once; ``problems`` waits for the end."""

    def __init__(self, scripts: Mapping[str, Script], cases: Sequence[Case], hear: Hearing) -> None:
        self._scripts = scripts
        self._cases = cases
        self._hear = hear
        self._running: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []

    def __enter__(self) -> Self:
        processes = _processes(len(self._cases))
        if processes > 1:
            context = multiprocessing.get_context("fork")
            for part in range(processes):
                hears, tells = context.Pipe(duplex=False)
                numbers = range(part, len(self._cases), processes)
                process = context.Process(target=self._tell, args=(numbers, tells), daemon=True)
                process.start()
                tells.close()
                self._running.append((process, hears))
        return self

    def __exit__(self, *exc_info: object) -> None:
        for process, hears in self._running:
            hears.close()
            process.kill()
            process.join()

    def problems(self) -> list[tuple[Case, str]]:
        """Every problem with its case, in the order of the cases. Errors: EOFError when a process broke down."""
        if self._running:
            broken = [one for _, hears in self._running for one in hears.recv()]
        else:
            broken = self._replay(range(len(self._cases)))
        return [(self._cases[number], problem) for number, problem in sorted(broken, key=lambda one: one[0])]

    def _tell(self, numbers: range, tells: Connection) -> None:
        tells.send(self._replay(numbers))

    def _replay(self, numbers: range) -> list[Broken]:
        return [
            (number, problem)
            for number in numbers
            for case in [self._cases[number]]
            for problem in problems_of(self._scripts[case.procedure], case, self._hear)
        ]


def _processes(cases: int) -> int:
    """How many to use: one (this one) where forking is not safe or not possible."""
    alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    return min(os.cpu_count() or 1, MOST_PROCESSES) if alone and cases >= WORTH_IT else 1
