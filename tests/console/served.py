"""The console on a socket, for browsers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn

from bot.console.app import create_app
from bot.wiring.running import Server
from tests.support.clinic import Clinic


@contextlib.asynccontextmanager
async def served(clinic: Clinic) -> AsyncIterator[str]:
    """The address under which the clinic's console is served."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    site = create_app(clinic.app)
    server = Server(
        uvicorn.Config(site, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    )
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        site.state.console.close()
        server.should_exit = True
        await task
        listener.close()
