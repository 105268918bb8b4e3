"""`aftercare draw`: a script as a picture, with how far each question reaches."""

from pathlib import Path
from typing import Annotated

import typer


def draw(
    procedure: Annotated[str, typer.Argument(help="For example face.")],
    out: Annotated[Path | None, typer.Option(help="The file to write. [PROCEDURE.svg]")] = None,
    lang: Annotated[str, typer.Option(help="The language of the words.")] = "en",
    patients: Annotated[
        int, typer.Option("--random", min=0, max=100_000, help="So many random patients tell the reach; 0: none.")
    ] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same random patients.")] = 1,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Draw a script as an SVG picture: timetable, question sets, rules and levels."""
    from bot.cli.folders import flows_folder, known_procedures
    from bot.cli.play_random import courses
    from bot.cli.terminal import write_file
    from bot.core.crowd.figures import figures
    from bot.core.draw.content import Reach
    from bot.core.draw.picture import draw as drawn
    from bot.core.errors import Refused
    from bot.wiring.flows import load_flows

    folder = flows_folder(flows)
    script = load_flows(folder, known_procedures(folder, (procedure,))).scripts[procedure]
    if lang not in script.texts:
        raise Refused(f"There is no language {lang!r}. There is: {', '.join(script.texts)}.")
    reach = None
    if patients:
        found = figures(procedure, courses(script, patients, seed))
        reach = Reach(found.patients, found.visits, found.asked, found.asked_in)
    file = out or Path(f"{procedure}.svg")
    write_file(file, drawn(script, reach, lang))
    typer.echo(f"Written: {file}")
