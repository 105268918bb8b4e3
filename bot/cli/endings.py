"""How a command that cannot go on ends: one clear line for each thing that is wrong, and an exit code of its own."""

from typing import Any

import typer
from typer.core import TyperGroup

from bot.core.errors import AftercareError, ScriptError, SettingsError

WRONG = 1
"""Something that was looked at is wrong, or something that was asked for cannot be done."""
SETTINGS = 2
"""A setting is missing or wrong; nothing was started."""
SCRIPTS = 3
"""The files in ``flows/`` cannot be used; nothing was started."""


class TellingGroup(TyperGroup):
    """Turns the project's own errors into lines on stderr and exit codes; any other error keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AftercareError as error:
            raise typer.Exit(tell(error)) from None


def tell(error: AftercareError) -> int:
    """Print what is wrong and what to do; returns the exit code."""
    match error:
        case SettingsError():
            lines, code = str(error).splitlines(), SETTINGS
        case ScriptError():
            lines = [str(problem) for problem in error.problems]
            lines = lines or ["The scripts were not proved; the findings stand above."]
            lines.append("Mend the files in the folder of FLOWS_DIR; `aftercare check` shows all that is wrong.")
            code = SCRIPTS
        case _:
            lines, code = [str(error) or type(error).__name__], WRONG
    for line in lines:
        typer.echo(line, err=True)
    return code
