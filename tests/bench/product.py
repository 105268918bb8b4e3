"""The product in a process of its own, as it is served: uvloop, all parts in one; settings come from the environment."""

import logging

import uvloop

from bot.settings import Settings, read_settings
from bot.wiring.app import build
from bot.wiring.running import run


async def serve(settings: Settings) -> None:
    """Run until a signal."""
    await run(build(settings), web=True, worker=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(serve(read_settings(_env_file=None)))
