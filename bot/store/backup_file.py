"""The file of a backup: a header that says when and of what, and the database in sealed pieces that keep their order.

``AFTERCARE BACKUP 1``, a line of JSON, then pieces of a length each. Every piece is sealed with the clinic's first key
and bound to the header, to its place and to being the last one: a piece that is missing, moved, repeated or taken from
another backup does not open.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from bot.core.errors import NotReady
from bot.store.crypto import Keyring

MAGIC = b"AFTERCARE BACKUP 1\n"
PIECE = 1 << 20
LONGEST_HEADER = 4096
LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Header:
    """What can be read of a backup without the keys: when it was made (UTC), and the step of its tables."""

    made_at: datetime
    step: str

    def line(self) -> bytes:
        """As it stands in the file."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, sort_keys=True).encode() + b"\n"


def seal_file(plain: Path, sealed: Path, header: Header, keyring: Keyring) -> None:
    """Write the backup of ``plain`` to ``sealed``, which must not be there yet, for its owner's eyes only."""
    line = header.line()
    sealed.touch(mode=0o600, exist_ok=False)
    with plain.open("rb") as source, sealed.open("wb") as target:
        target.write(MAGIC + line)
        place, piece = 0, source.read(PIECE)
        while True:
            following = source.read(PIECE)
            closed = keyring.seal_bytes(piece, _label(line, place, last=not following))
            target.write(len(closed).to_bytes(LENGTH_BYTES, "big") + closed)
            if not following:
                return
            place, piece = place + 1, following


def read_header(file: Path) -> Header:
    """When and of what. Errors: NotReady for what is no backup."""
    with file.open("rb") as source:
        return _header(source, file)[0]


def open_file(sealed: Path, plain: Path, keyring: Keyring) -> Header:
    """Write what is in a backup to ``plain``. Errors: NotReady when it is cut short, SettingsError for damage or keys."""
    plain.touch(mode=0o600)
    with sealed.open("rb") as source, plain.open("wb") as target:
        header, line = _header(source, sealed)
        for piece in _pieces(source, sealed, line, keyring):
            target.write(piece)
    return header


def _pieces(source: BinaryIO, file: Path, line: bytes, keyring: Keyring) -> Iterator[bytes]:
    place, closed = 0, _piece(source, file)
    if closed is None:
        raise NotReady(f"{file} is cut short: there is nothing behind its header.")
    while closed is not None:
        following = _piece(source, file)
        yield keyring.open_bytes(closed, _label(line, place, last=following is None))
        place, closed = place + 1, following


def _piece(source: BinaryIO, file: Path) -> bytes | None:
    length = source.read(LENGTH_BYTES)
    if not length:
        return None
    size = int.from_bytes(length, "big")
    closed = source.read(min(size, PIECE + LONGEST_HEADER))
    if len(length) < LENGTH_BYTES or len(closed) < size:
        raise NotReady(f"{file} is cut short, or damaged. Take an older backup.")
    return closed


def _header(source: BinaryIO, file: Path) -> tuple[Header, bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise NotReady(f"{file} is not a backup of aftercare.")
    line = source.readline(LONGEST_HEADER)
    try:
        match json.loads(line):
            case {"made_at": str(made_at), "step": str(step)}:
                return Header(datetime.fromisoformat(made_at), step), line
    except ValueError:
        pass
    raise NotReady(f"The header of {file} is damaged. Take an older backup.")


def _label(line: bytes, place: int, *, last: bool) -> str:
    return f"backup:{sha256(line).hexdigest()}:{place}:{'last' if last else 'more'}"
