"""Strokes of SVG: words, boxes and the shape of each level; every word is escaped here."""

from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

from bot.core.level import Level

STYLE = """
svg { --ink: #1c2430; --soft: #566274; --paper: #ffffff; --card: #f5f7fa; --line: #cdd5df; --bar: #7b8aa0;
  --d1: #b01717; --d2: #b84a00; --d3: #86660a; --d4: #1d5ea8; --d5: #1d7540; background: var(--paper); }
@media (prefers-color-scheme: dark) { svg { --ink: #e7ecf3; --soft: #a3b0c2; --paper: #12161d; --card: #1a202a;
  --line: #3a4555; --bar: #8593a8; --d1: #ff8a85; --d2: #ffad72; --d3: #e8c55a; --d4: #8cc0ff; --d5: #7fd8a0; } }
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, "Noto Sans", sans-serif;
  fill: var(--ink); }
.soft { fill: var(--soft); } .b { font-weight: 700; }
.card { fill: var(--card); stroke: var(--line); } .chip { fill: var(--paper); stroke: var(--soft); }
.some { stroke-dasharray: 4 3; } .line { stroke: var(--line); fill: none; }
.bar { fill: var(--bar); } .track { fill: var(--line); } .dot { fill: var(--ink); }
.d1 { fill: var(--d1); } .d2 { fill: var(--d2); } .d3 { fill: var(--d3); } .d4 { fill: var(--d4); }
.d5 { fill: var(--d5); }
"""
WORDS = {Level.D1: "emergency", Level.D2: "ER now", Level.D3: "today", Level.D4: "soon", Level.D5: "expected"}
"""What each level is called beside its shape."""
_CORNERS = {Level.D1: 8, Level.D2: 3, Level.D3: 4, Level.D4: 4}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the picture that is laid out already, and how much height it takes."""

    height: float
    svg: str


def word(x: float, y: float, text: str, size: float, kind: str = "", *, anchor: str = "") -> str:
    """A line of text whose base line is at ``y``."""
    marks = f' class="{kind}"' if kind else ""
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{marks}{end}>{escape(text, quote=False)}</text>\n'


def box(x: float, y: float, w: float, h: float, kind: str, *, round: float = 6) -> str:
    """A rectangle with round corners."""
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{round:g}" class="{kind}"/>\n'


def stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin line."""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" class="line"/>\n'


def shape(level: Level, x: float, y: float, r: float = 7) -> str:
    """The shape of a level round the point: octagon, triangle, diamond, square, circle."""
    kind = level.value.lower()
    if level not in _CORNERS:
        return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" class="{kind}"/>\n'
    corners = _CORNERS[level]
    turn = {Level.D1: pi / 8, Level.D2: -pi / 2, Level.D3: 0.0, Level.D4: pi / 4}[level]
    far = r * {Level.D1: 1.05, Level.D2: 1.2, Level.D3: 1.15, Level.D4: 1.25}[level]
    points = " ".join(
        f"{x + far * cos(turn + 2 * pi * place / corners):.2f},{y + far * sin(turn + 2 * pi * place / corners):.2f}"
        for place in range(corners)
    )
    return f'<polygon points="{points}" class="{kind}"/>\n'


def group(svg: str, told: str = "") -> str:
    """Strokes that belong together; ``told`` is what a pointer that rests on them shows."""
    title = f"<title>{escape(told, quote=False)}</title>" if told else ""
    return f"<g>{title}{svg}</g>\n"
