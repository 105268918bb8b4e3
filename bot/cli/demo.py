"""`aftercare demo`: the whole product with pretended phones in a browser; no account and no settings are needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is.")] = 8088,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Show the whole product on one page: a patient's phone, the staff's phones, and a clock that can be moved."""
    from bot.cli.folders import flows_folder
    from bot.demo.running import main

    try:
        main(port, flows=flows_folder(flows), browser=not no_browser and sys.stdout.isatty())
    except OSError as error:
        typer.echo(f"Port {port} cannot be used: {error.strerror or type(error).__name__}. Try --port 8089.", err=True)
        raise typer.Exit(1) from None
