"""`aftercare screen`: what the screen of free text finds in a sentence."""

from pathlib import Path
from typing import Annotated

import typer


def screen(
    text: Annotated[str, typer.Argument(help="What a patient might write.")],
    asked: Annotated[str, typer.Option(help="The question that is open, for example FE.")] = "",
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Show the red-flag words in a text: each symptom, how it is meant, its level, and where it stands."""
    from rich.table import Table

    from bot.cli.folders import flows_folder
    from bot.cli.terminal import console
    from bot.core.screen.lexicon_file import read_lexicon
    from bot.core.screen.screening import Screen
    from bot.wiring.folder import read_files

    files = {
        name: words for name, words in read_files(flows_folder(flows)).items() if name.startswith("clinic/lexicon/")
    }
    found = Screen([read_lexicon(words, name) for name, words in files.items()]).read(text, asked=asked or None)
    out = console()
    out.print(f"level: {found.level}   kind: {found.kind}")
    if found.asks:
        out.print(f"asks about: {', '.join(found.asks)}")
    if found.unreadable:
        out.print("no word that any lexicon could read")
    if found.truncated:
        out.print("the end of the text was not read")
    if not found.signals:
        out.print("no signals; that never means that all is well")
        return
    table = Table("symptom", "level", "status", "from-to", "words")
    for signal in found.signals:
        first, last = signal.span
        status = f"{signal.status}, getting worse" if signal.worse else str(signal.status)
        table.add_row(signal.symptom, signal.level or "ask", status, f"{first}-{last}", text[first:last])
    out.print(table)
