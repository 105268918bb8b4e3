"""`aftercare simulate`: weeks of a clinic's life under faults, the same again for the same seed."""

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer


def simulate(
    seeds: Annotated[int, typer.Option(min=1, help="How many runs.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 1,
    hours: Annotated[float, typer.Option(min=1, help="How long each run lasts on its own clock.")] = 72,
    make_small: Annotated[bool, typer.Option("--shrink", help="Make the first violation small.")] = False,
    without: Annotated[list[str] | None, typer.Option(help="Leave out a kind of fault. May be repeated.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write what was found as a page (docs/reliability.md).")] = None,
    planted: Annotated[
        Path | None, typer.Option(help="What python -m tests.simulation.planted wrote, for the page.")
    ] = None,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Run the product against a simulated Telegram with faults, and check its promises. Ends with 1 when one is broken."""
    from bot.cli.folders import flows_folder
    from bot.simulation.campaign import campaign, replay_command, shrink, told
    from bot.simulation.chaos import KINDS
    from bot.simulation.clinic import make_template
    from bot.simulation.page import reliability_page
    from bot.simulation.run import Report
    from bot.wiring.flows import load_flows

    left_out = frozenset(without or ())
    if unknown := left_out - set(KINDS):
        typer.echo(f"There is no fault {', '.join(sorted(unknown))}. There are: {', '.join(KINDS)}", err=True)
        raise typer.Exit(2)

    def show(report: Report) -> None:
        state = "broken" if report.violations else "kept"
        typer.echo(f"seed {report.seed} {report.digest} {sum(report.faults.values())} faults: promises {state}")

    template = make_template(load_flows(flows_folder(flows)))
    try:
        totals = campaign(seed, seeds, hours, template, without=left_out, progress=show)
        if totals.broken:
            first = totals.broken[0]
            if make_small:
                first, left_out = shrink(first, template, left_out)
            typer.echo(told(first, left_out))
    finally:
        shutil.rmtree(template.folder, ignore_errors=True)
    checks, faults = sum(totals.checks.values()), sum(totals.faults.values())
    typer.echo(f"{totals.seeds} seeds, {totals.hours:,.0f} hours, {faults:,} faults, {checks:,} checks")
    typer.echo(f"{totals.hours / max(totals.cpu_s, 0.001):.1f} simulated hours a CPU second")
    typer.echo(f"{len(totals.broken)} seeds broke a promise; worst red-flag delay {totals.worst_delay:.2f} s")
    for report in totals.broken[1:]:
        typer.echo(f"  {report.violations[0]}   {replay_command(report)}")
    if page is not None:
        command = f"aftercare simulate --seeds {seeds} --seed {seed} --hours {hours:g} --page {page}"
        bugs = json.loads(planted.read_text()) if planted is not None else {}
        page.write_text(reliability_page(totals, seed, command, bugs))
    if totals.broken:
        raise typer.Exit(1)
