"""How an examination of scripts is printed: findings first, then a table of the burden, and what was looked at."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.report import Burden, Examined, Found, Report, Signing
from bot.cli.terminal import console
from bot.core.check.severity import Severity

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}

_KEPT = "; from the cache: this was proved before, and nothing has changed since (--no-cache proves it anew)"


def show(report: Report, folder: Path, seconds: float, *, quiet: bool) -> None:
    """Print an examination; ``quiet`` leaves out what is well."""
    out = console()
    show_findings(report.found, folder, out)
    if quiet:
        return
    for one in report.examined:
        out.print(_burden_table(one))
        out.print(_counts(one))
    if report.signing is not None:
        out.print(signed_words(report.signing))
    out.print(_verdict(report, seconds))


def signed_words(signing: Signing) -> Text:
    """Whether a clinician has signed everything, in one line."""
    if not signing.open:
        return Text(f"Signed: {'; '.join(signing.signers)}", "green")
    each = ", ".join(f"{of} {number}" for of, number in signing.counted.items())
    count = len(signing.open)
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


def as_json(report: Report, seconds: float) -> str:
    """The examination for other programs."""
    document: dict[str, Any] = {
        "ok": not report.failed,
        "seconds": round(seconds, 3),
        "checks": report.checks,
        "from_cache": report.kept,
        "findings": [_finding(one) for one in report.found],
        "unsigned": list(report.signing.open) if report.signing else None,
        "procedures": {one.procedure: _procedure(one) for one in report.examined},
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
        "revision": one.revision,
        **_numbers(one),
        "languages": list(one.languages),
        "taps": {each.check_in: {"well": each.taps, "most": each.most, "limit": each.limit} for each in one.burdens},
    }


def _numbers(one: Examined) -> dict[str, int]:
    return {
        "questions": one.questions,
        "rules": one.rules,
        "floor": one.promises,
        "cases": one.cases,
    }


def _burden_table(one: Examined) -> Table:
    title = f"{one.procedure}: taps of a well patient"
    table = Table("check-in", "due", "phase", "sets", title=title, title_justify="left")
    for column in ("taps", "at most"):
        table.add_column(column, justify="right")
    table.add_column("with")
    table.add_column("limit", justify="right")
    for each in one.burdens:
        table.add_row(*_row(each))
    return table


def _row(each: Burden) -> tuple[str, ...]:
    # A check-in that only some patients have asks nothing of the others.
    plain = str(each.taps or "-")
    return each.check_in, each.due, each.phase, each.sets, plain, str(each.most), each.most_with, str(each.limit)


def _counts(one: Examined) -> str:
    numbers = _numbers(one)
    return (
        f"{one.procedure}: revision {one.revision}, {numbers['questions']} questions, "
        f"{numbers['rules']} rules, {numbers['floor']} promises of the floor proved, "
        f"{numbers['cases']} cases replayed, languages: {' '.join(one.languages)}"
    )


def _verdict(report: Report, seconds: float) -> Text:
    errors = sum(one.severity is Severity.ERROR for one in report.found)
    warnings = len(report.found) - errors
    style = "bold red" if errors else "bold green"
    kept = _KEPT if report.kept else ""
    return Text(f"{errors} errors, {warnings} warnings; {report.checks} checks, {seconds:.1f} s{kept}", style)
