"""What follows when Telegram refuses a message, or nobody knows what became of it."""

import pytest

from bot.core.post.message import Body, MayHaveArrived, Message, Outcome, Priority, Refusal, RefusalKind, Sent, settle
from bot.store import outbox
from bot.store.tables import AlertRow, CheckInRow, OutboxRow, PatientRow, PlaceRow, SessionRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.undelivered import react, unblocked
from tests.support import rows
from tests.usecases.conftest import GROUP, NOW, Office

BLOCKED = Refusal(why=RefusalKind.BLOCKED, reason="bot was blocked by the user")
GONE = Refusal(why=RefusalKind.GONE, reason="bot was kicked from the group chat")
MOVED = Refusal(why=RefusalKind.MIGRATED, reason="upgraded", moved_to=-900)
BAD = Refusal(why=RefusalKind.BAD, reason="can't parse entities")
LOST = MayHaveArrived(reason="no answer")
CARD = '{"case_code": "K7M2", "initials": "A.", "phone": "", "procedure": "face", "sites": "lips", "day": 0, "hour": 2}'


@pytest.fixture
async def staffed(office: Office) -> Office:
    """A patient in chat 50 with an open alert; Vega in 1, Lola in 3."""
    await office.hire("Vega", chat=1, rank=1)
    await office.hire("Lola", "lead", chat=3)

    def insert(unit: Unit) -> None:
        unit.insert(rows.patient(chat_id=50))
        revision = next(iter(office.clinic.scripts.values())).revision
        unit.insert(SessionRow(**(rows.session().model_dump() | {"revision": revision})))
        policy = office.clinic.policy
        unit.insert(rows.policy(id=policy.revision, policy=policy.model_dump_json()))
        unit.insert(AlertRow(**(rows.alert(card=CARD).model_dump() | {"policy": policy.revision})))

    await office.do(insert)
    return office


async def settled(office: Office, row: OutboxRow, outcome: Outcome, *, sends: int = 0) -> None:
    """A message ends like this, and the use case reacts."""

    def work(unit: Unit) -> None:
        row.state, row.lease_until, row.sends = "sending", NOW, sends
        unit.insert(row)
        message = Message(
            id=row.id or 0, chat_id=row.chat_id, priority=Priority(row.priority), method="send",
            body=Body(text="x"), sends=sends,
        )  # fmt: skip
        end = settle(message, outcome, NOW)
        outbox.settle(unit, message.id, end, NOW)
        react(unit, office.clinic, NOW, message, end, outcome)

    await office.do(work)


async def tasks(office: Office) -> set[str]:
    return {task.kind for task in await office.do(lambda unit: unit.many(TaskRow))}


def advice(**more: object) -> OutboxRow:
    return rows.outbox(chat_id=50, patient_id="p1", priority=1, kind="advice", run_id="r1", **more)


@pytest.mark.parametrize(
    ("outcome", "sends", "kinds", "reachable"),
    [
        (Sent(message_id=1), 0, set(), True),
        (LOST, 0, set(), True),
        (LOST, 1, {"undelivered"}, True),
        (BAD, 0, {"undelivered"}, True),
        (BLOCKED, 0, {"undelivered"}, False),
        (GONE, 0, {"undelivered"}, False),
    ],
)
async def test_advice(staffed: Office, outcome: Outcome, sends: int, kinds: set[str], reachable: bool) -> None:
    await settled(staffed, advice(), outcome, sends=sends)
    assert await tasks(staffed) == kinds
    patient = await staffed.do(lambda unit: unit.get(PatientRow, "p1"))
    assert patient.reachable is reachable


async def test_the_other_messages_of_a_patient(staffed: Office) -> None:
    """A reply that is lost costs nothing; a check-in that is refused means a call."""
    await settled(staffed, rows.outbox(chat_id=50, patient_id="p1", kind="reply"), LOST)
    assert await tasks(staffed) == set()
    await staffed.do(lambda unit: unit.insert(rows.checkin()))
    await settled(
        staffed, rows.outbox(chat_id=50, patient_id="p1", priority=4, checkin_id="ch1", kind="question:A"), BAD
    )
    assert await tasks(staffed) == {"undelivered"}


async def cards(office: Office) -> dict[int, int]:
    """How many cards of the alert each chat has got."""
    found = await office.do(lambda unit: unit.many(OutboxRow, OutboxRow.kind == "alert_card"))
    return {chat: sum(row.chat_id == chat for row in found) for chat in {row.chat_id for row in found}}


async def test_a_refused_card_goes_to_everybody_else_once(staffed: Office) -> None:
    await settled(
        staffed, rows.outbox(chat_id=1, alert_id="a1", patient_id="p1", priority=2, kind="alert_card"), BLOCKED
    )
    assert await cards(staffed) == {1: 1, 3: 1}
    vega = await staffed.do(lambda unit: unit.get(StaffRow, "vega"))
    assert not vega.reachable
    assert await tasks(staffed) == {"other"}
    await settled(
        staffed, rows.outbox(chat_id=GROUP, alert_id="a1", patient_id="p1", priority=2, kind="alert_card"), BAD
    )
    assert await cards(staffed) == {1: 1, 3: 1, GROUP: 1}, "each chat once"


async def test_no_card_of_a_closed_alert(staffed: Office) -> None:
    await staffed.do(
        lambda unit: unit.change(
            AlertRow, AlertRow.id == "a1", state="closed", next_at=None, closed_by="x", closed_reason="resolved"
        )
    )
    await settled(staffed, rows.outbox(chat_id=1, alert_id="a1", patient_id="p1", priority=2, kind="alert_card"), BAD)
    assert await cards(staffed) == {1: 1}


async def test_the_group_is_lost_and_found(staffed: Office) -> None:
    for _ in range(2):
        await settled(staffed, rows.outbox(chat_id=GROUP, priority=3, kind="relay"), GONE)
    (task,) = await staffed.do(lambda unit: unit.many(TaskRow))
    told = await staffed.do(lambda unit: unit.many(OutboxRow, OutboxRow.kind == "task"))
    assert sorted(row.chat_id for row in told) == [1, 3]
    await staffed.do(lambda unit: unblocked(unit, NOW, GROUP))
    assert (await staffed.do(lambda unit: unit.get(TaskRow, task.id))).done_by == "bot"


async def test_the_group_moves(staffed: Office) -> None:
    """The refused card and everything that waits follow it; a reply to somebody there does not come twice."""
    await staffed.do(lambda unit: unit.insert(rows.outbox(chat_id=GROUP, kind="task")))
    await settled(
        staffed, rows.outbox(chat_id=GROUP, alert_id="a1", patient_id="p1", priority=2, kind="alert_card"), MOVED
    )
    waiting = await staffed.do(lambda unit: unit.many(OutboxRow, OutboxRow.state == "pending"))
    assert {(row.chat_id, row.kind) for row in waiting} == {(-900, "task"), (-900, "alert_card")}
    assert (await staffed.do(lambda unit: unit.get(PlaceRow, "staff_group"))).chat_id == -900
    assert await cards(staffed) == {-900: 1}


async def test_questions_that_wait_are_kept_back_from_a_chat_that_refuses(staffed: Office) -> None:
    checkin = rows.checkin(id="late", state="open", opened_at=NOW)

    def waiting(unit: Unit) -> None:
        unit.insert(checkin)
        unit.insert(rows.outbox(chat_id=50, patient_id="p1", priority=4, kind="question:A", checkin_id="late"))
        unit.insert(rows.outbox(chat_id=50, patient_id="p1", priority=3, kind="reply"))

    await staffed.do(waiting)
    await settled(staffed, advice(), BLOCKED)
    found = {row.kind: row.state for row in await staffed.do(lambda unit: unit.many(OutboxRow))}
    assert found["question:A"] == "dropped"
    assert found["reply"] == "pending", "an answer is tried all the same: the refusal may be a mistake"
    kept = await staffed.do(lambda unit: unit.get(CheckInRow, "late"))
    assert "takes no messages" in kept.reason
    assert await tasks(staffed) == {"undelivered"}
