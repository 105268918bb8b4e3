"""`aftercare screen`: what the screen of free text finds in a sentence, in a stream of them, and how well it does."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from bot.core.screen.screening import Screen, Screening


def screen(
    text: Annotated[str, typer.Argument(help="What a patient might write.")] = "",
    asked: Annotated[str, typer.Option(help="The question that is open, for example FE.")] = "",
    day: Annotated[float | None, typer.Option(help="Days since the treatment; can only raise.")] = None,
    procedure: Annotated[str, typer.Option(help="The treatment, for example face; can only raise.")] = "",
    evaluate: Annotated[
        list[Path] | None, typer.Option(help="Files of messages with a known level, a line each.")
    ] = None,
    split: Annotated[str, typer.Option(help="With --evaluate: only this part, tune or held_out.")] = "",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read messages from standard input, one JSON object a line.")
    ] = False,
    flows: Annotated[Path | None, typer.Option(help="The folder of the scripts. [FLOWS_DIR, else flows]")] = None,
) -> None:
    """Show the red-flag words in a text: each symptom, how it is meant, its level, where it stands, and why.

    The level of a message is the most severe level of what is present in it. A symptom without a level of its own
    counts as D3, which is what silence after the question about it gives. What is negated, past, somebody else's,
    supposed or a figure of speech raises nothing; it is asked about (asks), unless it is clearly negated, or a
    supposition that is no D1. A symptom that is called mild or better may count as D4 (asked about) or D5 (not).
    D5 means that nothing was found, never that all is well.

    --jsonl reads {"id", "text", "lang"?, "day"?, "procedure"?} and writes {"id", "level", "signals", "asks"};
    a broken line gives {"id", "line", "error"}. --evaluate reads {"id", "text", "lang", "level", "kind"?} lines.
    """
    from bot.cli.screen_lines import answers
    from bot.cli.screen_report import read_samples, report
    from bot.cli.terminal import console

    if sum((bool(text), bool(evaluate), jsonl)) > 1:
        raise typer.BadParameter("Give a text, or --evaluate, or --jsonl: one of them.")
    if jsonl:
        for answer in answers(_built(flows), sys.stdin.buffer):
            sys.stdout.write(answer + "\n")
        sys.stdout.flush()
    elif evaluate:
        for line in report(_built(flows), read_samples(evaluate, split)):
            typer.echo(line)
    else:
        found = _built(flows).read(text, asked=asked or None, day=day, procedure=procedure or None)
        out = console()
        for shown in _explained(found, text):
            out.print(shown)
        if found.signals:
            out.print(_table(found, text))


def _built(flows: Path | None) -> "Screen":
    from bot.cli.folders import flows_folder
    from bot.core.screen.lexicon_file import read_lexicon
    from bot.core.screen.screening import Screen
    from bot.wiring.folder import read_files

    files = read_files(flows_folder(flows))
    return Screen([read_lexicon(files[name], name) for name in files if name.startswith("clinic/lexicon/")])


def _explained(found: "Screening", text: str) -> "list[str | Text]":
    shown: list[str | Text] = [f"level: {found.level}   kind: {found.kind}"]
    if found.asks:
        shown.append(f"asks about: {', '.join(found.asks)}")
    if found.unreadable:
        shown.append("no word that any lexicon could read")
    if found.truncated:
        shown.append("the end of the text was not read")
    shown.append(_marked(found, text) if found.signals else "no signals; that never means that all is well")
    return shown


def _marked(found: "Screening", text: str) -> "Text":
    """The text with [words that were matched], and (words that gave them their status)."""
    from rich.text import Text

    marks: dict[int, str] = {}
    named = _joined(signal.span for signal in found.signals)
    reasons = _joined(signal.because for signal in found.signals if signal.because)
    for spans, begin, end in ((named, "[", "]"), (reasons, "(", ")")):
        for first, last in spans:
            marks[first] = marks.get(first, "") + begin
            marks[last] = end + marks.get(last, "")
    return Text("".join(marks.get(at, "") + text[at : at + 1] for at in range(len(text) + 1)))


def _joined(spans: "Iterable[tuple[int, int]]") -> list[tuple[int, int]]:
    """Spans that overlap become one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _table(found: "Screening", text: str) -> object:
    from rich.table import Table

    table = Table("symptom", "level", "status", "from-to", "words", "rule", "because of")
    for signal in found.signals:
        first, last = signal.span
        status = f"{signal.status}, getting worse" if signal.worse else str(signal.status)
        because = text[slice(*signal.because)] if signal.because else ""
        level = signal.level or "ask"
        table.add_row(signal.symptom, level, status, f"{first}-{last}", text[first:last], signal.rule, because)
    return table
