"""The whole error tree of the project.

::

    AftercareError
    |- ScriptError            a file in flows/ that cannot be used; carries a list of Problem
    |- SettingsError          a setting is missing or wrong; names the variable
    |- NotReady               set up is not finished: the product refuses to send
    |- Refused                a person asked for something that cannot be done; carries a text key
    |  |- NotStaff            the person is not on the staff list
    |  |- TokenUnknown / TokenUsed / TokenExpired   an invitation that opens nothing
    |- Conflict               somebody else was first (a unique row exists, an alert is taken)
    `- Gone                   the row that this was about does not exist any more
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a script: where it is and what to do.

    ``line`` and ``column`` count from 1; 0 means "the file as a whole".
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    todo: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f":{self.line}:{self.column}"
        todo = f" {self.todo}" if self.todo else ""
        return f"{where + ': ' if where else ''}{self.message}{todo} [{self.code}]"


class AftercareError(Exception):
    """The root of every error that this project raises by intent."""


class ScriptError(AftercareError):
    """A script, text or policy file cannot be used; nothing of it was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SettingsError(AftercareError):
    """A setting is missing or wrong; the message names the variable and shows an example."""


class NotReady(AftercareError):
    """The product is set up only in part and refuses to send (say, no emergency number)."""


class Refused(AftercareError):
    """A person asked for something that cannot be done; ``text`` is the key of the reply to show."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


class NotStaff(Refused):
    """The person is not on the staff list, or was removed from it."""


class TokenUnknown(Refused):
    """No invitation has this token."""


class TokenUsed(Refused):
    """The invitation was used already."""


class TokenExpired(Refused):
    """The invitation is older than its time limit."""


class Conflict(AftercareError):
    """Somebody else was first: the row exists already, or is no longer in the state that was expected."""


class Gone(AftercareError):
    """The row that this was about does not exist any more."""
