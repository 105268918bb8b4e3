"""`aftercare check`: prove the scripts against the clinic's safety floor, and replay their cases."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from bot.cli.report import Report


def check(
    procedures: Annotated[list[str] | None, typer.Argument(help="Which ones; all live ones if none.")] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what was found.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Prove anew, also what has not changed.")] = False,
    against: Annotated[typer.FileText | None, typer.Option(hidden=True)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON document.")] = False,
) -> None:
    """Check scripts: every problem with its place and what to do. Exit code 1 when something must be mended."""
    from time import perf_counter

    from bot.cli.collecting import no_collecting

    began = perf_counter()
    with no_collecting():
        from bot.cli import check_report
        from bot.cli.folders import flows_folder

        folder = flows_folder(flows)
        report = _report(folder, tuple(procedures or ()), against, may_keep=not no_cache and against is None)
    seconds = perf_counter() - began
    if as_json:
        typer.echo(check_report.as_json(report, seconds))
    else:
        check_report.show(report, folder, seconds, quiet=quiet)
    if report.failed:
        raise typer.Exit(1)


def _report(folder: Path, procedures: tuple[str, ...], against: TextIO | None, *, may_keep: bool) -> "Report":
    """The report of an examination; ``may_keep`` allows that of an earlier one, of exactly these files and this code."""
    from bot.cli.check_cache import cache_folder, keep, kept, key_of
    from bot.core.errors import ScriptError
    from bot.wiring.folder import read_files

    cache, key = cache_folder(), ""
    if may_keep:
        # Files that cannot be read have no report to keep; the examination says what is wrong with them.
        with suppress(ScriptError):
            key = key_of(read_files(folder), procedures)
        if key and (found := kept(cache, key)) is not None:
            return found

    from bot.cli.examine import examine

    exam = examine(folder, procedures)
    if against is not None and not exam.failed:
        # It brings the database along, which the author's check does without.
        from bot.cli.publishing import compared
        from bot.core.check.falls import InForce

        exam = compared(exam, InForce.model_validate_json(against.read()))
    if key and exam.flows is not None and key_of(exam.flows.files, procedures) == key:
        keep(cache, key, exam.report)
    return exam.report
