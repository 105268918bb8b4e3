"""Figures: how many answer, how often alerts come, how long people wait, what each question costs and gives; as CSV too."""

from datetime import timedelta

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import SHAPES
from bot.console.table import csv_answer
from bot.core.errors import Gone
from bot.core.level import Level
from bot.usecases.clinic_figures import FEWEST, ClinicFigures, Span, clinic_figures

SPANS = {"7": 7, "28": 28, "91": 91, "365": 365}
"""The spans to choose from, in days. Free dates would let two of them be subtracted, down to one patient."""
PARTS = ("response", "alerts", "waits", "questions")


def _span(asked: Asked) -> tuple[str, Span]:
    name = asked.arg("days") if asked.arg("days") in SPANS else "28"
    procedure = asked.arg("procedure") if asked.arg("procedure") in asked.clinic.scripts else ""
    ends = asked.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return name, Span(ends - timedelta(days=SPANS[name]), ends, procedure)


async def show(asked: Asked) -> Response:
    """The page."""
    name, span = _span(asked)
    found = await asked.look(lambda unit: clinic_figures(unit, span))
    names = {key: asked.clinic.texts(script, asked.language).raw(f"procedure.{key}")
             for key, script in asked.clinic.scripts.items()}  # fmt: skip
    return asked.page(
        "figures.html",
        found=found,
        days=name,
        spans=tuple(SPANS),
        procedure=span.procedure,
        procedures=names,
        questions=_question_names(asked),
        shapes={level.value: shape for level, shape in SHAPES.items()},
        levels=tuple(Level),
        fewest=FEWEST,
        most_asked=max((each.whole for each in found.questions if not each.is_hidden), default=1),
    )


async def export(asked: Asked) -> Response:
    """One figure as CSV. Errors: Gone for a name that is none."""
    part = asked.path("part")
    if part not in PARTS:
        raise Gone(part)
    name, span = _span(asked)
    found = await asked.look(lambda unit: clinic_figures(unit, span))
    head, rows = _table(asked, found, part)
    return csv_answer(f"{part}-{name}-days", head, rows)


def _table(asked: Asked, found: ClinicFigures, part: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    match part:
        case "response":
            shown = [each for each in found.response if not each.is_hidden]
            return ("check_in", "language", "answered", "sent", "percent"), [
                (each.name, each.language, each.part, each.whole, round(each.percent, 1)) for each in shown
            ]
        case "alerts":
            rows = [(level, count, round(per, 2)) for level, count, per in found.alerts_per_100 or ()]
            return ("level", "alerts", "per_100_sessions"), [tuple(row) for row in rows]
        case "waits":
            return ("level", "act", "alerts", "median_min", "p95_min"), [
                (each.level, each.act, each.count, round(each.median_min, 1), round(each.p95_min, 1))
                for each in found.waits
                if not each.is_hidden
            ]
        case _:
            names = _question_names(asked)
            return ("question", "words", "answered", "in_conversations_above_expected", "percent"), [
                (each.name, names.get(each.name, ""), each.whole, each.part, round(each.percent, 1))
                for each in found.questions
                if not each.is_hidden
            ]


def _question_names(asked: Asked) -> dict[str, str]:
    names: dict[str, str] = {}
    for script in asked.clinic.scripts.values():
        texts = asked.clinic.texts(script, asked.language)
        names.update((name, texts.raw(f"question.{name}.short")) for name in script.questions if name not in names)
    return names
