"""The left side of the picture: the timetable, the levels, and how to read the rest."""

from collections.abc import Iterable

from bot.core.draw.content import Content, Reach, moment
from bot.core.draw.measure import width, wrapped
from bot.core.draw.pen import WORDS, Block, box, shape, stroke, word
from bot.core.flow.model import CheckIn
from bot.core.level import Level

SMALL = 12.0
LINE = 17.0
_CHIP = 22.0


def side(content: Content, reach: Reach | None, x: float, y: float, w: float) -> Block:
    """All of it, from the top."""
    svg = []
    top = y
    for block_of in (_timetable, _levels):
        block = block_of(content, x, y, w)
        svg.append(block.svg)
        y += block.height + 28
    block = _key(reach, x, y, w)
    return Block(y + block.height - top, "".join((*svg, block.svg)))


def _timetable(content: Content, x: float, y: float, w: float) -> Block:
    svg = [word(x, y + 18, "Timetable", 18, "b")]
    top, at = y, y + 34
    first: float | None = None
    last = at
    for entry in content.script.plan.check_ins:
        row = _check_in(content, entry, x, at, w)
        svg.append(row.svg)
        first, last = first if first is not None else at + 12, at + 12
        at += row.height
    if first is not None:
        svg.insert(1, stroke(x + 6, first, x + 6, last))
    return Block(at - top, "".join(svg))


def _check_in(content: Content, entry: CheckIn, x: float, y: float, w: float) -> Block:
    """A dot on the line of time, when and what it is, and a chip for each set; sets of some patients are dashed."""
    svg = [f'<circle cx="{x + 6:g}" cy="{y + 12:g}" r="5" class="dot"/>\n']
    svg.append(word(x + 22, y + 16, moment(entry), 14, "b"))
    svg.append(word(x + 92, y + 16, entry.id, SMALL, "soft"))
    chips = [(name, False) for name in entry.sets]
    chips += [(name, True) for name in dict.fromkeys(name for more in entry.extra for name in more.sets)]
    left = x + 136
    at_x, at_y = left, y
    for name, some in chips:
        room = width(name, SMALL, bold=True) + 14
        if at_x + room > x + w:
            at_x, at_y = left, at_y + _CHIP + 4
        svg.append(box(at_x, at_y, room, _CHIP, "chip some" if some else "chip", round=11))
        svg.append(word(at_x + room / 2, at_y + 15, name, SMALL, "b", anchor="middle"))
        at_x += room + 5
    height = at_y + _CHIP - y
    notes = [entry.phase.value]
    notes += ["only some patients"] if entry.only_when is not None else []
    notes += ["the last one"] if entry.closes else []
    svg.append(word(left, y + height + 14, ", ".join(notes), 11, "soft"))
    return Block(height + 26, "".join(svg))


def _levels(content: Content, x: float, y: float, w: float) -> Block:
    svg = [word(x, y + 18, "Levels", 18, "b")]
    top, at = y, y + 34
    for level in Level:
        svg.append(shape(level, x + 10, at + 10, 9))
        svg.append(word(x + 30, at + 15, f"{level} {WORDS[level]}", 14, "b"))
        count = content.level_count(level)
        told = "given when no rule is hit" if level is Level.D5 and not count else f"{count} rules"
        svg.append(word(x + 165, at + 15, told, SMALL, "soft"))
        at += 24
        names = [rule.advice for rule in content.script.rules if rule.level is level]
        order = [name for name in content.script.advice_order if name in names]
        for line in wrapped(f"advice: {', '.join(order)}", w - 30, 11) if order else ():
            svg.append(word(x + 30, at + 10, line, 11, "soft"))
            at += 15
        at += 6
    return Block(at - top, "".join(svg))


def _key(reach: Reach | None, x: float, y: float, w: float) -> Block:
    svg = [word(x, y + 18, "How to read it", 18, "b")]
    top, at = y, y + 36
    for line in _sentences(reach):
        for part in wrapped(line, w, SMALL):
            svg.append(word(x, at + 10, part, SMALL, "soft"))
            at += LINE
        at += 5
    return Block(at - top, "".join(svg))


def _sentences(reach: Reach | None) -> Iterable[str]:
    yield "A check-in asks its sets in order. A dashed set is for some patients only."
    yield "A rule says: when this is so, at least this level. The highest level wins; the order does not matter."
    yield "“at risk” is the level of the same rule for patients at risk."
    yield "Rest the pointer on a rule to see its condition, its reason and its source."
    if reach is not None:
        yield (
            f"Bars: the share of {reach.visits:,} check-ins of {reach.patients:,} random patients in which a question "
            "was asked. Random answers show the script, not real patients."
        )
