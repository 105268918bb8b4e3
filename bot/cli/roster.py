"""`aftercare roster`: bring a whole plan of shifts and holidays in from a file, or see what it would change."""

import asyncio
import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Action(StrEnum):
    """What is done with the file."""

    IMPORT = "import"
    CHECK = "check"


def roster(
    action: Annotated[Action, typer.Argument(help="import: it replaces what is planned. check: only look at it.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML; see docs/operations.md.")],
) -> None:
    """Replace the weekly pattern and the holidays to come by those of a file; all of it, or nothing."""
    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.core.cover.reading import read_plan
    from bot.core.errors import ScriptError
    from bot.store.unit import Unit
    from bot.usecases.import_plan import Imported, import_plan
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    clinic = clinic_of(settings)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot be read ({type(error).__name__}).", param_hint="FILE") from None

    def wrong(error: ScriptError) -> typer.Exit:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        typer.echo("Nothing was changed.", err=True)
        return typer.Exit(1)

    try:
        plan = read_plan(text, str(file))
    except ScriptError as error:
        raise wrong(error) from None

    class Undo(Exception):
        """Takes everything back: the file was only to be looked at."""

    async def run() -> Imported:
        found: list[Imported] = []

        def work(unit: Unit) -> None:
            found.append(import_plan(unit, clinic, utc_now(), "command line", plan, str(file)))
            if action is Action.CHECK:
                raise Undo

        async with opened_store(settings) as store:
            with contextlib.suppress(Undo):
                await store.run(work)
        return found[0]

    try:
        done = asyncio.run(run())
    except ScriptError as error:
        raise wrong(error) from None
    verb = "Imported" if action is Action.IMPORT else "Would import"
    typer.echo(f"{verb}: {done.lines} weekly shifts, {done.holidays} holidays. They replace {done.replaced}.")
    for line in done.gaps:
        typer.echo(f"  {line}")
    if not done.gaps:
        typer.echo("There are no gaps in the next 14 days.")
