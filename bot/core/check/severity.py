"""How grave a finding is."""

from enum import StrEnum


class Severity(StrEnum):
    """Does the finding stop publication?"""

    ERROR = "error"
    """The script cannot be published."""
    WARNING = "warning"
    """Worth a look; publication goes on."""
