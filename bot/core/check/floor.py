"""The clinic's signed safety floor: for these answers never less than this level, in any script."""

from pydantic import BaseModel, ConfigDict

from bot.core.flow.conditions import Condition
from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FloorEntry(_Frozen):
    """One promise of the clinic. ``procedures`` names those that it binds; none named means all of them."""

    id: str
    when: Condition
    at_least: Level
    procedures: tuple[str, ...] = ()
    why: str
    source: tuple[str, ...] = ()

    def binds(self, procedure: str) -> bool:
        """Does the promise hold for scripts of this procedure?"""
        return not self.procedures or procedure in self.procedures


class Floor(_Frozen):
    """Every promise of the clinic, in the order of its file."""

    entries: tuple[FloorEntry, ...] = ()

    def binding(self, procedure: str) -> tuple[FloorEntry, ...]:
        """The promises that a script of this procedure must keep."""
        return tuple(entry for entry in self.entries if entry.binds(procedure))
