"""`aftercare doctor`: look at everything that a clinic relies on, and say what to mend."""

from typing import Annotated

import typer


def doctor(
    send_test: Annotated[bool, typer.Option("--send-test", help="Send a test by every other channel too.")] = False,
) -> None:
    """Check the settings, Telegram, database, scripts, staff list, other channels and clock. Exit code 1 on any ✗."""
    import asyncio

    from rich.text import Text

    from bot.cli.doctor_settings import read_what_there_is
    from bot.cli.doctor_visit import visit
    from bot.cli.terminal import console

    partly = read_what_there_is()
    out = console()
    wrong = 0
    for line in asyncio.run(visit(partly, send_test)):
        wrong += not line.ok
        mark = Text("✓ ", "bold green") if line.ok else Text("✗ ", "bold red")
        out.print(mark.append(f"{line.what}: {line.found}", ""), soft_wrap=True)
        if line.todo and not line.ok:
            out.print(f"    {line.todo}", soft_wrap=True)
    out.print(f"{wrong} things to mend" if wrong else "All is well", style="bold red" if wrong else "bold green")
    if wrong:
        raise typer.Exit(1)
