"""What a check found: data that the command line, the console and the tests show, each in its own way."""

from dataclasses import dataclass
from typing import Literal

from bot.core.check.patient import Patient
from bot.core.check.severity import Severity

__all__ = ["Finding", "Place", "PlaceKind", "Severity", "error", "warning"]

PlaceKind = Literal[
    "script", "procedure", "question", "set", "rule", "advice", "text", "check_in", "plan", "floor", "symptom"
]
"""The sorts of thing that a finding can be about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the script, in its own words: ``Place("rule", "PA-2")``."""

    kind: PlaceKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', '-')} {self.id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, what to do, and (for a proof) one patient for whom it is wrong."""

    code: str
    severity: Severity
    place: Place
    message: str
    todo: str
    language: str = ""
    patient: Patient | None = None

    @property
    def stops(self) -> bool:
        """Must this be mended before the script can be published?"""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        language = f" ({self.language})" if self.language else ""
        return f"{self.severity}: {self.place}{language}: {self.message} {self.todo} [{self.code}]"


def error(
    code: str, place: Place, message: str, todo: str, *, language: str = "", patient: Patient | None = None
) -> Finding:
    """A finding that stops publication."""
    return Finding(code, Severity.ERROR, place, message, todo, language, patient)


def warning(
    code: str, place: Place, message: str, todo: str, *, language: str = "", patient: Patient | None = None
) -> Finding:
    """A finding that is worth a look."""
    return Finding(code, Severity.WARNING, place, message, todo, language, patient)
