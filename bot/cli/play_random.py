"""`aftercare play --random N`: many random patients through the real engine, and what came of them."""

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.play_view import LEVELS
from bot.core.crowd.course import Course, course
from bot.core.crowd.figures import Figures, figures
from bot.core.errors import Refused
from bot.core.flow.model import Script
from bot.core.level import Level


def play_crowd(scripts: Mapping[str, Script], patients: int, seed: int, file: Path | None, out: Console) -> None:
    """Play so many patients of each script and print what came of them. Errors: Refused when a file is no place."""
    try:
        lines = file.open("w", encoding="utf-8") if file is not None else None
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
    try:
        for name, script in scripts.items():
            show(figures(name, _kept(courses(script, patients, seed), lines)), seed, out)
    finally:
        if lines is not None:
            lines.close()
    if file is not None:
        out.print(f"Each patient is a line of {file}", soft_wrap=True)


def courses(script: Script, patients: int, seed: int) -> Iterator[Course]:
    """The patients of this seed; the first of them are the same however many there are."""
    for number in range(patients):
        # The dice of each patient are her own, made from words: the same on every machine.
        dice = random.Random(f"{seed} {script.procedure} {number}")
        yield course(script, dice, number)


def show(found: Figures, seed: int, out: Console) -> None:
    """Levels by check-in, then how many patients were told what."""
    title = f"{found.procedure}: {found.patients:,} random patients, seed {seed}"
    table = Table("check-in", "day", title=title, title_justify="left")
    for column in ("asked", *Level, "turns", "taps", "most taps"):
        table.add_column(column, justify="right")
    for step in found.steps:
        levels = (_share(step.levels[level], step.visits, level) for level in Level)
        table.add_row(
            step.step, str(step.day), f"{step.visits:,}", *levels, f"{step.turns:.1f}", f"{step.taps:.1f}",
            str(step.most_taps),
        )  # fmt: skip
    out.print(table)
    worst = ", ".join(f"{level} {number:,}" for level, number in found.worst.items())
    out.print(f"worst level of each patient: {worst}", soft_wrap=True)
    advised = ", ".join(f"{name} {number:,}" for name, number in found.advised.items())
    out.print(f"patients who got each advice: {advised or 'none'}", soft_wrap=True)
    out.print(
        f"{found.visits:,} check-ins, {found.turns:,} turns, {found.taps:,} taps; "
        f"{found.silent:,} check-ins ended in silence",
        soft_wrap=True,
    )
    out.print(Text("Random answers say what the script does, not how often things happen.\n", "dim"))


def as_line(one: Course) -> str:
    """One patient as a line of JSON."""
    who = one.member
    visits = [
        {
            "step": visit.step,
            "day": visit.day,
            "hour": visit.hour,
            "level": visit.level,
            "how": visit.how,
            "turns": visit.turns,
            "taps": visit.taps,
            "rules": visit.rules,
            "advice": visit.advice,
            "answers": visit.answers,
        }
        for visit in one.visits
    ]
    return json.dumps(
        {
            "patient": one.number,
            "procedure": one.procedure,
            "sites": who.sites,
            "modifiers": who.modifiers,
            "visits": visits,
        }
    )


def _kept(played: Iterator[Course], lines: IO[str] | None) -> Iterator[Course]:
    for one in played:
        if lines is not None:
            lines.write(f"{as_line(one)}\n")
        yield one


def _share(number: int, of: int, level: Level) -> Text:
    return Text(f"{100 * number / of:.1f}%", LEVELS[level] if number else "dim")
