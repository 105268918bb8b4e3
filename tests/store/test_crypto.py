"""Sealed columns: nothing readable on disk, a wrong key says so, and keys can be exchanged."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, create_engine, select, type_coerce
from sqlmodel import SQLModel

from bot.core.errors import SettingsError
from bot.store.crypto import FEW_LARGE, Keyring, Sealed, SealedBytes, new_key, rotate
from bot.store.engine import Store
from bot.store.tables import PatientRow, PictureRow
from bot.store.unit import Unit, table_of
from tests.support import rows

OLD, NEW = bytes(32), bytes([7] * 32)


def raw(unit: Unit) -> list[bytes]:
    """The sealed values of every patient as they lie on disk."""
    columns = [column for column in table_of(PatientRow).columns if isinstance(column.type, Sealed)]
    found = unit.connection.execute(select(*(type_coerce(column, LargeBinary) for column in columns)))
    return [bytes(value) for row in found for value in row]


@given(words=st.text(st.characters(exclude_categories=[])), label=st.text(min_size=1))
def test_what_is_sealed_opens(words: str, label: str) -> None:
    keyring = Keyring([NEW])
    sealed = keyring.seal(words, label)
    assert keyring.open(sealed, label) == words
    assert keyring.seal(words, label) != sealed


def test_the_first_key_seals_and_all_open() -> None:
    sealed = Keyring([OLD]).seal("words", "label")
    both = Keyring([NEW, OLD])
    assert both.open(sealed, "label") == "words"
    assert not sealed.startswith(both.prefix)
    assert both.seal("words", "label").startswith(both.prefix)


@pytest.mark.parametrize("place", range(40))
def test_a_damaged_value_does_not_open(place: int) -> None:
    keyring = Keyring([NEW])
    sealed = bytearray(keyring.seal("a secret", "label"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(SettingsError) as raised:
        keyring.open(bytes(sealed), "label")
    assert "secret" not in str(raised.value)


def test_a_value_that_was_moved_or_cut_does_not_open() -> None:
    keyring = Keyring([NEW])
    sealed = keyring.seal("a secret", "patient.name")
    with pytest.raises(SettingsError, match="was moved"):
        keyring.open(sealed, "patient.phone")
    for length in range(len(sealed)):
        with pytest.raises(SettingsError):
            keyring.open(sealed[:length], "patient.name")


def test_keys_are_read_from_text() -> None:
    text = f" {new_key()} , {base64.urlsafe_b64encode(bytes([255] * 32)).decode()},"
    assert repr(Keyring.from_text(text)).startswith("<Keyring of 2")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No encryption key"),
        (" , ", "No encryption key"),
        ("no base64!", "key 1 is not base64"),
        (f"{base64.b64encode(NEW).decode()},c2hvcnQ=", "key 2 has 5 bytes"),
        (",".join([base64.b64encode(OLD).decode()] * 2), "key 2 is there twice"),
    ],
)
def test_keys_that_cannot_be_used(text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as raised:
        Keyring.from_text(text)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


async def test_nothing_readable_on_disk(any_store: Store, keyring: Keyring) -> None:
    await any_store.run(lambda unit: unit.insert(rows.patient(name="Anna", allergies="")))
    values = await any_store.look(raw)
    assert len(values) == 5
    assert all(value.startswith(keyring.prefix) for value in values)
    assert all(b"Anna" not in value for value in values)


async def test_a_wrong_key_says_so(any_url: str, open_store: Callable[[str], Store]) -> None:
    store = open_store(any_url)
    await store.run(lambda unit: unit.insert(rows.patient()))
    stranger = Store(any_url, Keyring([NEW]))
    with pytest.raises(SettingsError, match=r"patient\.name was sealed with key .* not among"):
        await stranger.look(lambda unit: unit.get(PatientRow, "p1"))
    await stranger.close()


async def test_rotation(any_url: str) -> None:
    store = Store(any_url, Keyring([OLD]))
    await store.run(rows.insert_family)
    patients = [rows.patient(id=f"q{number}", case_code=f"q{number}", name=f"N{number}") for number in range(30)]
    await store.run(lambda unit: unit.insert_all(patients))
    await store.close()

    both = Store(any_url, Keyring([NEW, OLD]))
    batches: list[int] = []
    while not batches or batches[-1]:
        batches.append(await both.run(lambda unit: rotate(unit, 10)))
    await both.close()
    assert sum(batches) == 31 + len(["staff", "session", "run", "alert"])
    assert max(batches) <= 10

    only_new = Store(any_url, Keyring([NEW]))
    assert [row.name for row in await only_new.look(lambda unit: unit.many(PatientRow, order_by=PatientRow.id))][
        :3
    ] == ["Anna", "N0", "N1"]
    await only_new.close()


async def test_rotation_of_pictures_takes_few_at_once(any_url: str) -> None:
    """Each can have a megabyte, so that a batch of five hundred would fill the memory."""
    store = Store(any_url, Keyring([OLD]))
    await store.run(lambda unit: unit.insert(rows.patient()))
    for number in range(FEW_LARGE + 1):
        photo = rows.photo(id=f"x{number}", state="kept", next_at=None)
        await store.run(lambda unit, photo=photo: unit.insert(photo))  # type: ignore[misc]
        row = rows.picture(photo_id=photo.id, image=bytes([0, 255, number]))
        await store.run(lambda unit, row=row: unit.insert(row))  # type: ignore[misc]
    await store.close()
    both = Store(any_url, Keyring([NEW, OLD]))
    batches: list[int] = []
    while not batches or batches[-1]:
        batches.append(await both.run(rotate))
    await both.close()
    assert sum(batches) == 1 + 2 * (FEW_LARGE + 1)
    assert batches[1:] == [1, 0]
    only_new = Store(any_url, Keyring([NEW]))
    found = await only_new.look(lambda unit: unit.many(PictureRow))
    assert sorted(row.image for row in found) == [bytes([0, 255, number]) for number in range(FEW_LARGE + 1)]
    await only_new.close()


async def test_pictures_are_sealed_on_disk(any_store: Store, keyring: Keyring) -> None:
    def work(unit: Unit) -> list[bytes]:
        rows.insert_family(unit)
        unit.insert(rows.photo())
        unit.insert(rows.picture())
        columns = [table_of(PictureRow).c.image, table_of(PictureRow).c.thumbnail]
        found = unit.connection.execute(select(*(type_coerce(column, LargeBinary) for column in columns)))
        return [bytes(value) for row in found for value in row]

    image, thumbnail = await any_store.run(work)
    assert image.startswith(keyring.prefix) and b"large" not in image
    assert keyring.open_bytes(image, "picture.image") == rows.picture().image
    with pytest.raises(SettingsError, match="was moved"):
        keyring.open_bytes(thumbnail, "picture.image")
    with pytest.raises(TypeError, match="sealed"):
        _ = PictureRow.image == b"\xff"


def test_labels_name_their_columns() -> None:
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Sealed | SealedBytes):
                assert column.type.label == f"{table.name}.{column.name}"


def test_a_sealed_column_cannot_be_compared() -> None:
    with pytest.raises(TypeError, match="sealed"):
        _ = PatientRow.name == "Anna"


def test_an_engine_without_keys_says_so() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(SettingsError, match="through Store"):
        Sealed("x").process_bind_param("words", engine.dialect)
    assert Sealed("x").process_bind_param(None, engine.dialect) is None
    assert Sealed("x").process_result_value(None, engine.dialect) is None
