"""`aftercare replay`: all cases, and the answers of past conversations, through a draft of the scripts."""

from pathlib import Path
from typing import Annotated

import typer


def replay(
    procedures: Annotated[list[str] | None, typer.Argument(help="Which ones; all live ones if none.")] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the draft. [FLOWS_DIR, else flows]")] = None,
    past: Annotated[
        bool, typer.Option(help="Also the past conversations of the database; --no-past needs none.")
    ] = True,
    most: Annotated[int, typer.Option(min=1, max=1000, help="So many patients of each sort are shown.")] = 20,
) -> None:
    """Play cases and past conversations through a draft. Exit code 1 when a case breaks or a red flag is lost."""
    import asyncio

    from bot.cli.folders import flows_folder, known_procedures
    from bot.cli.replay_past import look_back
    from bot.cli.replay_report import show_cases, show_past
    from bot.cli.replays import Hearing, replayed
    from bot.cli.terminal import console
    from bot.wiring.flows import load_flows

    folder = flows_folder(flows)
    loaded = load_flows(folder, known_procedures(folder, tuple(procedures or ())))
    cases = [case for name in loaded.scripts for case in loaded.cases(name)]
    out = console()
    broken = replayed(loaded.scripts, cases, Hearing(loaded.lexicons))
    show_cases(len(cases), broken, folder, out)
    failed = bool(broken)
    if past:
        found = asyncio.run(look_back(loaded.scripts))
        show_past(found, most, out)
        failed = failed or found.is_less_safe
    if failed:
        raise typer.Exit(1)
