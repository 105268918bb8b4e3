"""`aftercare check`: prove the scripts against the clinic's safety floor, and replay their cases."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    procedures: Annotated[list[str] | None, typer.Argument(help="Which ones; all live ones if none.")] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what was found.")] = False,
    against: Annotated[typer.FileText | None, typer.Option(hidden=True)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON document.")] = False,
) -> None:
    """Check scripts: every problem with its place and what to do. Exit code 1 when something must be mended."""
    from time import perf_counter

    from bot.cli.collecting import no_collecting

    began = perf_counter()
    with no_collecting():
        from bot.cli import check_report
        from bot.cli.examine import examine
        from bot.cli.folders import flows_folder

        folder = flows_folder(flows)
        exam = examine(folder, tuple(procedures or ()))
        if against is not None and not exam.failed:
            # It brings the database along, which the author's check does without.
            from bot.cli.publishing import compared
            from bot.core.check.falls import InForce

            exam = compared(exam, InForce.model_validate_json(against.read()))
    seconds = perf_counter() - began
    if as_json:
        typer.echo(check_report.as_json(exam, seconds))
    else:
        check_report.show(exam, folder, seconds, quiet=quiet)
    if exam.failed:
        raise typer.Exit(1)
