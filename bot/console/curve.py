"""The places of a curve on its picture: pure arithmetic, drawn by the template as SVG."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from bot.usecases.patient_page import Curve, Line, Point

WIDTH, HEIGHT = 560, 250
LEFT, RIGHT, TOP, BOTTOM = 118, 14, 12, 30
DAYS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 84, 120)
Scale = Callable[[float], float]
CLOSE = 26.0
"""Marks of the axis that would stand nearer than this are left out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One session: pieces of line (a silence breaks it), its points, and the silences as (x, width)."""

    is_newest: bool
    number: int
    pieces: tuple[str, ...]
    points: tuple[tuple[float, float, Point], ...]
    silences: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A curve with everything in its place. ``band`` is the outline of what the script expects; empty: it says nothing."""

    curve: Curve
    band: str
    columns: tuple[Mark, ...]
    rows: tuple[Mark, ...]
    lines: tuple[Drawn, ...]
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def has_points(self) -> bool:
        """Was this ever answered?"""
        return any(line.points for line in self.lines)


def picture_of(curve: Curve) -> Picture:
    """Early days get more room than late ones: the axis goes by the root of the time."""
    hours = [point.hour for line in curve.lines for point in line.points]
    hours += [end for line in curve.lines for _, end in line.silences]
    longest = max([72.0, *hours, *(hour for hour, _ in curve.band.worst)])
    steps = max(len(curve.labels) - 1, 1)

    def x(hour: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * sqrt(max(hour, 0.0) / longest), 1)

    def y(place: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * place / steps, 1)

    columns: list[Mark] = []
    for day in DAYS:
        at = x(day * 24)
        if day * 24 <= longest and (not columns or at - columns[-1].at >= CLOSE):
            columns.append(Mark(at, str(day)))
    shown = range(0, steps + 1, 2 if steps > 6 else 1)
    return Picture(
        curve=curve,
        band=_band(curve, x, y) if curve.band.reasons else "",
        columns=tuple(columns),
        rows=tuple(Mark(y(place), curve.labels[place]) for place in shown),
        lines=tuple(_drawn(line, place == len(curve.lines) - 1, x, y) for place, line in enumerate(curve.lines)),
    )


def _band(curve: Curve, x: Scale, y: Scale) -> str:
    upper = [
        (x(hour), y(min(place + 0.5, len(curve.labels) - 1) if place else 0.12)) for hour, place in curve.band.worst
    ]
    stepped: list[tuple[float, float]] = []
    for place, (at, height) in enumerate(upper):
        if place:
            stepped.append((at, stepped[-1][1]))
        stepped.append((at, height))
    outline = [(upper[0][0], y(0)), *stepped, (upper[-1][0], y(0))] if upper else []
    return " ".join(f"{at},{height}" for at, height in outline)


def _drawn(line: Line, is_newest: bool, x: Scale, y: Scale) -> Drawn:
    places = [(x(point.hour), y(point.place), point) for point in line.points]
    pieces: list[list[str]] = []
    before: Point | None = None
    for at, height, point in places:
        silent = before is not None and any(before.hour < end and start < point.hour for start, end in line.silences)
        if before is None or silent:
            pieces.append([])
        pieces[-1].append(f"{at},{height}")
        before = point
    return Drawn(
        is_newest=is_newest,
        number=line.session.number,
        pieces=tuple(" ".join(piece) for piece in pieces if len(piece) > 1),
        points=tuple(places),
        silences=tuple((x(start), max(round(x(end) - x(start), 1), 3.0)) for start, end in line.silences),
    )
