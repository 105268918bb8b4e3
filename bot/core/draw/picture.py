"""The whole picture of a script: ``draw(script)`` gives the text of an SVG file."""

from html import escape

from bot.core.draw.content import FIRST_LANGUAGE, Content, Reach
from bot.core.draw.measure import wrapped
from bot.core.draw.pen import STYLE, word
from bot.core.draw.sets import set_box
from bot.core.draw.side import side
from bot.core.flow.model import Script

MARGIN = 40.0
SIDE_W = 430.0
SETS_W = 1130.0
BETWEEN = 50.0
WIDTH = 2 * MARGIN + SIDE_W + BETWEEN + SETS_W


def draw(script: Script, reach: Reach | None = None, language: str = FIRST_LANGUAGE) -> str:
    """The script as an SVG: timetable and levels on the left, sets with questions and rules on the right.

    ``reach`` adds how often each question was asked of random patients. The picture has no outside parts and runs
    nothing; every word of the script is escaped.
    """
    content = Content(script, language)
    name = content.text(f"procedure.{script.procedure}", script.procedure)
    own = [rule for rule in script.rules if rule.raised_from is None]
    open_points = len({rule.id for rule in own if rule.sign_off})
    facts = (
        f"{script.procedure}, revision {script.revision}: {len(script.plan.check_ins)} check-ins, "
        f"{len(script.questions)} questions, {len(own)} rules"
    )
    unsigned = f"{open_points} rules have points that no clinician has signed." if open_points else ""
    svg = []
    y = MARGIN
    for line in wrapped(name, WIDTH - 2 * MARGIN, 26, bold=True):
        svg.append(word(MARGIN, y + 24, line, 26, "b"))
        y += 34
    for text in (facts, unsigned):
        for line in wrapped(text, WIDTH - 2 * MARGIN, 14) if text else ():
            svg.append(word(MARGIN, y + 12, line, 14, "soft"))
            y += 20
    y += 20
    left = side(content, reach, MARGIN, y, SIDE_W)
    svg.append(left.svg)
    at = y
    for set_name, members, others in content.boxes():
        block = set_box(content, set_name, members, others, reach, MARGIN + SIDE_W + BETWEEN, at, SETS_W)
        svg.append(block.svg)
        at += block.height + 20
    height = max(y + left.height, at - 20) + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
        f'height="{height:g}" role="img" aria-labelledby="title description">\n'
        f'<title id="title">{escape(name, quote=False)}</title>\n'
        f'<desc id="description">{escape(facts, quote=False)}</desc>\n<style>{STYLE}</style>\n'
        f"{''.join(svg)}</svg>\n"
    )
