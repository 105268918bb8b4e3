"""Past conversations come in pages, each once, and the words of patients are never read."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.core.check.hindsight import Said
from bot.core.engine.run import Run, RunKind, Subject
from bot.core.errors import AftercareError
from bot.core.flow.conditions import Given
from bot.core.flow.model import Phase
from bot.store.engine import Store
from bot.store.tables import AnswerRow
from bot.store.unit import Unit
from bot.usecases.past_runs import PastRun, past_runs, published
from tests.flows.loaded import live
from tests.support import rows
from tests.usecases.conftest import NOW, Office


def body() -> str:
    """An empty conversation."""
    subject = Subject(session_id="s1", procedure="face", t0=NOW, zone="UTC", sites=("lips",))
    run = Run(
        id="r", revision="rev1", kind=RunKind.PLANNED, step="c1", phase=Phase.EARLY, sets=("A",), subjects=(subject,),
        opened_at=NOW,
    )  # fmt: skip
    return run.model_dump_json()


def fill(unit: Unit, count: int) -> None:
    """So many ended conversations of one patient; the last belongs to one who is forgotten."""
    for row in (rows.revision(), rows.patient(), rows.session(), rows.checkin()):
        unit.insert(row)
    for number in range(count):
        name = f"run{number:03}"
        forgotten = number == count - 1
        unit.insert(rows.run(id=name, body="{}" if forgotten else body(), state="ended"))
        unit.insert(rows.answer(run_id=name, question="PA", codes="3", number=3, words="Ana says", at=NOW))
        unit.insert(rows.answer(run_id=name, question="A", codes="white_skin pain", at=NOW + timedelta(minutes=1)))


async def test_pages_bring_every_conversation_once(any_store: Store) -> None:
    await any_store.run(lambda unit: fill(unit, 7))
    found: list[PastRun] = []
    page = await any_store.look(partial(past_runs, size=3))
    sizes = []
    while page.runs:
        sizes.append(len(page.runs))
        found += page.runs
        page = await any_store.look(partial(past_runs, after=page.last, size=3))
    assert sizes == [3, 3, 1]
    assert [past.run is None for past in found] == [False] * 6 + [True]
    for past in found:
        assert past.said == (
            Said("PA", Given(codes=("3",), number=3), NOW),
            Said("A", Given(codes=("white_skin", "pain")), NOW + timedelta(minutes=1)),
        )


async def test_the_words_of_patients_are_not_even_read(office: Office) -> None:
    await office.do(lambda unit: fill(unit, 2))
    # What nobody can open any more would raise if it were read.
    await office.do(lambda unit: unit.connection.execute(text("UPDATE answer SET words = zeroblob(40)")))
    page = await office.store.look(past_runs)
    assert len(page.runs) == 2
    with pytest.raises(AftercareError):
        await office.store.look(lambda unit: unit.many(AnswerRow, AnswerRow.run_id == "run000"))


async def test_a_published_script_is_read_back(office: Office) -> None:
    face = live().scripts["face"]
    assert await office.store.look(lambda unit: published(unit, face.revision)) == face
    await office.do(lambda unit: unit.insert(rows.revision(id="other", script="{}")))
    assert await office.store.look(lambda unit: published(unit, "other")) is None
    assert await office.store.look(lambda unit: published(unit, "nosuch")) is None
