"""The file of a backup: it opens whole or not at all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import NotReady, SettingsError
from bot.store.backup_file import MAGIC, PIECE, Header, open_file, read_header, seal_file
from bot.store.crypto import Keyring, new_key

HEADER = Header(datetime(2026, 3, 2, 3, 0, tzinfo=UTC), "0013")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_text(new_key())


def sealed(folder: Path, keyring: Keyring, content: bytes) -> Path:
    """A backup of this content."""
    plain, file = folder / "plain", folder / "file.backup"
    plain.write_bytes(content)
    seal_file(plain, file, HEADER, keyring)
    return file


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7])
def test_it_comes_back_as_it_was(tmp_path: Path, keyring: Keyring, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    file = sealed(tmp_path, keyring, content[:size])
    assert open_file(file, tmp_path / "back", keyring) == HEADER == read_header(file)
    assert (tmp_path / "back").read_bytes() == content[:size]
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_of_it_can_be_read(tmp_path: Path, keyring: Keyring) -> None:
    file = sealed(tmp_path, keyring, b"Ana Ruiz" * 100)
    assert b"Ana" not in file.read_bytes()
    with pytest.raises(SettingsError, match="not among the encryption keys"):
        open_file(file, tmp_path / "back", Keyring.from_text(new_key()))


@pytest.mark.parametrize("left", [0, 5, len(MAGIC), 60, 90, 4000, PIECE, 2 * PIECE])
def test_one_that_is_cut_short_is_refused(tmp_path: Path, keyring: Keyring, left: int) -> None:
    file = sealed(tmp_path, keyring, b"x" * (2 * PIECE + 5))
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises((NotReady, SettingsError)):
        open_file(file, tmp_path / "back", keyring)


def test_its_last_piece_cannot_be_left_out(tmp_path: Path, keyring: Keyring) -> None:
    file = sealed(tmp_path, keyring, b"x" * (PIECE + 5))
    whole = file.read_bytes()
    at = len(MAGIC) + len(HEADER.line())
    first = 4 + int.from_bytes(whole[at : at + 4], "big")
    file.write_bytes(whole[: at + first])
    with pytest.raises(SettingsError, match="damaged or was moved"):
        open_file(file, tmp_path / "back", keyring)


def test_pieces_cannot_change_places_and_headers_cannot_be_changed(tmp_path: Path, keyring: Keyring) -> None:
    file = sealed(tmp_path, keyring, b"x" * 100)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"2026-03-02", b"2026-03-03"))
    assert json.loads(whole.splitlines()[1])["step"] == "0013"
    with pytest.raises(SettingsError, match="damaged or was moved"):
        open_file(file, tmp_path / "back", keyring)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", MAGIC, MAGIC + b"{}\n", MAGIC + b"nothing\n"])
def test_other_files_are_named_as_such(tmp_path: Path, keyring: Keyring, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(NotReady):
        open_file(file, tmp_path / "back", keyring)
