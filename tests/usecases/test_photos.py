"""Which photo is fetched next, how often, and what becomes of it when the patient or the worker is gone meanwhile."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.post.files import NotFetched, Trouble
from bot.store.engine import Store
from bot.store.tables import PatientRow, PhotoRow, PictureRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.photos import (
    GIVEN_UP,
    LEASE,
    PAUSES,
    WITHOUT_LINE,
    claim_photo,
    forget_photos,
    keep_photo,
    not_fetched,
)
from tests.support import rows
from tests.support.rows import NOW
from tests.usecases.conftest import Office

AWAY = NotFetched(Trouble.UNREACHABLE, again=True)
NO_LINE = NotFetched(Trouble.UNREACHABLE, again=True, asked=False)


async def _with_photo(office: Office, **values: object) -> None:
    def insert(unit: Unit) -> None:
        unit.insert(rows.patient())
        unit.insert(rows.photo(**values))

    await office.do(insert)


async def _photo(office: Office) -> PhotoRow:
    return await office.do(lambda unit: unit.get(PhotoRow, "ph1"))


async def _claim(office: Office, **later: float) -> PhotoRow | None:
    moment = NOW + timedelta(**later)
    return await office.do(lambda unit: claim_photo(unit, office.clinic, moment))


async def test_a_claim_is_one_workers_until_its_lease_is_over(office: Office) -> None:
    await _with_photo(office)
    first = await _claim(office)
    assert first is not None and (first.tries, (await _photo(office)).next_at) == (1, NOW + LEASE)
    assert await _claim(office) is None
    second = await _claim(office, seconds=LEASE.total_seconds())
    assert second is not None and second.tries == 2
    assert not await office.do(lambda unit: keep_photo(unit, first, b"late", b"late"))
    assert await office.do(lambda unit: keep_photo(unit, second, b"image", b"small"))
    assert not await office.do(lambda unit: keep_photo(unit, second, b"twice", b"twice"))
    (picture,) = await office.do(lambda unit: unit.many(PictureRow))
    assert (picture.image, (await _photo(office)).state) == (b"image", "kept")


async def test_several_workers_never_fetch_the_same_photo(office: Office, any_store: Store) -> None:
    """At one moment, on both databases: each gets another one, and the rest get none."""

    def insert(unit: Unit) -> None:
        unit.insert(rows.patient())
        unit.insert_all([rows.photo(id=f"ph{number}") for number in range(5)])

    await any_store.run(insert)
    claims = (any_store.run(lambda unit: claim_photo(unit, office.clinic, NOW)) for _ in range(8))
    claimed = [row.id for row in await asyncio.gather(*claims) if row]
    later = [row.id for row in [await any_store.run(lambda unit: claim_photo(unit, office.clinic, NOW))] if row]
    assert len(set(claimed + later)) == len(claimed + later)
    while row := await any_store.run(lambda unit: claim_photo(unit, office.clinic, NOW)):
        later.append(row.id)
    assert sorted(claimed + later) == [f"ph{number}" for number in range(5)]


async def test_the_oldest_goes_first(office: Office) -> None:
    await _with_photo(office)
    older = rows.photo(id="ph0", next_at=NOW - LEASE)
    later = rows.photo(id="ph2", next_at=NOW + LEASE)
    await office.do(lambda unit: unit.insert_all([older, later]))
    claimed = [await _claim(office) for _ in range(3)]
    assert [row.id if row else None for row in claimed] == ["ph0", "ph1", None]


async def test_pauses_grow_and_end(office: Office) -> None:
    await _with_photo(office)
    moment = NOW
    for pause in PAUSES:
        row = await office.do(lambda unit, at=moment: claim_photo(unit, office.clinic, at))  # type: ignore[misc]
        assert row is not None
        await office.do(lambda unit, row=row, at=moment: not_fetched(unit, office.clinic, at, row, AWAY))  # type: ignore[misc]
        moment += pause
        assert (await _photo(office)).next_at == moment
    last = await office.do(lambda unit: claim_photo(unit, office.clinic, moment))
    assert last is not None
    await office.do(lambda unit: not_fetched(unit, office.clinic, moment, last, AWAY))
    photo = await _photo(office)
    assert (photo.state, photo.why, photo.file_id, photo.next_at) == ("failed", "unreachable", "", None)
    assert await office.do(lambda unit: unit.count(TaskRow)) == 1


async def test_without_a_line_no_try_is_used_up_until_two_days_are_over(office: Office) -> None:
    await _with_photo(office)
    row = await _claim(office)
    assert row is not None
    await office.do(lambda unit: not_fetched(unit, office.clinic, NOW, row, NO_LINE))
    photo = await _photo(office)
    assert (photo.tries, photo.next_at) == (0, NOW + WITHOUT_LINE)
    for _ in PAUSES:
        again = await _claim(office, days=3)
        assert again is not None
        late = NOW + GIVEN_UP
        await office.do(lambda unit, row=again, at=late: not_fetched(unit, office.clinic, at, row, NO_LINE))  # type: ignore[misc]
    assert (await _photo(office)).tries == len(PAUSES)


async def test_a_file_that_ends_the_process_is_not_tried_for_ever(office: Office) -> None:
    """Every try was counted before it was made, and nobody came back from them."""
    await _with_photo(office, tries=len(PAUSES) + 1)
    assert await _claim(office) is None
    photo = await _photo(office)
    assert (photo.state, photo.why) == ("failed", "broken")
    assert await office.do(lambda unit: unit.count(TaskRow)) == 1


@pytest.mark.parametrize("ends_as", ["kept", "not kept"])
async def test_a_patient_who_is_forgotten_meanwhile_stays_forgotten(office: Office, ends_as: str) -> None:
    await _with_photo(office)
    row = await _claim(office)
    assert row is not None
    await office.do(lambda unit: forget_photos(unit, unit.get(PatientRow, "p1")))
    if ends_as == "kept":
        assert not await office.do(lambda unit: keep_photo(unit, row, b"image", b"small"))
    else:
        broken = NotFetched(Trouble.BROKEN)
        await office.do(lambda unit: not_fetched(unit, office.clinic, NOW, row, broken))
    assert await office.do(lambda unit: unit.count(PhotoRow) + unit.count(PictureRow) + unit.count(TaskRow)) == 0
