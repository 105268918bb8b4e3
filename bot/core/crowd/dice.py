"""Chance, handed in by the caller: the core throws no dice of its own."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Dice(Protocol):
    """What ``random.Random`` can do, as far as it is needed here."""

    def random(self) -> float:
        """A number from 0 up to, but not including, 1."""

    def choice(self, seq: Sequence[T], /) -> T:
        """One of them, each equally likely."""

    def randint(self, a: int, b: int, /) -> int:
        """A whole number from ``a`` to ``b``, both included."""

    def sample(self, population: Sequence[T], /, k: int) -> list[T]:
        """``k`` different ones of them."""
