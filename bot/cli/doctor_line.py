"""One line of the doctor: is it well, what was found, and what to mend."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """What one look found."""

    ok: bool
    what: str
    found: str
    todo: str = ""


def line(ok: bool, what: str, found: str, todo: str = "") -> Line:
    """A line; ``todo`` is shown only when it is not well."""
    return Line(ok, what, found, todo)


def skipped(what: str, setting: str) -> Line:
    """The line of what cannot be looked at before a setting is right."""
    return Line(False, what, f"not looked at: {setting} is missing or wrong", "Put that right first.")
