"""``aftercare demo``: the emulator with the demo's page and the real product, in one process, until Ctrl-C."""

import asyncio
import signal
import webbrowser
from datetime import timedelta
from pathlib import Path

from bot.demo.clinic import Demo
from bot.demo.page import routes
from bot.emulator import EmulatorServer, World
from bot.wiring.sources import MovableClock, utc_now

STARTS_AT_HOUR = 9


async def demo(port: int, flows: Path, *, browser: bool = False, stop: asyncio.Event | None = None) -> None:
    """Serve the demo on this machine. The clock starts at nine in the morning (UTC) of today."""
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    today = utc_now().replace(hour=STARTS_AT_HOUR, minute=0, second=0, microsecond=0)
    clock = MovableClock(today if today <= utc_now() else today - timedelta(days=1))
    world = World(now=lambda: clock().timestamp())
    clinic = Demo(world, clock, flows)
    async with EmulatorServer(world, port=port, routes=[*routes(clinic), *clinic.console_routes]) as emulator:
        await clinic.open(emulator.url)
        print(f"\n  Aftercare demo: open {emulator.url} in a browser. Ctrl-C ends it.\n", flush=True)  # noqa: T201
        if browser:
            webbrowser.open(emulator.url)
        await stop.wait()
        await clinic.close()


def main(port: int = 8088, *, flows: Path = Path("flows"), browser: bool = False) -> None:
    """Run the demo until it is stopped."""
    asyncio.run(demo(port, flows, browser=browser))
