"""How well the screen reads messages whose level is known: recall and false alarms, by level and language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.level import Level
from bot.core.screen.screening import Screen, Screening

ASKED_ABOUT = frozenset({"historical", "other person"})
"""Kinds of message that raise no alarm and must still be asked about (clinical brief, section 6.2)."""


class Sample(BaseModel):
    """A message and the level that it must have; further keys of a line are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    level: Level
    id: str = ""
    lang: str = "?"
    kind: str = ""
    split: str = ""
    made: str = "hand"
    day: float | None = None
    procedure: str | None = None


class Fault(StrEnum):
    """What the screen did wrong with a message."""

    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    SILENT = "silent"


class Reading(BaseModel):
    """A sample, and what the screen made of it."""

    model_config = ConfigDict(frozen=True)

    sample: Sample
    found: Screening

    @property
    def fault(self) -> Fault | None:
        """Missed: a lower level than it must have. False alarm: D1-D3 where D5 is meant. Silent: not asked about."""
        if self.sample.level is not Level.D5:
            return None if self.found.level.at_least(self.sample.level) else Fault.MISSED
        if self.found.level.is_red:
            return Fault.FALSE_ALARM
        return Fault.SILENT if self.sample.kind in ASKED_ABOUT and not self.found.asks else None

    @property
    def is_asked_about(self) -> bool:
        """Raises no alarm, and a question is asked."""
        return bool(self.found.asks) and not self.found.level.is_red


class Row(BaseModel):
    """Counts of one group of samples."""

    model_config = ConfigDict(frozen=True)

    language: str
    group: str
    samples: int
    faults: int
    asked: int

    @property
    def fault_rate(self) -> float:
        """Faults of all samples, from 0 to 1."""
        return self.faults / self.samples if self.samples else 0


def read_all(screen: Screen, samples: Iterable[Sample]) -> Iterator[Reading]:
    """Each sample with what the screen makes of it."""
    for sample in samples:
        found = screen.read(sample.text, day=sample.day, procedure=sample.procedure)
        yield Reading(sample=sample, found=found)


def rows(readings: Iterable[Reading]) -> tuple[Row, ...]:
    """One row for each language and level of concern, and for each kind of message with no concern."""
    groups: defaultdict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        sample = reading.sample
        group = sample.level.value if sample.level.is_red else sample.kind or sample.level.value
        if not sample.level.is_red and sample.kind in {"plain", "misspelt", "translit", "mixed"}:
            group = sample.level.value
        groups[sample.lang, group].append(reading)
    return tuple(
        Row(
            language=language,
            group=group,
            samples=len(members),
            faults=sum(member.fault is not None for member in members),
            asked=sum(member.is_asked_about for member in members),
        )
        for (language, group), members in sorted(groups.items())
    )
