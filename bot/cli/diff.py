"""`aftercare diff`: what changed between two versions of scripts, and which patients would get another level."""

from pathlib import Path
from typing import Annotated

import typer

SIDE = "A folder of scripts, a procedure in one (flows/face), or a revision (16 digits) of the database."


def diff(
    old: Annotated[str, typer.Argument(help=SIDE)],
    new: Annotated[str, typer.Argument(help="The same, for what shall come.")],
    most: Annotated[int, typer.Option(min=1, max=50, help="So many patients of each level are shown.")] = 5,
    html: Annotated[Path | None, typer.Option(help="Write everything as one page into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON document.")] = False,
) -> None:
    """Compare scripts: all that changed, and patients whose level falls or rises. Exit code 1 when some level falls."""
    from bot.cli import diff_page, diff_report
    from bot.cli.diff_sides import compare, side
    from bot.cli.terminal import console, write_file

    found = compare(side(old), side(new), most)
    if as_json:
        typer.echo(diff_report.as_json(found))
    else:
        diff_report.show(found, console())
    if html is not None:
        write_file(html, diff_page.page(found))
        typer.echo(f"Written: {html}", err=as_json)
    if found.is_less_safe:
        raise typer.Exit(1)
