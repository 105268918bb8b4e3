"""Every command and every button, pressed by every role: what the table forbids does nothing, and says who can."""

import pytest

from bot.chat.staff.permitted import BUTTON_ACTS, COMMAND_ACTS, button_act
from bot.chat.staff.side import COMMANDS
from bot.core.roles import ALLOWED, Act, Role, may
from bot.store.tables import AuditRow
from tests.support.clinic import Clinic
from tests.support.scenes import hard_to_breathe

ID = {"s": "{alert}|", "t": "{task}|", "c": "{patient}|", "ro": "{staff}|", "te": "{staff}|"}
"""What stands before the verb in the data of a button."""


def buttons() -> list[tuple[str, Act]]:
    """One button of every kind and verb, with what follows the verb in the table of acts."""
    return [
        (f"{kind}|{ID.get(kind, '')}{verb or 'dance'}", act)
        for kind, acts in BUTTON_ACTS.items()
        for verb, act in acts.items()
    ]


def test_every_command_and_kind_of_button_has_its_act() -> None:
    assert set(COMMAND_ACTS) == set(COMMANDS)
    assert all(button_act(data) is act for data, act in buttons())
    assert button_act("zz|anything") is None
    assert {act for _, act in buttons()} | set(COMMAND_ACTS.values()) | {
        Act.CLOSE_RED
    } == set(Act)  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_does_what_it_may_and_no_more(clinic: Clinic, role: Role) -> None:
    """Nothing that is forbidden leaves a trace in the audit trail or changes the alert; the answer names who can."""
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    who = await clinic.hire("Rosa", role.value)
    clinic.staff_skim()
    ana.skims()
    (alert,) = await clinic.alerts()
    values = {"alert": alert.id, "task": "none", "patient": alert.patient_id, "staff": await clinic.staff_id("Lola")}
    me = await clinic.staff_id("Rosa")
    for name, act in COMMAND_ACTS.items():
        if may(role, act):
            continue
        await who.writes(f"/{name} Dr. Neu")
        answer = who.expects("Only").text
        assert "Please ask" in answer, name
        assert any(each in answer for each in ("Dr. Vega", "Dr. Marín", "Lola")), name
        who.expects_nothing()
    for data, act in buttons():
        if may(role, act):
            continue
        toast = await who.forges(data.format(**values))
        assert toast.startswith(("Only", "Thank you for looking")), (data, toast)
        assert len(toast) <= 200
        who.expects_nothing()
    (after,) = await clinic.alerts()
    assert after.model_dump() == alert.model_dump()
    written = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.actor == me))
    assert [row.verb for row in written] == ["join_staff"]


@pytest.mark.parametrize("role", [role for role in Role if role not in ALLOWED[Act.CLOSE_RED]])
async def test_who_tries_to_close_an_emergency_is_told_kindly_who_can(clinic: Clinic, role: Role) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    who = await clinic.hire("Rosa", role.value)
    await clinic.staff["Dr. Vega"].taps("I take it", "Contacted", "Reached, she is fine")
    (alert,) = await clinic.alerts()
    toast = await who.forges(f"s|{alert.id}|close.resolved")
    assert toast == (
        "Thank you for looking. Only a clinician, injector or lead can close a red alert. "
        "Please ask Dr. Vega, Dr. Marín, Lola."
    )
    assert [each.state for each in await clinic.alerts()] == ["contacted"]
