"""What readers are told of the clinical approval, and that an approval is one person's, for one step, for ever."""

from dataclasses import dataclass, replace

import pytest

from bot.core.errors import Conflict, NotReady
from bot.store.tables import ApprovalRow, AuditRow, OutboxRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.approve import answerable, approvals, approve, missing
from tests.usecases.conftest import NOW, Office


@dataclass(frozen=True)
class Step:
    subject: str = "face"
    revision: str = "1111111111111111"
    against: str = "0000000000000000"


def test_what_readers_are_told(office: Office) -> None:
    said = office.clinic.approval("en")
    assert "not clinically approved" in said
    assert f"{office.clinic.unsigned}." in said
    signed = replace(office.clinic, unsigned=0, signers=("Dr. Vega, lead, 2026-11-24",))
    assert signed.approval("en") == (
        "A clinician has read and signed the questions and texts: Dr. Vega, lead, 2026-11-24."
    )


async def test_two_different_persons_for_one_step(office: Office) -> None:
    await office.hire("Lola", "lead", chat=51)
    await office.hire("Vega", "clinician", chat=52)

    async def agree(name: str, step: Step) -> int:
        def one(unit: Unit) -> int:
            return approve(unit, office.clinic, NOW, step, answerable(unit, name), "agreed\nat the meeting")

        return await office.do(one)

    assert await agree("Lola", Step()) == 1
    with pytest.raises(Conflict, match="Lola has approved"):
        await agree("Lola", Step())
    assert await agree("Vega", Step()) == 0
    for other in (Step(against="2222222222222222"), Step(revision="3333333333333333"), Step(subject="scalp")):
        assert await office.do(lambda unit, other=other: missing(unit, other)) == 2  # type: ignore[misc]
    rows = await office.do(lambda unit: approvals(unit, Step()))
    assert [(row.staff_id, row.role, row.reason) for row in rows] == [
        ("lola", "lead", "agreed at the meeting"),
        ("vega", "clinician", "agreed at the meeting"),
    ]
    verbs = await office.do(lambda unit: [row.verb for row in unit.many(AuditRow) if row.verb == "approve_fall"])
    assert len(verbs) == 2
    assert {row.chat_id for row in await office.do(lambda unit: unit.many(OutboxRow))} == {51, 52}


async def test_who_may_not(office: Office) -> None:
    await office.hire("Rita", "reception", chat=53)
    await office.hire("Ines", "injector", chat=54)
    await office.hire("New", "lead")
    for name, why in (("Rita", "is reception"), ("Ines", "is injector"), ("New", "has not opened"), ("X", "Nobody")):
        with pytest.raises(NotReady, match=why):
            await office.do(lambda unit, name=name: answerable(unit, name))  # type: ignore[misc]
    await office.do(lambda unit: unit.insert(StaffRow(id="r2", name="Rita", role="lead", chat_id=55, added_at=NOW)))
    with pytest.raises(NotReady, match="2 colleagues named Rita"):
        await office.do(lambda unit: answerable(unit, "Rita"))
    assert await office.do(lambda unit: answerable(unit, "r2").role) == "lead"
    assert await office.do(lambda unit: unit.count(ApprovalRow)) == 0
