"""`aftercare screen --jsonl`: a stream of messages in, what the screen finds in each of them out."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.screen.screening import UNRATED, Screen, Screening


def answers(screen: Screen, lines: Iterable[bytes]) -> Iterator[str]:
    """One JSON object for each line that is not empty: the findings, or an error that names the line."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield json.dumps(_answer(screen, line, number))


def _answer(screen: Screen, line: bytes, number: int) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return {"id": None, "line": number, "error": f"This line is no JSON: {fault}"}
    if not isinstance(given, dict):
        return {"id": None, "line": number, "error": "This line is no JSON object."}
    name, text, day, procedure = (given.get(key) for key in ("id", "text", "day", "procedure"))
    if not isinstance(text, str):
        return {"id": name, "line": number, "error": "'text' is missing, or no string."}
    if day is not None and (isinstance(day, bool) or not isinstance(day, int | float)):
        return {"id": name, "line": number, "error": "'day' is no number."}
    if procedure is not None and not isinstance(procedure, str):
        return {"id": name, "line": number, "error": "'procedure' is no string."}
    return {"id": name, **_findings(screen.read(text, day=day, procedure=procedure))}


def _findings(found: Screening) -> dict[str, Any]:
    signals = [
        {
            "symptom": signal.symptom,
            "level": (signal.level or UNRATED).value,
            "span": list(signal.span),
            "status": signal.status.value,
        }
        for signal in found.signals
    ]
    findings: dict[str, Any] = {"level": found.level.value, "signals": signals, "asks": list(found.asks)}
    if found.unreadable or found.truncated:
        findings["unread"] = "all" if found.unreadable else "end"
    return findings
