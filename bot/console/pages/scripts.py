"""The scripts, to read: which are in force, their picture, their revisions, what changed, and what is signed."""

import asyncio

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import times_of
from bot.core.draw.picture import draw
from bot.core.errors import Gone
from bot.core.flow.model import Script
from bot.usecases.script_shelf import changed_between, revisions, script_of

SECTIONS = (
    ("questions", ("question", "set")),
    ("rules", ("rule",)),
    ("times", ("check_in", "plan")),
    ("expected", ("reason",)),
    ("texts", ("text",)),
    ("lists", ("vocabulary",)),
)
"""The headings of a difference, and the kinds of change below each."""
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The picture brings its own styles; it may bring nothing else, and no page takes this policy over from it."""


async def show(asked: Asked) -> Response:
    """The list."""
    shelf = await asked.look(revisions)
    scripts = asked.clinic.scripts
    return asked.page(
        "scripts.html",
        shelf=[each for each in shelf if each.procedure in scripts and each.id == scripts[each.procedure].revision],
        counts={name: sum(each.procedure == name for each in shelf) for name in scripts},
        scripts=scripts,
        words={name: _name(asked, script) for name, script in scripts.items()},
        open_points={name: _open_points(asked, name) for name in scripts},
        times=times_of(asked),
    )


async def one(asked: Asked) -> Response:
    """One procedure: its picture, revisions and signatures. Errors: Gone."""
    script = _current(asked)
    shelf = await asked.look(lambda unit: revisions(unit, script.procedure))
    standing = asked.product.flows.standing
    return asked.page(
        "script.html",
        script=script,
        name=_name(asked, script),
        shelf=shelf,
        signed=[(point, by) for point, by in standing.signed if point.of == script.procedure],
        open_points=[point for point in standing.open if point.of == script.procedure],
        languages=sorted(script.texts),
        times=times_of(asked),
    )


async def picture(asked: Asked) -> Response:
    """The picture of the script in force. Errors: Gone."""
    script = _current(asked)
    language = asked.language if asked.language in script.texts else "en"
    svg = await asyncio.to_thread(draw, script, None, language)
    headers = {"content-security-policy": PICTURE_POLICY}
    return Response(svg, media_type="image/svg+xml", headers=headers)


async def difference(asked: Asked) -> Response:
    """What changed from one revision to another. Errors: Gone."""
    old, new = asked.path("old"), asked.path("new")
    found = await asked.look(lambda unit: changed_between(unit, old, new))
    script = await asked.look(lambda unit: script_of(unit, new))
    parts = [(name, [each for each in found if each.kind in kinds]) for name, kinds in SECTIONS]
    return asked.page(
        "difference.html",
        procedure=script.procedure,
        name=_name(asked, script),
        old=old,
        new=new,
        parts=[(name, rows) for name, rows in parts if rows],
    )


def _current(asked: Asked) -> Script:
    script = asked.clinic.scripts.get(asked.path("procedure"))
    if script is None:
        raise Gone(asked.path("procedure"))
    return script


def _name(asked: Asked, script: Script) -> str:
    return asked.clinic.texts(script, asked.language).raw(f"procedure.{script.procedure}")


def _open_points(asked: Asked, procedure: str) -> int:
    return sum(point.of == procedure for point in asked.product.flows.standing.open)
