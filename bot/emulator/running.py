"""Running the emulator: inside a program's own event loop, or as a process of its own."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.emulator.clock import Clock
from bot.emulator.server import CUT_EXTENSION, create_app
from bot.emulator.world import World


class CuttableProtocol(HttpToolsProtocol):
    """HTTP that also offers the application to drop the connection, for faults."""

    def on_message_begin(self) -> None:
        """Begin a request and add the offer to its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {CUT_EXTENSION: {"abort": self.transport.abort}}


class WorldServer(uvicorn.Server):
    """A uvicorn server that says when it is ready, and ends every wait in its world before it stops."""

    def __init__(self, app: Starlette, world: World, ready: Callable[[], None]) -> None:
        super().__init__(_config(app))
        self._world = world
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen and say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let long polls return and hanging calls be cut, then stop."""
        self._world.close()
        await super().shutdown(sockets)


class GuestServer(WorldServer):
    """A server inside another program: it leaves the signals alone and stops at once when told to."""

    def __init__(self, app: Starlette, world: World) -> None:
        self.listening = asyncio.Event()
        self._stopping = asyncio.Event()
        super().__init__(app, world, self.listening.set)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program that the emulator runs in."""
        yield

    async def main_loop(self) -> None:
        """Wait to be stopped, without uvicorn's own ticking."""
        await self._stopping.wait()

    def stop(self) -> None:
        """Let the server end."""
        self._stopping.set()


class EmulatorServer:
    """`async with EmulatorServer() as emulator:` serves a world on a port of 127.0.0.1 in the running loop."""

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        routes: Sequence[BaseRoute] = (),
    ) -> None:
        self.world = World(now=Clock()) if world is None else world
        self._app = create_app(self.world, sleep=sleep, routes=routes)
        self._asked_port = port
        self._port: int | None = None
        self._server: GuestServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address of the phones and of everything else; RuntimeError before the start."""
        if self._port is None:
            raise RuntimeError("the emulator is not running")
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """What a bot library wants as `base_url`: the token follows it directly."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What a bot library wants as `base_file_url`."""
        return f"{self.url}/file/bot"

    async def __aenter__(self) -> Self:
        listener = _listen("127.0.0.1", self._asked_port)
        self._port = listener.getsockname()[1]
        self._server = GuestServer(self._app, self.world)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            listening.cancel()
            await self._serving
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._server is not None and self._serving is not None:
            self._server.stop()
            await self._serving


def serve(
    host: str = "127.0.0.1",
    port: int = 8081,
    world: World | None = None,
    *,
    ready: Callable[[str], None] | None = None,
    routes: Sequence[BaseRoute] = (),
) -> None:
    """Serve a world as a process of its own until SIGINT or SIGTERM; `ready` is told its address."""
    world = World(now=Clock()) if world is None else world
    listener = _listen(host, port)
    url = f"http://{host}:{listener.getsockname()[1]}"

    def tell() -> None:
        if ready is not None:
            ready(url)

    WorldServer(create_app(world, routes=routes), world, tell).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Open the port; OSError says that it is taken."""
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it every answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        backlog=4096,
    )
