"""The disk of the simulated machine: a real SQLite file whose commits fail, or end the process, when the seed says so."""

import asyncio
import sqlite3
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy.util import await_only

from bot.simulation.loop import LIFE, Life


class DiskFault(StrEnum):
    """What may become of a commit."""

    LOCKED = "commit_locked"
    FULL = "disk_full"
    ANSWER_LOST = "commit_answer_lost"
    KILL_BEFORE = "kill_before_commit"
    KILL_AFTER = "kill_after_commit"


class SimulatedConnection(sqlite3.Connection):
    """A connection whose COMMIT the disk decides about."""

    disk: "Disk"
    life: Life | None
    seen_changes = 0

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As the driver does it, but for COMMIT."""
        if sql == "COMMIT" and self.life is not None and self.total_changes != self.seen_changes:
            self.seen_changes = self.total_changes
            return self.disk.commit(self, super().execute)
        return super().execute(sql, parameters)


class Disk:
    """Opens connections for whichever process runs, and closes them when it is killed.

    ``draw`` names the fault of the next commit, ``kill`` ends a life, ``committed`` is told of each commit that lasts.
    """

    def __init__(self) -> None:
        self._open: dict[Life, list[SimulatedConnection]] = {}
        self.draw: Callable[[], DiskFault | None] = lambda: None
        self.kill: Callable[[Life, str], None] = lambda life, why: None
        self.committed: Callable[[], None] = lambda: None

    def open_file(self, *args: Any, **more: Any) -> sqlite3.Connection:
        """What the store opens files with."""
        connection = sqlite3.connect(*args, factory=SimulatedConnection, **more)
        connection.disk, connection.life = self, LIFE.get()
        if connection.life is not None:
            self._open.setdefault(connection.life, []).append(connection)
        return connection

    def cut(self, life: Life) -> None:
        """The process is gone: what it had not committed never was."""
        for connection in self._open.pop(life, []):
            connection.life = None
            connection.close()

    def commit(self, connection: SimulatedConnection, execute: Callable[[str], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Commit, or not, or both and fail."""
        fault = self.draw()
        life = connection.life
        assert life is not None
        match fault:
            case DiskFault.LOCKED:
                raise sqlite3.OperationalError("database is locked")
            case DiskFault.FULL:
                raise sqlite3.OperationalError("database or disk is full")
            case DiskFault.KILL_BEFORE:
                self.kill(life, fault)
                await_only(asyncio.get_running_loop().create_future())
        done = execute("COMMIT")
        self.committed()
        if fault is DiskFault.ANSWER_LOST:
            raise sqlite3.OperationalError("disk I/O error")
        if fault is DiskFault.KILL_AFTER:
            self.kill(life, fault)
            await_only(asyncio.get_running_loop().create_future())
        return done
