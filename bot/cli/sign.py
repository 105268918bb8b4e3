"""`aftercare sign`: show what no clinician has signed, and write a signature into ``clinic/sign-off.yaml``."""

from pathlib import Path
from typing import Annotated

import typer


def sign(
    of: Annotated[str, typer.Argument(help="A procedure, floor, escalation, words or messages; all open ones.")] = "",
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
    show: Annotated[bool, typer.Option("--list", help="Only show what is open; sign nothing.")] = False,
) -> None:
    """Show each open point with its reason; then ask for name, role, licence and points, and write the signature."""
    from bot.cli import sign_sheet
    from bot.cli.check_report import show_findings
    from bot.cli.examine import examine
    from bot.cli.folders import flows_folder
    from bot.cli.terminal import console
    from bot.core.errors import ScriptError
    from bot.wiring.sources import utc_now

    folder = flows_folder(flows)
    out = console()
    exam = examine(folder)
    if exam.flows is None or exam.failed:
        show_findings(exam.found, folder, out)
        raise ScriptError([])
    sheets = sign_sheet.open_sheets(exam.flows, of)
    for line in sign_sheet.lines(exam.flows, sheets):
        out.print(line, soft_wrap=True, markup=False)
    if show or not sheets:
        return
    name = typer.prompt("Your name, as it stands on your licence")
    role = typer.prompt("Your role")
    licence = typer.prompt("Licence number")
    today = utc_now().date().isoformat()
    blocks = []
    for sheet in sheets:
        answer = typer.prompt(
            f"{sheet.name}: sign 'all' points, some (names with spaces between them), or 'none'", default="none"
        )
        items = sign_sheet.chosen(sheet, answer)
        if items is not None:
            blocks.append(sign_sheet.block(exam.flows, sheet, items, name, role, licence, today))
    if not blocks:
        typer.echo("Nothing was signed.")
        return
    typer.echo("\n" + "".join(blocks))
    if not typer.confirm("I have read these points and I accept them. Write this?"):
        typer.echo("Nothing was signed.")
        return
    left = sign_sheet.write(folder, blocks)
    typer.echo(f"Signed. Points that still wait: {left}.")
