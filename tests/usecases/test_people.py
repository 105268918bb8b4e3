"""Whom the words of the ladder mean, and that a step which reaches nobody tells everybody."""

import pytest

from bot.core.alert.policy import Tell
from bot.core.errors import NotStaff
from bot.store.tables import SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.people import group_chat, on_call, recipients, require_staff
from tests.support import rows
from tests.usecases.conftest import GROUP, NOW, Office

PEOPLE = {"Vega": 1, "Marin": 2, "Lola": 3, "Rosa": 4}


@pytest.fixture
async def staffed(office: Office) -> Office:
    """Vega first, Marín second and injector, Lola leads, Rosa at the reception."""
    await office.hire("Vega", chat=1, rank=1)
    await office.hire("Marin", "injector", chat=2, rank=2)
    await office.hire("Lola", "lead", chat=3)
    await office.hire("Rosa", "reception", chat=4)
    return office


async def told(office: Office, *tell: Tell, injector: str | None = "marin") -> set[int]:
    session = SessionRow(**rows.session(injector_id=injector).model_dump())
    found = await office.do(lambda unit: recipients(unit, office.clinic, NOW, tell, session))
    chats = [each.chat_id for each in found]
    assert len(chats) == len(set(chats)), "each chat once"
    return set(chats)


@pytest.mark.parametrize(
    ("tell", "chats"),
    [
        (Tell.GROUP, {GROUP}),
        (Tell.ON_CALL, {1}),
        (Tell.SECOND, {2}),
        (Tell.INJECTOR, {2}),
        (Tell.LEAD, {3}),
        (Tell.EVERYONE, {1, 2, 3}),
    ],
)
async def test_every_word_of_the_ladder(staffed: Office, tell: Tell, chats: set[int]) -> None:
    assert await told(staffed, tell) == chats


def test_every_word_has_its_case() -> None:
    assert len(Tell) == 6


async def test_together_each_once(staffed: Office) -> None:
    assert await told(staffed, *Tell) == {GROUP, 1, 2, 3}


@pytest.mark.parametrize("tell", [Tell.ON_CALL, Tell.SECOND, Tell.INJECTOR, Tell.LEAD])
async def test_nobody_reached_means_everybody(staffed: Office, tell: Tell) -> None:
    """Who is meant has left, has no chat, or blocked the bot: even the reception hears of it."""
    names = {Tell.ON_CALL: "vega", Tell.SECOND: "marin", Tell.INJECTOR: "marin", Tell.LEAD: "lola"}
    for values in ({"reachable": False}, {"chat_id": None}, {"removed_at": NOW}):
        await staffed.do(lambda unit, values=values: unit.change(StaffRow, StaffRow.id == names[tell], **values))  # type: ignore[misc]
        everybody = {GROUP, 1, 2, 3, 4} - {PEOPLE[names[tell].capitalize()]}
        assert await told(staffed, tell) == everybody
        assert await told(staffed, tell, Tell.GROUP) == everybody


async def test_no_injector_is_everybody_too(staffed: Office) -> None:
    assert await told(staffed, Tell.INJECTOR, injector=None) == {GROUP, 1, 2, 3, 4}


async def test_the_group_moves(staffed: Office) -> None:
    def move(unit: Unit) -> int:
        unit.insert(rows.place(name="staff_group", chat_id=-900))
        group = group_chat(unit, staffed.clinic)
        assert group is not None
        return group.chat_id

    assert await staffed.do(move) == -900


async def test_a_shift_counts_from_its_beginning_to_its_end(staffed: Office) -> None:
    from datetime import timedelta

    from bot.store.tables import ShiftRow

    def at(unit: Unit, hours: int) -> list[str]:
        return [each.name for each in on_call(unit, NOW + timedelta(hours=hours), 1)]

    await staffed.do(lambda unit: unit.change(ShiftRow, ShiftRow.rank == 1, ends_at=NOW + timedelta(hours=8)))
    assert [await staffed.do(lambda unit, h=h: at(unit, h)) for h in (-1, 0, 7, 8)] == [[], ["Vega"], ["Vega"], []]  # type: ignore[misc]


async def test_only_staff(staffed: Office) -> None:
    assert (await staffed.do(lambda unit: require_staff(unit, 1))).name == "Vega"
    with pytest.raises(NotStaff):
        await staffed.do(lambda unit: require_staff(unit, 99))
