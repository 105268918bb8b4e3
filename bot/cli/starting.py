"""Starts the product for `serve`, `web` and `worker`: settings, logs, the event loop, and the run."""

import asyncio
import logging
import sys
from collections.abc import Callable

import typer

from bot.cli.at_start import settings_at_start
from bot.cli.endings import WRONG
from bot.core.errors import AftercareError
from bot.settings import Settings
from bot.wiring.app import build
from bot.wiring.logs import set_up_logs
from bot.wiring.running import run

log = logging.getLogger(__name__)


def start(*, web: bool, worker: bool) -> None:
    """Run until SIGTERM or SIGINT. An error that nobody foresaw is logged without its words, which could be private."""
    settings = settings_at_start()
    set_up_logs(settings.log_level)
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(_run(settings, web=web, worker=worker))
    except AftercareError:
        raise
    except Exception:
        log.critical("the product ended with an error", exc_info=True)
        raise typer.Exit(WRONG) from None


async def _run(settings: Settings, *, web: bool, worker: bool) -> None:
    app = build(settings)
    if app.flows.unsigned and sys.stderr.isatty():  # for machines the log says it: one JSON object a line
        typer.echo(f"NOT clinically approved: points without a signature: {app.flows.unsigned}.", err=True)
    await run(app, web=web, worker=worker)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
