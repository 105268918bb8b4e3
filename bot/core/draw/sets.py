"""The right side of the picture: a box for each set, a row for each question, its rules beside it."""

from bot.core.draw.content import OTHER, Content, Reach, Told
from bot.core.draw.measure import width, wrapped
from bot.core.draw.pen import Block, box, group, shape, stroke, word
from bot.core.flow.model import Question

QUESTION_W = 340.0
GAP = 24.0
PAD = 16.0
COLUMNS = 2
SMALL = 12.0
_LINE = 16.0
_BAR_W = 100.0


def set_box(
    content: Content, name: str, own: tuple[str, ...], others: tuple[str, ...], reach: Reach | None,
    x: float, y: float, w: float,
) -> Block:  # fmt: skip
    """A set: its name, when it is asked, and its questions; ``others`` are shown in a box above."""
    title = f"Set {name}" if name else "In no set"
    svg = [word(x + PAD, y + 26, title, 17, "b")]
    at = y + 32
    asked = content.when_asked(name) if name else ""
    for line in wrapped(asked, w - 2 * PAD, SMALL) if asked else ():
        svg.append(word(x + PAD, at + 12, line, SMALL, "soft"))
        at += _LINE
    at += 12
    for question in own:
        svg.append(stroke(x, at, x + w, at))
        row = _row(content, content.script.questions[question], name, reach, x + PAD, at + 12, w - 2 * PAD)
        svg.append(row.svg)
        at += row.height + 24
    loose = content.rules_of(OTHER) if name == OTHER else ()
    if loose:
        svg.append(stroke(x, at, x + w, at))
        rules = _rules(loose, x + PAD + QUESTION_W + GAP, at + 12, w - 2 * PAD - QUESTION_W - GAP)
        svg.append(word(x + PAD, at + 26, "Rules about no question", 14, "b"))
        svg.append(rules.svg)
        at += max(rules.height, 20) + 24
    if others:
        svg.append(stroke(x, at, x + w, at))
        for line in wrapped(f"and, as above: {', '.join(others)}", w - 2 * PAD, SMALL):
            svg.append(word(x + PAD, at + 20, line, SMALL, "soft"))
            at += _LINE
        at += 16
    height = at - y
    return Block(height, box(x, y, w, height, "card") + "".join(svg))


def _row(content: Content, question: Question, name: str, reach: Reach | None, x: float, y: float, w: float) -> Block:
    left = _question(content, question, name, reach, x, y)
    rules_x, rules_w = x + QUESTION_W + GAP, w - QUESTION_W - GAP
    right = _rules(content.rules_of(question.id), rules_x, y, rules_w)
    used = _used(content.used_by(question.id), rules_x, y + right.height, rules_w)
    return Block(max(left.height, right.height + used.height), left.svg + right.svg + used.svg)


def _used(rules: tuple[str, ...], x: float, y: float, w: float) -> Block:
    """The rules of other questions that look at this one."""
    svg = []
    at = y
    for line in wrapped(f"also in {', '.join(rules)}", w, 11) if rules else ():
        svg.append(word(x, at + 13, line, 11, "soft"))
        at += 15
    return Block(at - y, "".join(svg))


def _question(content: Content, question: Question, name: str, reach: Reach | None, x: float, y: float) -> Block:
    svg = [word(x, y + 14, question.id, 15, "b")]
    indent = max(44.0, width(question.id, 15, bold=True) + 10)
    at = y
    for line in wrapped(content.text(f"question.{question.id}.short", question.id), QUESTION_W - indent, 14, bold=True):
        svg.append(word(x + indent, at + 14, line, 14, "b"))
        at += 18
    opened = content.opened_by(question, name)
    for text in (content.kind(question), opened):
        for line in wrapped(text, QUESTION_W - indent, 11) if text else ():
            svg.append(word(x + indent, at + 12, line, 11, "soft"))
            at += 15
    svg.append(_reach(content, question, reach, x + indent, at + 4))
    return Block(at + 22 - y, group("".join(svg), content.hint(question)))


def _reach(content: Content, question: Question, reach: Reach | None, x: float, y: float) -> str:
    planned = len(content.script.plan.check_ins)
    if reach is None or not reach.visits:
        return word(x, y + 11, f"may come up in {content.check_ins_with(question.id)} of {planned} check-ins", 11)
    asked = reach.asked.get(question.id, 0)
    share = asked / reach.visits
    percent = f"{share:.0%}" if share >= 0.01 or not asked else "under 1%"
    return (
        box(x, y + 3, _BAR_W, 8, "track", round=4)
        + (box(x, y + 3, max(3.0, _BAR_W * share), 8, "bar", round=4) if asked else "")
        + word(
            x + _BAR_W + 10, y + 11, f"{percent}, in {reach.check_ins.get(question.id, 0)} of {planned} check-ins", 11
        )
    )


def _rules(rules: tuple[Told, ...], x: float, y: float, w: float) -> Block:
    """The rules in two columns, read down the first and then down the second."""
    column_w = (w - GAP * (COLUMNS - 1)) / COLUMNS
    half = -(-len(rules) // COLUMNS)
    svg = []
    height = 0.0
    for column in range(COLUMNS):
        at = y
        for told in rules[column * half : (column + 1) * half]:
            rule = _rule(told, x + column * (column_w + GAP), at, column_w)
            svg.append(rule.svg)
            at += rule.height + 4
        height = max(height, at - y)
    return Block(height, "".join(svg))


def _rule(told: Told, x: float, y: float, w: float) -> Block:
    level = told.rule.level
    svg = [shape(level, x + 8, y + 8), word(x + 22, y + 13, level.value, SMALL, f"b {level.value.lower()}")]
    raised = f" (at risk: {told.raised})" if told.raised is not None else ""
    at = y
    for line in wrapped(f"{told.rule.id}  {told.name}{raised}", w - 46, SMALL):
        svg.append(word(x + 46, at + 13, line, SMALL))
        at += _LINE
    return Block(at - y + 2, group("".join(svg), told.hint))
