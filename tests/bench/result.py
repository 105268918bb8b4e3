"""What a benchmark found: rows of figures, each with its goal and whether it was met."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``peer`` and ``ratio`` (product to peer) are empty where nobody stands beside the product."""

    what: str
    product: str
    peer: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one benchmark and the goal in one sentence; ``notes`` say how it was measured."""

    name: str
    goal: str
    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())

    @property
    def met(self) -> bool:
        """Whether every row that has a goal reached it."""
        return all(row.met is not False for row in self.rows)


def p50(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def p99(values: Sequence[float]) -> float:
    """The 99th percentile; of fewer than a hundred values this is close to the worst."""
    return quantiles(values, n=100, method="inclusive")[98] if len(values) > 1 else values[0]


def ms(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def us(seconds: float) -> str:
    """Seconds as microseconds."""
    return f"{seconds * 1e6:,.0f} us"


def times(ratio: float) -> str:
    """A ratio."""
    return f"{ratio:,.2f}x" if ratio < 10 else f"{ratio:,.0f}x"


def table(result: Result) -> str:
    """The result as Markdown."""
    lines = [
        f"## {result.name}: {'met' if result.met else 'NOT met'}",
        "",
        result.goal,
        "",
        "| what | Aftercare | peer | ratio | goal | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in result.rows:
        verdict = {True: "met", False: "**not met**", None: ""}[row.met]
        lines.append(f"| {row.what} | {row.product} | {row.peer} | {row.ratio} | {row.goal} | {verdict} |")
    if result.notes:
        lines += ["", *(f"- {note}" for note in result.notes)]
    return "\n".join(lines) + "\n"
