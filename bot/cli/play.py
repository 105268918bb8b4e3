"""`aftercare play`: hold a check-in of a script in the terminal, with the real engine and the real screen."""

from pathlib import Path
from typing import Annotated

import typer


def play(
    procedure: Annotated[str, typer.Argument(help="For example face.")],
    lang: Annotated[str, typer.Option(help="The language of the questions.")] = "en",
    day: Annotated[int | None, typer.Option(min=0, help="Days after the session.")] = None,
    hour: Annotated[float | None, typer.Option(min=0, help="Hours after the session.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="A treated place; can be given again.")] = None,
    modifier: Annotated[list[str] | None, typer.Option(help="A risk or a circumstance; can be given again.")] = None,
    check_in: Annotated[str, typer.Option(help="c1, c2, ... or on_demand, free_text.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write what was played as a case into this file.")] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Play a script: tap answers by number, write in your own words, or let time pass. `?` shows how."""
    from bot.cli.folders import flows_folder
    from bot.cli.play_start import Wanted, begin
    from bot.cli.play_table import play_on
    from bot.cli.terminal import console
    from bot.core.errors import Refused
    from bot.wiring.flows import load_flows

    if day is not None and hour is not None:
        raise typer.BadParameter("Give --day or --hour, not both.")
    at = hour if hour is not None else day * 24.0 if day is not None else None
    loaded = load_flows(flows_folder(flows), (procedure,))
    wanted = Wanted(procedure, lang, at, tuple(site or ()), tuple(modifier or ()), check_in)
    try:
        game = begin(loaded, wanted, console())
    except Refused as error:
        raise typer.BadParameter(str(error)) from None
    play_on(game)
    if save is not None:
        try:
            save.write_text(game.transcript.as_case(game), encoding="utf-8")
        except Refused as error:
            typer.echo(f"Nothing was saved: {error}", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"Saved as a case: {save}")
