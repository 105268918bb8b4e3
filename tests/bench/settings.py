"""How much a run measures."""

from dataclasses import dataclass
from pathlib import Path

from bot.wiring.flows import Flows


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """``quick`` is for two minutes, ``large`` adds what takes a quarter of an hour.

    ``folder`` is on a real disk: a commit that costs nothing would flatter the product.
    """

    flows: Flows
    folder: Path
    quick: bool = False
    large: bool = False

    def pick(self, quick: int, full: int) -> int:
        """How often, by how much time there is."""
        return quick if self.quick else full
