"""A process that only reads finds whole rows, though it has never called a row's constructor."""

import subprocess
import sys
from pathlib import Path

CODE = """
import asyncio, sys
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import RevisionRow

async def main():
    store = Store(sys.argv[1], Keyring([bytes(range(32))]))
    rows = await store.look(lambda unit: unit.many(RevisionRow))
    print([row.procedure for row in rows])
    await store.close()

asyncio.run(main())
"""
ROOT = Path(__file__).parents[2]


def test_the_first_thing_that_a_process_does_is_reading(sqlite_url: str) -> None:
    insert = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"INSERT INTO revision VALUES ('r1', 'face', '{}', '', '2026-03-02 12:00:00.000000', 'x', 1)\"); c.commit()"  # noqa: E501
    subprocess.run([sys.executable, "-c", insert, sqlite_url.removeprefix("sqlite:///")], check=True)
    done = subprocess.run(
        [sys.executable, "-c", CODE, sqlite_url], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "['face']\n", done.stderr
