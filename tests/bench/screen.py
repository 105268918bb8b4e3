"""The screen of free text: a message of 200 characters, the longest that Telegram sends, and the memory of the lists."""

import json
import time
import tracemalloc
from itertools import cycle, islice
from pathlib import Path

from bot.core.screen.screening import Screen
from tests.bench.result import Result, Row, ms, p50, p99
from tests.bench.settings import BenchSettings

NAME = "screen"
CORPUS = Path(__file__).parents[1] / "core" / "screen" / "corpus"
LENGTH, LONGEST = 200, 4096
MESSAGE_S, LONGEST_S = 0.002, 0.040
MEMORY_MB = 50


def run(settings: BenchSettings) -> Result:
    """In this process, no I/O; every message is read for the first time."""
    tracemalloc.start()
    screen = Screen(settings.flows.lexicons)
    memory = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    texts = _texts()
    short = [_seconds(screen, text) for text in _cut(texts, LENGTH, settings.pick(200, 600))]
    long = [_seconds(screen, text) for text in _cut(texts, LONGEST, settings.pick(10, 30))]
    rows = [
        Row(
            f"{LENGTH} characters, median", ms(p50(short)), goal=f"at most {ms(MESSAGE_S)}", met=p50(short) <= MESSAGE_S
        ),
        Row(f"{LENGTH} characters, 99th percentile", ms(p99(short))),
        Row(
            f"{LONGEST} characters, median", ms(p50(long)), goal=f"at most {ms(LONGEST_S)}", met=p50(long) <= LONGEST_S
        ),
        Row(
            "longest to 200 characters, time a character",
            f"{p50(long) / LONGEST / (p50(short) / LENGTH):.2f}x",
            goal="at most 1.5x (linear)",
            met=p50(long) / LONGEST <= 1.5 * p50(short) / LENGTH,
        ),
        Row("memory of the lists", f"{memory:.0f} MB", goal=f"at most {MEMORY_MB} MB", met=memory <= MEMORY_MB),
    ]
    return Result(
        NAME,
        "Every word of a patient is read in all languages before she could have sent the next.",
        rows,
        ("Messages joined from the corpus of tests/core/screen, the languages mixed; processor time of this process.",),
    )


def _texts() -> list[str]:
    lines = [
        json.loads(line) for file in sorted(CORPUS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    return [line["text"] for line in lines[::7]]


def _cut(texts: list[str], length: int, count: int) -> list[str]:
    words = ". ".join(islice(cycle(texts), count * length // 20 + len(texts)))
    return [words[at * length : (at + 1) * length] for at in range(count)]


def _seconds(screen: Screen, text: str) -> float:
    began = time.process_time()
    screen.read(text)
    return time.process_time() - began
