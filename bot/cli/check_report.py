"""How an examination of scripts is printed: findings first, then a table of the burden, and what was looked at."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.examine import Burden, Exam, Examined, Found
from bot.cli.terminal import console
from bot.core.check.finding import Severity
from bot.core.check.space import due_hour
from bot.core.flow.model import CheckIn
from bot.core.flow.sign_off import Standing, counted

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def show(exam: Exam, folder: Path, seconds: float, *, quiet: bool) -> None:
    """Print an examination; ``quiet`` leaves out what is well."""
    out = console()
    show_findings(exam.found, folder, out)
    if quiet:
        return
    for one in exam.examined:
        out.print(_burden_table(one))
        out.print(_counts(one))
    if exam.flows is not None:
        out.print(signed_words(exam.flows.standing))
    out.print(_verdict(exam, seconds))


def signed_words(standing: Standing) -> Text:
    """Whether a clinician has signed everything, in one line."""
    if standing.is_signed:
        return Text(f"Signed: {'; '.join(standing.signers)}", "green")
    each = ", ".join(f"{of} {number}" for of, number in counted(standing.open).items())
    count = len(standing.open)
    points = "1 point waits" if count == 1 else f"{count} points wait"
    return Text(
        f"NOT clinically approved: {points} for a clinician's signature ({each}). See: aftercare sign", "yellow"
    )


def show_findings(found: Iterable[Found], folder: Path, out: Console) -> None:
    """Each finding: place, what is wrong and what to do, and the patient for whom it is wrong."""
    for one in found:
        place = str(one.place._replace(file=str(folder / one.place.file))) if one.place.file else ""
        about = f"{one.about}{f' ({one.language})' if one.language else ''}: " if one.about else ""
        line = Text.assemble(
            (f"{place}: " if place else "", "bold"),
            (one.severity.value, _STYLES[one.severity]),
            f": {about}{one.message} {one.todo} ",
            (f"[{one.code}]", "dim"),
        )
        out.print(line, soft_wrap=True)
        if one.patient:
            out.print(Text(f"    patient: {one.patient}", "italic"), soft_wrap=True)


def as_json(exam: Exam, seconds: float) -> str:
    """The examination for other programs."""
    document: dict[str, Any] = {
        "ok": not exam.failed,
        "seconds": round(seconds, 3),
        "checks": exam.checks,
        "findings": [_finding(one) for one in exam.found],
        "unsigned": [asdict(point) for point in exam.flows.standing.open] if exam.flows else None,
        "procedures": {one.script.procedure: _procedure(one) for one in exam.examined},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _finding(one: Found) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity.value,
        "procedure": one.procedure,
        "file": one.place.file,
        "line": one.place.line,
        "column": one.place.column,
        "about": one.about,
        "message": one.message,
        "todo": one.todo,
        "language": one.language,
        "patient": one.patient,
    }


def _procedure(one: Examined) -> dict[str, Any]:
    return {
        "revision": one.script.revision,
        **_numbers(one),
        "languages": sorted(one.script.texts),
        "taps": {each.check_in.id: {"well": each.taps, "most": each.most, "limit": each.limit} for each in one.burdens},
    }


def _numbers(one: Examined) -> dict[str, int]:
    return {
        "questions": len(one.script.questions),
        "rules": len(one.script.rules),
        "floor": one.promises,
        "cases": one.cases,
    }


def _burden_table(one: Examined) -> Table:
    title = f"{one.script.procedure}: taps of a well patient"
    table = Table("check-in", "due", "phase", "sets", title=title, title_justify="left")
    for column in ("taps", "at most"):
        table.add_column(column, justify="right")
    table.add_column("with")
    table.add_column("limit", justify="right")
    for each in one.burdens:
        table.add_row(*_row(each))
    return table


def _row(each: Burden) -> tuple[str, ...]:
    entry = each.check_in
    sets = " ".join(entry.sets) + "".join(f" (+{' '.join(extra.sets)})" for extra in entry.extra)
    return (
        entry.id,
        _due(entry),
        entry.phase.value,
        sets,
        # A check-in that only some patients have asks nothing of the others.
        str(each.taps or "-"),
        str(each.most),
        each.most_with,
        str(each.limit),
    )


def _due(entry: CheckIn) -> str:
    return f"day {entry.on_day}" if entry.on_day is not None else f"{due_hour(entry):g} h"


def _counts(one: Examined) -> str:
    numbers = _numbers(one)
    return (
        f"{one.script.procedure}: revision {one.script.revision}, {numbers['questions']} questions, "
        f"{numbers['rules']} rules, {numbers['floor']} promises of the floor proved, "
        f"{numbers['cases']} cases replayed, languages: {' '.join(sorted(one.script.texts))}"
    )


def _verdict(exam: Exam, seconds: float) -> Text:
    errors = sum(one.severity is Severity.ERROR for one in exam.found)
    warnings = len(exam.found) - errors
    style = "bold red" if errors else "bold green"
    return Text(f"{errors} errors, {warnings} warnings; {exam.checks} checks, {seconds:.1f} s", style)
