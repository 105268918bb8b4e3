"""`aftercare play`: hold a check-in of a script in the terminal, or send many random patients through the engine."""

from pathlib import Path
from typing import Annotated

import typer


def play(
    procedure: Annotated[str, typer.Argument(help="For example face. With --random: all live ones if none.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the questions.")] = "en",
    day: Annotated[int | None, typer.Option(min=0, help="Days after the session.")] = None,
    hour: Annotated[float | None, typer.Option(min=0, help="Hours after the session.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="A treated place; can be given again.")] = None,
    modifier: Annotated[list[str] | None, typer.Option(help="A risk or a circumstance; can be given again.")] = None,
    check_in: Annotated[str, typer.Option(help="c1, c2, ... or on_demand, free_text.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write what was played as a case into this file.")] = None,
    patients: Annotated[
        int | None, typer.Option("--random", min=1, max=1_000_000, help="Play so many random patients instead.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same random patients.")] = 1,
    jsonl: Annotated[Path | None, typer.Option(help="Write each random patient as a line into this file.")] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Play a script: tap answers by number, write in your own words, or let time pass. `?` shows how."""
    from bot.cli.folders import flows_folder, known_procedures
    from bot.cli.play_random import play_crowd
    from bot.cli.play_start import Wanted, begin
    from bot.cli.play_table import play_on
    from bot.cli.terminal import console
    from bot.core.errors import Refused
    from bot.wiring.flows import load_flows

    folder = flows_folder(flows)
    if patients is not None:
        if any(given not in (None, [], "") for given in (day, hour, site, modifier, check_in, save)):
            raise typer.BadParameter("Random patients choose day, site, modifier and check-in themselves.")
        names = known_procedures(folder, (procedure,) if procedure else ())
        play_crowd(load_flows(folder, names).scripts, patients, seed, jsonl, console())
        return
    if jsonl is not None:
        raise typer.BadParameter("--jsonl is for random patients: give --random too.")
    if not procedure:
        raise typer.BadParameter(f"Which procedure? There is: {', '.join(known_procedures(folder))}.")
    if day is not None and hour is not None:
        raise typer.BadParameter("Give --day or --hour, not both.")
    at = hour if hour is not None else day * 24.0 if day is not None else None
    loaded = load_flows(folder, known_procedures(folder, (procedure,)))
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
