"""Databases for every room's tests: a migrated SQLite file or PostgreSQL database of its own for each test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from tests.support import postgres

BOTH = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The keys of a clinic that does not exist."""
    return Keyring([bytes(range(32))])


@pytest.fixture(scope="session")
def scratch_folder() -> Iterator[Path]:
    """A fast folder that is gone after the run."""
    with tempfile.TemporaryDirectory(prefix="aftercare-test-", dir=postgres.scratch()) as folder:
        yield Path(folder)


@pytest.fixture
def fresh_folder(scratch_folder: Path) -> Iterator[Path]:
    """A fast folder that is gone after the test."""
    with tempfile.TemporaryDirectory(dir=scratch_folder) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(scratch_folder: Path) -> Path:
    """A migrated SQLite file; tests copy it."""
    file = scratch_folder / "template.sqlite3"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, fresh_folder: Path) -> str:
    """The address of a migrated SQLite file of one's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, fresh_folder / 'aftercare.sqlite3')}"


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[postgres.Databases]:
    """A PostgreSQL server; when none starts, the tests that need one fail."""
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")[:12]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with postgres.server(run_id) as address:
        databases = postgres.Databases(address, f"aftercare_{run_id}_{worker}")
        databases.make_template()
        yield databases
        databases.drop_template()


@pytest.fixture
def postgres_url(postgres_databases: postgres.Databases) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of one's own."""
    url = postgres_databases.copy()
    yield url
    postgres_databases.drop(url)


@pytest.fixture(params=BOTH)
def any_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database: the test runs once for each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def open_store(keyring: Keyring) -> AsyncIterator[Callable[[str], Store]]:
    """Opens stores that are closed after the test."""
    opened: list[Store] = []

    def open_one(url: str) -> Store:
        opened.append(Store(url, keyring))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str, open_store: Callable[[str], Store]) -> Store:
    """A store on SQLite."""
    return open_store(sqlite_url)


@pytest.fixture
async def any_store(any_url: str, open_store: Callable[[str], Store]) -> Store:
    """A store: the test runs on SQLite and on PostgreSQL."""
    return open_store(any_url)
