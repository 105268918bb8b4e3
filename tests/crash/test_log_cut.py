"""A database whose write-ahead log was cut at any length opens whole, with a prefix of what was committed."""

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.unit import Unit
from tests.support import rows
from tests.support.clinic import KEY

COMMITS = 40
CUTS = 60


@pytest.fixture
def written(sqlite_url: str, tmp_path: Path) -> Path:
    """A copy of a database and its log in the middle of its life: 40 commits of two messages each."""

    async def write() -> None:
        store = Store(sqlite_url, Keyring.from_text(KEY))
        for number in range(COMMITS):

            def both(unit: Unit, number: int = number) -> None:
                for half in (0, 1):
                    unit.insert(rows.outbox(id=2 * number + half + 1, chat_id=number + 1))

            await store.run(both)
        source = Path(sqlite_url.removeprefix("sqlite:///"))
        for ending in ("", "-wal"):
            shutil.copy(f"{source}{ending}", tmp_path / f"copy.sqlite3{ending}")
        await store.close()

    asyncio.run(write())
    return tmp_path / "copy.sqlite3"


def test_cut_anywhere_it_opens_with_whole_transactions(written: Path, tmp_path: Path, chance: random.Random) -> None:
    log = Path(f"{written}-wal").read_bytes()
    assert len(log) > 100_000, "the log holds what was committed"
    counts = set()
    for cut in sorted({0, len(log), *(chance.randrange(len(log)) for _ in range(CUTS))}):
        file = Path(shutil.copy(written, tmp_path / "cut.sqlite3"))
        Path(f"{file}-wal").write_bytes(log[:cut])
        Path(f"{file}-shm").unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert not connection.execute("PRAGMA foreign_key_check").fetchall()
            ids = [number for (number,) in connection.execute("SELECT id FROM outbox ORDER BY id")]
        assert ids == list(range(1, len(ids) + 1)), "a later commit is there and an earlier one is not"
        assert len(ids) % 2 == 0, "half of a transaction"
        counts.add(len(ids))
    assert max(counts) == 2 * COMMITS
    assert len(counts) > 10, "the cuts fell on different commits"


def test_torn_pages_in_the_log_are_left_out(written: Path, tmp_path: Path, chance: random.Random) -> None:
    log = bytearray(Path(f"{written}-wal").read_bytes())
    for _ in range(20):
        torn = bytearray(log)
        at = chance.randrange(len(log) // 2, len(log) - 512)
        torn[at : at + 512] = bytes(512)
        file = Path(shutil.copy(written, tmp_path / "torn.sqlite3"))
        Path(f"{file}-wal").write_bytes(bytes(torn))
        Path(f"{file}-shm").unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ids = [number for (number,) in connection.execute("SELECT id FROM outbox ORDER BY id")]
        assert ids == list(range(1, len(ids) + 1))
        assert len(ids) % 2 == 0
