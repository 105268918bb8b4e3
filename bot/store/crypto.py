"""Sealed columns: text and pictures are kept under AES-GCM, and the keys are found on the dialect, never in a module.

An envelope is ``version (1) | key id (4) | nonce (12) | ciphertext and tag``. The version, the key id and the label
of the column are authenticated, so a value that is moved to another column does not open.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, Table, func, select, tuple_, type_coerce, update
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from bot.core.errors import SettingsError

if TYPE_CHECKING:
    from bot.store.unit import Unit

VERSION = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12
PREFIX_BYTES = len(VERSION) + ID_BYTES
UTF8 = ("utf-8", "surrogatepass")
"""Half of a character can come out of JSON; it is kept as it came rather than refused."""


def new_key() -> str:
    """A fresh random key, as it is written into the settings."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


class Keyring:
    """The keys of a clinic: the first one seals, every one opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise SettingsError("No encryption key is set. Make one with new_key(): it is 32 bytes in base64.")
        self._ciphers: dict[bytes, AESGCM] = {}
        for place, key in enumerate(keys, 1):
            if len(key) != KEY_BYTES:
                raise SettingsError(f"Encryption key {place} has {len(key)} bytes; it must have {KEY_BYTES}.")
            key_id = sha256(b"aftercare key id" + key).digest()[:ID_BYTES]
            if key_id in self._ciphers:
                raise SettingsError(f"Encryption key {place} is there twice; name each key once.")
            self._ciphers[key_id] = AESGCM(key)
        self._first = next(iter(self._ciphers))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``key`` or ``new key,old key``, each 32 bytes in base64 (the web-safe alphabet is fine too)."""
        keys = []
        for place, word in enumerate((word.strip() for word in text.split(",")), 1):
            if not word:
                continue
            try:
                keys.append(base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True))
            except binascii.Error:
                raise SettingsError(
                    f"Encryption key {place} is not base64. It must be {KEY_BYTES} bytes in base64 (44 characters)."
                ) from None
        return cls(keys)

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._ciphers)}, first {self._first.hex()}>"

    @property
    def prefix(self) -> bytes:
        """How every envelope begins that the first key sealed."""
        return VERSION + self._first

    def seal(self, words: str, label: str) -> bytes:
        """Encrypt ``words`` with the first key, bound to ``label``."""
        return self.seal_bytes(words.encode(*UTF8), label)

    def open(self, sealed: bytes, label: str) -> str:
        """Decrypt words; errors as :meth:`open_bytes`."""
        return self.open_bytes(sealed, label).decode(*UTF8)

    def seal_bytes(self, content: bytes, label: str) -> bytes:
        """Encrypt ``content`` (a picture) with the first key, bound to ``label``."""
        nonce = os.urandom(NONCE_BYTES)
        aad = self.prefix + label.encode()
        return self.prefix + nonce + self._ciphers[self._first].encrypt(nonce, content, aad)

    def open_bytes(self, sealed: bytes, label: str) -> bytes:
        """Decrypt; a missing key, a damaged value or a wrong label is a :class:`SettingsError` without the content."""
        prefix, rest = sealed[:PREFIX_BYTES], sealed[PREFIX_BYTES:]
        cipher = self._ciphers.get(prefix[len(VERSION) :])
        if prefix[: len(VERSION)] != VERSION or cipher is None:
            raise SettingsError(
                f"A value of {label} was sealed with key {prefix[len(VERSION) :].hex()}, which is not among the"
                " encryption keys. Add the old key behind the new one, separated by a comma."
            )
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], prefix + label.encode())
        except (InvalidTag, ValueError):
            raise SettingsError(f"A value of {label} does not open: it is damaged or was moved.") from None


def keyring_of(dialect: Dialect) -> Keyring:
    """The keyring that :class:`~bot.store.engine.Store` attached to its engine's dialect."""
    keyring = getattr(dialect, "keyring", None)
    if not isinstance(keyring, Keyring):
        raise SettingsError("This engine has no encryption keys: open the database through Store.")
    return keyring


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest; ``label`` ("table.column") is part of what is authenticated."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    class Comparator(TypeDecorator.Comparator[str]):
        """Refuses to compare: two sealings of the same words differ, so a comparison would never be true."""

        allowed: ClassVar = {operators.is_, operators.is_not}

        def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> Any:
            if op not in self.allowed:
                raise TypeError("a sealed column cannot be compared or sorted in the database")
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(value, self.label)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).open(value, self.label)


class SealedBytes(TypeDecorator[bytes]):
    """A column of bytes (a picture) that is encrypted at rest; bound to its ``label`` as :class:`Sealed` is."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    class Comparator(TypeDecorator.Comparator[bytes]):
        """Refuses to compare, as that of :class:`Sealed`."""

        def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> Any:
            if op not in Sealed.Comparator.allowed:
                raise TypeError("a sealed column cannot be compared or sorted in the database")
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal_bytes(value, self.label)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).open_bytes(value, self.label)


FEW_LARGE = 10
"""So many rows with pictures are sealed again at once: each can have a megabyte, in memory and in the transaction."""


def rotate(unit: "Unit", limit: int = 500) -> int:
    """Seal up to ``limit`` rows again whose key is not the first one; returns how many. Call it until it says 0."""
    done = 0
    for table in SQLModel.metadata.sorted_tables:
        if done < limit:
            done += _rotate_table(unit, table, limit - done)
    return done


def _rotate_table(unit: "Unit", table: Table, limit: int) -> int:
    sealed = [column for column in table.columns if isinstance(column.type, Sealed | SealedBytes)]
    if not sealed:
        return 0
    if any(isinstance(column.type, SealedBytes) for column in sealed):
        limit = min(limit, FEW_LARGE)
    prefix = keyring_of(unit.connection.dialect).prefix
    starts = [func.substr(type_coerce(column, LargeBinary), 1, PREFIX_BYTES) for column in sealed]
    key = list(table.primary_key.columns)
    stale = tuple_(*starts) != tuple_(*[type_coerce(prefix, LargeBinary)] * len(starts))
    rows = unit.connection.execute(select(*key, *sealed).where(stale).limit(limit).with_for_update()).mappings().all()
    for row in rows:
        unit.connection.execute(
            update(table)
            .where(*(column == row[column] for column in key))
            .values({column: row[column] for column in sealed})
        )
    return len(rows)
