"""A terminal for the commands: a folder of its own, settings in the environment, and an emulated Telegram beside it."""

import asyncio
import logging
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.emulator import EmulatorServer, World
from bot.settings import Settings
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.wiring.flows import Flows, load_flows

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "flows"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
T = TypeVar("T")


class Terminal:
    """Runs commands in this process. ``settings`` are the variables that they see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.settings: dict[str, str] = {}

    def set(self, **variables: str) -> None:
        """Set variables of the environment."""
        for name, value in variables.items():
            self.settings[name] = value
            self._monkeypatch.setenv(name, value)

    def run(self, *words: str, types: str = "") -> Result:
        """Run a command; ``types`` is its standard input."""
        return CliRunner().invoke(app, words, input=types, prog_name="aftercare")

    def says(self, *words: str, types: str = "", code: int = 0) -> str:
        """What a command prints, on both outputs, when it ends with this exit code."""
        result = self.run(*words, types=types)
        shown = result.stdout + result.stderr
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, shown
        return shown


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    """A terminal in an empty folder, with no setting but the folder of the scripts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in (*Settings.model_fields, "dyno"):
        monkeypatch.delenv(name.upper(), raising=False)
    terminal = Terminal(monkeypatch)
    terminal.set(FLOWS_DIR=str(FLOWS))
    return terminal


@pytest.fixture
def configured(terminal: Terminal, sqlite_url: str) -> Terminal:
    """A terminal with every setting that is needed, and a migrated database."""
    terminal.set(
        TELEGRAM_TOKEN="7000000001:demo-token-of-the-emulator",
        TELEGRAM_API_URL="http://127.0.0.1:9",
        ENCRYPTION_KEYS=KEY,
        CLINIC_NAME="Clinic Sol",
        CLINIC_PHONE="+34 910 000 000",
        EMERGENCY_NUMBER="112",
        CRISIS_LINE="024",
        CLINIC_TIMEZONE="Europe/Madrid",
        DATABASE_URL=sqlite_url,
    )
    return terminal


class Telegram:
    """An emulated Telegram in a thread of its own, since commands bring their own event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, server: EmulatorServer) -> None:
        self._loop = loop
        self.url = server.url
        self.world: World = server.world

    def wait(self, work: Coroutine[Any, Any, T], seconds: float = 60) -> T:
        """Run something in the emulator's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def do(self, work: Callable[[World], T]) -> T:
        """Do something with its world, in its own thread."""

        async def inside() -> T:
            return work(self.world)

        return self.wait(inside())


@pytest.fixture
def telegram(configured: Terminal) -> Iterator[Telegram]:
    """An emulated Telegram, which the settings name."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = EmulatorServer()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    configured.set(TELEGRAM_API_URL=server.url, TELEGRAM_TOKEN=server.world.token)
    try:
        yield Telegram(loop, server)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def in_store(configured: Terminal) -> Callable[[Callable[[Unit], T]], T]:
    """Does something in the database that the settings name."""

    def run(work: Callable[[Unit], T]) -> T:
        async def inside() -> T:
            store = Store(configured.settings["DATABASE_URL"], Keyring.from_text(KEY))
            try:
                return await store.run(work)
            finally:
                await store.close()

        return asyncio.run(inside())

    return run


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The real scripts with few cases, to be spoilt: the real ones all replay in one test, which is enough."""

    def most_cases(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if not name.startswith("br_")] if folder.endswith("cases") else []

    return Path(shutil.copytree(FLOWS, tmp_path / "flows", ignore=most_cases))


@pytest.fixture(scope="session")
def flows() -> Flows:
    """The real scripts."""
    return load_flows(FLOWS)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Puts back what a command does to the logging of its process."""
    root = logging.getLogger()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    known = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    yield
    root.handlers, logging.raiseExceptions = handlers, raises
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(known.get(name, logging.NOTSET))
    structlog.reset_defaults()
