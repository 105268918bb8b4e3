"""Replays the cases of scripts with the clinic's own screen, in several processes where that is possible."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bot.cli.spreading import spread
from bot.core.engine.events import Signal
from bot.core.engine.remembered import Remembered
from bot.core.engine.replay import Hear, problems_of
from bot.core.flow.cases import Case, Said
from bot.core.flow.model import Script
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.screening import Screen
from bot.wiring.signals import signals_in

SLICE = 110
"""So many cases are one job: long enough that many of them begin alike, short enough that all processes end together."""

T = TypeVar("T")


class Hearing:
    """Reads the patient's words in a case with the clinic's own screen, which is built when the first words come."""

    def __init__(self, lexicons: Sequence[Lexicon], screen: Screen | None = None) -> None:
        self._lexicons = lexicons
        self._screen = screen

    def __call__(self, said: Said, asked: str | None) -> tuple[Signal, ...]:
        screen = self._screen
        if screen is None:
            screen = self._screen = Screen(self._lexicons)
        return signals_in(screen.read(said.say, asked=asked))


def replayed(scripts: Mapping[str, Script], cases: Sequence[Case], hear: Hearing) -> list[tuple[Case, str]]:
    """Every problem with its case, in the order of the cases."""
    found = spread([partial(problems_in, scripts, part, hear) for part in slices(cases)])
    broken = [problems for part in found for problems in part]
    return [(case, problem) for case, problems in zip(cases, broken, strict=True) for problem in problems]


def problems_in(scripts: Mapping[str, Script], cases: Iterable[Case], hear: Hear) -> list[tuple[str, ...]]:
    """The problems of each case."""
    known = {name: Remembered(script) for name, script in scripts.items()}
    return [problems_of(scripts[case.procedure], case, hear, known[case.procedure]) for case in cases]


def slices(whole: Sequence[T]) -> list[Sequence[T]]:
    """The whole in parts of the size of a job."""
    return [whole[begin : begin + SLICE] for begin in range(0, len(whole), SLICE)]
