"""`aftercare screen --evaluate`: recall and false alarms of the screen on messages with a known level, as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from bot.core.errors import Problem, ScriptError
from bot.core.screen.measuring import Reading, Row, Sample, read_all, rows
from bot.core.screen.screening import UNRATED, Screen

_SHOWN = 70


def read_samples(files: Iterable[Path], split: str = "") -> tuple[Sample, ...]:
    """The messages of JSON-lines files. Errors: ScriptError with every line that is none."""
    problems: list[Problem] = []
    samples: list[Sample] = []
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            if not line.strip():
                continue
            try:
                sample = Sample.model_validate_json(line)
            except ValidationError as fault:
                first = fault.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                message = f"{where}: {first['msg']}" if where else first["msg"]
                todo = 'Write {"id": "1", "text": "cant breathe", "lang": "en", "level": "D1"}.'
                problems.append(Problem("sample", message, str(file), number, todo=todo))
                continue
            if not split or sample.split == split:
                samples.append(sample)
    if problems:
        raise ScriptError(problems)
    return tuple(samples)


def report(screen: Screen, samples: Sequence[Sample]) -> Iterator[str]:
    """The lines of the report: a table of counts, then every fault."""
    readings = list(read_all(screen, samples))
    yield from _table(rows(readings))
    serious = [reading for reading in readings if reading.sample.level.value in {"D1", "D2"}]
    plain = [reading for reading in readings if reading.sample.kind == "no_concern"]
    yield ""
    if serious:
        right = sum(reading.fault is None for reading in serious)
        yield f"D1 and D2 together: {right} of {len(serious)} found ({_percent(right, len(serious))})."
    if plain:
        alarms = sum(reading.fault is not None for reading in plain)
        asked = sum(reading.is_asked_about for reading in plain)
        yield (
            f"No concern: {alarms} of {len(plain)} raise D1-D3 ({_percent(alarms, len(plain))}), "
            f"{asked} are asked about ({_percent(asked, len(plain))})."
        )
    faults = [reading for reading in readings if reading.fault]
    yield ""
    yield f"{len(faults)} faults:" if faults else "No faults."
    yield from (_fault(reading) for reading in faults)


def _table(counted: Sequence[Row]) -> Iterator[str]:
    yield "| Language | Messages that are | Messages | Right | Faults | Asked about |"
    yield "|---|---|---|---|---|---|"
    for row in counted:
        right = _percent(row.samples - row.faults, row.samples)
        yield f"| {row.language} | {row.group} | {row.samples} | {right} | {row.faults} | {row.asked} |"


def _fault(reading: Reading) -> str:
    sample, found = reading.sample, reading.found
    text = " ".join(sample.text.encode("utf-8", "replace").decode().split())
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    signals = ", ".join(f"{each.symptom} {(each.level or UNRATED).value} {each.status.value}" for each in found.signals)
    where = f"{sample.lang} {sample.id}, {sample.level.value}, read as {found.level.value}"
    return f"- {reading.fault}: `{text}` ({where}: {signals or 'nothing'})"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"
