"""Turns that were played already: most cases of a script begin alike, and the engine answers the same each time."""

from datetime import datetime

from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import Input
from bot.core.engine.run import Run
from bot.core.flow.model import Script


class Remembered:
    """The turns of one script, found again by the run, the input and the time: ``advance`` looks at nothing else."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._begun: dict[str, Run] = {}
        self._turns: dict[tuple[int, Input, datetime], tuple[Run, Turn]] = {}

    def turn(self, run: Run, given: Input, now: datetime) -> Turn:
        """``advance(script, run, given, now)``, played once. Errors: as there."""
        if run.turn == 0:
            # Of equal beginnings the first stands for all: what follows from it is told by which run it is.
            run = self._begun.setdefault(run.model_dump_json(), run)
        key = (id(run), given, now)
        found = self._turns.get(key)
        if found is None:
            # The run is kept beside its turn, so that no other can come to have its id.
            found = self._turns[key] = run, advance(self._script, run, given, now)
        return found[1]
