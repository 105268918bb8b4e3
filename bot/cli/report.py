"""What an examination of scripts tells its reader: plain data, so that it can be kept and shown without the scripts."""

from dataclasses import dataclass

from bot.core.check.severity import Severity
from bot.core.flow.nodes import Place


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: of the reading, of a check, or of a case."""

    place: Place
    severity: Severity
    about: str
    message: str
    todo: str
    code: str
    procedure: str = ""
    language: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Burden:
    """What a check-in asks of a well patient: taps without and with the one modifier that adds most."""

    check_in: str
    due: str
    phase: str
    sets: str
    taps: int
    most: int
    most_with: str
    limit: int


@dataclass(frozen=True, slots=True)
class Examined:
    """One procedure: how much was looked at, and the burden of its check-ins."""

    procedure: str
    revision: str
    questions: int
    rules: int
    promises: int
    cases: int
    languages: tuple[str, ...]
    burdens: tuple[Burden, ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """What a clinician has not signed: each point by its fields, how many of what; and who signed."""

    open: tuple[dict[str, str], ...]
    counted: dict[str, int]
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is shown of an examination. ``kept``: it is an earlier one, of exactly these files.

    ``signing`` is None when the files could not be read.
    """

    examined: tuple[Examined, ...]
    found: tuple[Found, ...]
    checks: int
    signing: Signing | None = None
    kept: bool = False

    @property
    def failed(self) -> bool:
        """Is there anything that must be mended before these scripts may be used?"""
        return any(one.severity is Severity.ERROR for one in self.found)
