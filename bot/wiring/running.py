"""Runs the product: everything in one process, or the web and the worker half, until a signal; then it drains."""

import asyncio
import contextlib
import gc
import json
import logging
import math
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import uvicorn

from bot.console.app import create_app
from bot.core.check.floor_reading import read_floor
from bot.core.errors import Problem, ScriptError, SettingsError
from bot.cycle.metronome import Metronome
from bot.store import migrate
from bot.store.unit import Unit
from bot.usecases.approve import missing
from bot.usecases.publish import (
    floor_in_force,
    is_published,
    policy_in_force,
    publish_scripts,
    published,
    refuse_recalled,
)
from bot.wiring.app import App
from bot.wiring.flows import FLOOR, Flows

log = logging.getLogger(__name__)
INTRODUCE_AGAIN_S = 30


class Beat(Protocol):
    """What lets time pass: the metronome, or the simulation's."""

    def start(self) -> None:
        """Begin to call the tick."""

    def stop(self) -> None:
        """No further ticks."""


class Server(uvicorn.Server):
    """uvicorn without its own signal handling, which would end the process before the product has drained."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled by whoever runs the product."""
        yield


async def run(app: App, *, web: bool, worker: bool, stop: asyncio.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT (or ``stop``). ``web`` answers HTTP, ``worker`` lets time pass and polls."""
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await prepare(app)
    await live(app, web=web, worker=worker, stop=stop)


async def live(
    app: App,
    *,
    web: bool,
    worker: bool,
    stop: asyncio.Event,
    beat: Callable[[Callable[[], Awaitable[None]], float], Beat] = Metronome,
) -> None:
    """Open, run until ``stop``, drain. ``beat`` makes what calls the tick every so many seconds."""
    loop = asyncio.get_running_loop()
    await app.open()
    # Scripts and word lists live as long as the process: no collection of garbage needs to walk through them again.
    gc.collect()
    gc.freeze()
    tasks: list[asyncio.Task[None]] = [loop.create_task(_introduce(app))]
    polls = worker and not app.settings.public_url
    if polls:
        tasks.append(loop.create_task(app.polling.run()))
    metronome = beat(app.cycle.tick, app.settings.tick_seconds) if worker else None
    if metronome:
        metronome.start()
    async with _http(app) if web else contextlib.nullcontext():
        log.info("running: web=%s worker=%s polling=%s", web, worker, polls)
        if app.flows.unsigned:
            log.warning("not clinically approved: %s points without a signature", app.flows.unsigned)
        for lapsed in app.flows.standing.lapsed:
            log.warning("a signature for %s clears nothing: %s", lapsed.signature.of, lapsed.why)
        await stop.wait()
        log.info("stopping: finishing what is under way")
        if metronome:
            metronome.stop()
        app.polling.stop()
        if polls:
            await tasks[1]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await app.close()
    log.info("stopped")


@contextlib.asynccontextmanager
async def _http(app: App) -> AsyncIterator[None]:
    site = create_app(app)
    config = uvicorn.Config(
        site,
        host=app.settings.host,
        port=app.settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(app.settings.drain_seconds),
    )
    server = Server(config)
    task = asyncio.get_running_loop().create_task(server.serve())
    try:
        yield
    finally:
        site.state.console.close()
        server.should_exit = True
        await task


async def _introduce(app: App) -> None:
    """Tell Telegram where updates go and learn the bot's name; again until it works, so that a start never fails."""
    while True:
        try:
            if await app.introduce():
                await app.point_telegram_here()
                return
        except Exception as error:
            log.warning("Telegram could not be set up: %s", type(error).__name__)
        await asyncio.sleep(INTRODUCE_AGAIN_S)


async def prepare(app: App) -> None:
    """Refuse to run on a database that is not migrated, or with scripts that were never proved against the floor.

    Scripts that are new here are proved, compared with those in force, and published. One that gives somebody less is
    refused unless two persons approved it.
    """
    pending = await asyncio.to_thread(migrate.pending, app.settings.database_url.get_secret_value())
    if pending:
        raise SettingsError("The database is not up to date. Run: aftercare release")
    flows = app.flows
    await app.store.look(lambda unit: refuse_recalled(unit, flows.scripts))
    if await app.store.look(lambda unit: is_published(unit, flows.scripts, flows.floor_hash, flows.policy)):
        return
    before = await app.store.look(lambda unit: in_force(unit, flows))
    await prove(app.settings.flows_dir, tuple(flows.scripts), before)
    floor = read_floor(flows.files[FLOOR], FLOOR, flows.scripts.values())
    now = app.clock()
    await app.store.run(
        lambda unit: publish_scripts(unit, now, flows.scripts, flows.floor_hash, "start", floor, flows.policy)
    )


def in_force(unit: Unit, flows: Flows) -> str:
    """What a start must compare the scripts with, as JSON for the process that does it; empty when nothing changes.

    What two persons approved is left out, and what is the same.
    """
    scripts = {
        procedure: (row.id, row.script)
        for procedure, row in published(unit).items()
        if procedure in flows.scripts
        and row.id != flows.scripts[procedure].revision
        and missing(unit, Step(procedure, flows.scripts[procedure].revision, row.id))
    }
    floor_hash, floor = floor_in_force(unit)
    changed = floor_hash not in ("", flows.floor_hash) and missing(unit, Step("floor", flows.floor_hash, floor_hash))
    policy = policy_in_force(unit)
    if policy is not None and (
        policy.revision == flows.policy.revision
        or not missing(unit, Step("escalation", flows.policy.revision, policy.revision))
    ):
        policy = None
    if not scripts and not changed and policy is None:
        return ""
    return json.dumps(
        {
            "scripts": {procedure: (name, json.loads(script)) for procedure, (name, script) in scripts.items()},
            "floor": floor.model_dump(mode="json") if floor and changed else None,
            "floor_hash": floor_hash if changed else "",
            "policy": policy.model_dump(mode="json") if policy else None,
        }
    )


@dataclass(frozen=True, slots=True)
class Step:
    """From one revision (or floor, or policy) to another."""

    subject: str
    revision: str
    against: str


async def prove(folder: Path, procedures: tuple[str, ...], before: str = "") -> None:
    """Run the checker in a process of its own: its solver needs memory that the bot does not keep.

    ``before`` is what is in force, for the comparison. Errors: ScriptError when a script fails, or gives somebody less,
    after the findings were printed. Warnings alone are not shown here.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", "--flows", str(folder), "--quiet", "--no-cache",
        *(("--against", "-") if before else ()), *procedures,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(120):
        said, _ = await process.communicate(before.encode())
    if process.returncode != 0:
        sys.stderr.write(said.decode(errors="replace"))
        todo = "Mend what is listed above."
        raise ScriptError([Problem("not-proved", "The scripts did not pass the check.", todo=todo)])
