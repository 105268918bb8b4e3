"""Past conversations in pages, for a look back: what was answered, without names, words or chats."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from bot.core.check.hindsight import Said
from bot.core.engine.run import Run
from bot.core.flow.conditions import Given
from bot.core.flow.model import Script
from bot.store.tables import AnswerRow, RevisionRow, RunRow
from bot.store.unit import Unit

PAGE = 200


@dataclass(frozen=True, slots=True)
class PastRun:
    """A conversation and its answers in order. ``run`` is None where nothing can be read (the patient is forgotten).

    ``patient_id`` only tells patients apart; it must not be shown.
    """

    patient_id: str
    revision: str
    run: Run | None
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations, and the id of the last one, behind which the next page begins. Empty: the end."""

    runs: tuple[PastRun, ...]
    last: str


def past_runs(unit: Unit, after: str = "", size: int = PAGE) -> Page:
    """The conversations behind ``after``, in the order of their ids. Reads only."""
    rows = unit.many(RunRow, col(RunRow.id) > after, order_by=RunRow.id, limit=size)
    said = _said(unit, [row.id for row in rows])
    runs = tuple(PastRun(row.patient_id, row.revision, _run(row.body), tuple(said.get(row.id, ()))) for row in rows)
    return Page(runs, rows[-1].id if rows else after)


def published(unit: Unit, revision: str) -> Script | None:
    """A published script; None when there is none, or when another version of Aftercare wrote it."""
    row = unit.first(RevisionRow, RevisionRow.id == revision)
    try:
        return Script.model_validate_json(row.script) if row is not None else None
    except ValidationError:
        return None


def _run(body: str) -> Run | None:
    try:
        return Run.model_validate_json(body)
    except ValidationError:
        return None


def _said(unit: Unit, run_ids: list[str]) -> Mapping[str, list[Said]]:
    """The answers of these conversations. The column with the patient's words is not even read."""
    columns = (AnswerRow.run_id, AnswerRow.question, AnswerRow.codes, AnswerRow.number, AnswerRow.at)
    query = select(*(col(column) for column in columns)).where(col(AnswerRow.run_id).in_(run_ids))
    found: dict[str, list[Said]] = {}
    for row in unit.connection.execute(query.order_by(col(AnswerRow.id))).mappings():
        given = Given(codes=tuple(row["codes"].split()), number=row["number"])
        found.setdefault(row["run_id"], []).append(Said(row["question"], given, row["at"]))
    return found
