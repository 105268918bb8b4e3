"""Tasks: made once for a cause, told again while nobody has done them, done once."""

from datetime import datetime, timedelta

import pytest

from bot.core.alert.policy import Tell
from bot.store.tables import OutboxRow, PatientRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.raise_task import (
    AGAIN,
    URGENT_AGAIN,
    finish_by_cause,
    finish_calls,
    finish_task,
    raise_task,
    remind_of_tasks,
)
from tests.support import rows
from tests.usecases.conftest import GROUP, NOW, Office

DUE = NOW + timedelta(minutes=10)


@pytest.fixture
async def staffed(office: Office) -> Office:
    await office.hire("Vega", chat=1, rank=1)
    await office.hire("Lola", "lead", chat=3)
    await office.do(lambda unit: unit.insert(rows.patient(chat_id=50)))
    return office


async def raised(office: Office, kind: str = "unread", cause: str = "c1", **more: object) -> bool:
    def work(unit: Unit) -> bool:
        patient = unit.get(PatientRow, "p1")
        return raise_task(unit, office.clinic, NOW, kind, DUE, patient, cause=cause, **more)  # type: ignore[arg-type]

    return await office.do(work)


async def told(office: Office) -> list[int]:
    """The chats that were told of tasks since the last look."""

    def work(unit: Unit) -> list[int]:
        found = [row.chat_id for row in unit.many(OutboxRow, OutboxRow.kind == "task", order_by=OutboxRow.id)]
        unit.remove(OutboxRow, OutboxRow.kind == "task")
        return found

    return await office.do(work)


async def test_once_for_a_cause(staffed: Office) -> None:
    assert await raised(staffed)
    assert not await raised(staffed)
    assert await raised(staffed, cause="c2")
    assert await told(staffed) == [GROUP, GROUP]


@pytest.mark.parametrize(
    ("kind", "chats"), [("unread", [GROUP]), ("undelivered", [GROUP, 1]), ("phone_now", [GROUP, 1])]
)
async def test_who_is_told(staffed: Office, kind: str, chats: list[int]) -> None:
    await raised(staffed, kind)
    assert await told(staffed) == chats
    said = await staffed.do(lambda unit: unit.many(OutboxRow, OutboxRow.chat_id == 50))
    assert bool(said) == (kind == "phone_now"), "who is to be phoned at once is told to keep the phone close"


async def test_others_can_be_told_instead(staffed: Office) -> None:
    await raised(staffed, "other", tell=(Tell.LEAD, Tell.ON_CALL))
    assert sorted(await told(staffed)) == [1, 3]


@pytest.mark.parametrize(("kind", "pause"), [("unread", AGAIN), ("phone_now", URGENT_AGAIN)])
async def test_told_again_while_nobody_does_it(staffed: Office, kind: str, pause: timedelta) -> None:
    await raised(staffed, kind)
    await told(staffed)

    async def remind(moment: datetime) -> bool:
        count = await staffed.do(lambda unit: remind_of_tasks(unit, staffed.clinic, moment))
        assert await told(staffed) == ([GROUP, 1] if count else [])
        return bool(count)

    assert not await remind(DUE - timedelta(seconds=1))
    assert await remind(DUE)
    for times in range(1, 4):
        assert not await remind(DUE + times * pause - timedelta(seconds=1))
        assert await remind(DUE + times * pause)
    (task,) = await staffed.do(lambda unit: unit.many(TaskRow))
    assert task.due_at == DUE, "overdue since then, whatever was told since"


async def test_done_once(staffed: Office) -> None:
    await raised(staffed)
    (task,) = await staffed.do(lambda unit: unit.many(TaskRow))

    def finish(unit: Unit, who: str) -> bool:
        return finish_task(unit, NOW, unit.get(StaffRow, who), task.id, "called")

    assert await staffed.do(lambda unit: finish(unit, "vega"))
    assert not await staffed.do(lambda unit: finish(unit, "lola"))
    (done,) = await staffed.do(lambda unit: unit.many(TaskRow))
    assert (done.done_by, done.result) == ("vega", "called")
    assert not await staffed.do(lambda unit: remind_of_tasks(unit, staffed.clinic, DUE + AGAIN))


async def test_the_reason_is_gone(staffed: Office) -> None:
    await raised(staffed, "phone_call", "phone_call:r1")
    await staffed.do(lambda unit: finish_by_cause(unit, NOW, "phone_call:r1"))
    (done,) = await staffed.do(lambda unit: unit.many(TaskRow))
    assert done.done_by == "bot"


async def test_who_was_spoken_to_need_not_be_called(staffed: Office) -> None:
    for kind in ("phone_now", "phone_call", "undelivered", "unreadable", "unread", "stopped"):
        await raised(staffed, kind, kind)
    await staffed.do(lambda unit: finish_calls(unit, NOW, unit.get(StaffRow, "vega"), "p1"))
    left = await staffed.do(lambda unit: unit.many(TaskRow, TaskRow.done_at == None))  # noqa: E711 - SQL
    assert {task.kind for task in left} == {"unread", "stopped"}
