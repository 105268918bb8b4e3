"""Invite, join, remove, relieve: a link works once, for one person, for three days."""

from datetime import timedelta

import pytest

from bot.core.errors import Refused, TokenExpired, TokenUnknown, TokenUsed
from bot.store.tables import AuditRow, InvitationRow, ShiftRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.people import on_call
from bot.usecases.roster import INVITATION_HOURS, STAFF_PREFIX, invite_staff, join_staff, relieve, remove_staff
from tests.usecases.conftest import NOW, Office


async def invite(office: Office, name: str = "Vega") -> tuple[StaffRow, str]:
    return await office.do(
        lambda unit: invite_staff(unit, office.clinic, NOW, "admin", name, "clinician", "+34600000001", "en")
    )


async def test_a_link_works_once(office: Office) -> None:
    staff, token = await invite(office)
    assert token.startswith(STAFF_PREFIX)
    joined = await office.do(lambda unit: join_staff(unit, NOW, 7, token))
    assert (joined.id, joined.chat_id) == (staff.id, 7)
    again = await office.do(lambda unit: join_staff(unit, NOW, 7, token))
    assert again.id == staff.id
    with pytest.raises(TokenUsed):
        await office.do(lambda unit: join_staff(unit, NOW, 8, token))


async def test_the_token_itself_is_not_kept(office: Office) -> None:
    _, token = await invite(office)
    (row,) = await office.do(lambda unit: unit.many(InvitationRow))
    assert token not in row.token_hash
    assert all(token not in line.detail for line in await office.do(lambda unit: unit.many(AuditRow)))


async def test_a_link_grows_old(office: Office) -> None:
    _, token = await invite(office)
    late = NOW + timedelta(hours=INVITATION_HOURS)
    with pytest.raises(TokenExpired):
        await office.do(lambda unit: join_staff(unit, late, 7, token))
    await office.do(lambda unit: join_staff(unit, late - timedelta(seconds=1), 7, token))


async def test_unknown_links_and_taken_accounts(office: Office) -> None:
    with pytest.raises(TokenUnknown):
        await office.do(lambda unit: join_staff(unit, NOW, 7, "s-nothing"))
    _, first = await invite(office, "Vega")
    _, second = await invite(office, "Lola")
    await office.do(lambda unit: join_staff(unit, NOW, 7, first))
    with pytest.raises(Refused, match="account_taken"):
        await office.do(lambda unit: join_staff(unit, NOW, 7, second))


async def test_relieve(office: Office) -> None:
    vega, lola = await office.hire("Vega", chat=1), await office.hire("Lola", "lead", chat=2)

    def by(unit: Unit, who: str, minutes: int, rank: int = 1) -> None:
        relieve(unit, office.clinic, NOW + timedelta(minutes=minutes), unit.get(StaffRow, who), rank)

    def now(unit: Unit, minutes: int) -> list[str]:
        return [each.id for each in on_call(unit, NOW + timedelta(minutes=minutes), 1)]

    await office.do(lambda unit: by(unit, vega, 0))
    await office.do(lambda unit: by(unit, vega, 1))
    assert await office.do(lambda unit: unit.count(ShiftRow)) == 1
    await office.do(lambda unit: by(unit, lola, 2))
    assert [await office.do(lambda unit, m=m: now(unit, m)) for m in (1, 2)] == [[vega], [lola]]  # type: ignore[misc]
    # In the same second: the last word counts, and no shift of no length is left.
    await office.do(lambda unit: by(unit, vega, 2))
    assert await office.do(lambda unit: now(unit, 2)) == [vega]
    with pytest.raises(Refused, match="rank"):
        await office.do(lambda unit: by(unit, vega, 3, 4))


async def test_who_is_removed_is_gone_at_once(office: Office) -> None:
    vega = await office.hire("Vega", chat=1, rank=1)
    later = NOW + timedelta(minutes=1)
    await office.do(lambda unit: remove_staff(unit, later, "admin", vega))
    assert await office.do(lambda unit: on_call(unit, later, 1)) == []
    row = await office.do(lambda unit: unit.get(StaffRow, vega))
    assert (row.name, row.chat_id, row.removed_at) == ("Vega", None, later)
    # The account is free again: the same person may come back by a new link.
    _, token = await invite(office, "Vega again")
    assert (await office.do(lambda unit: join_staff(unit, later, 1, token))).chat_id == 1


async def test_who_is_removed_in_the_second_of_the_shift(office: Office) -> None:
    vega = await office.hire("Vega", chat=1, rank=1)
    await office.do(lambda unit: remove_staff(unit, NOW, "admin", vega))
    assert await office.do(lambda unit: on_call(unit, NOW, 1)) == []
