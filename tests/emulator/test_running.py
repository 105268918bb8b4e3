"""Starting and stopping the emulator, in a program and as a process."""

import asyncio
import multiprocessing
import socket
import urllib.request
from multiprocessing.connection import Connection

import pytest

from bot.emulator import EmulatorServer, World, serve


async def test_addresses(world: World) -> None:
    emulator = EmulatorServer(world)
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url
    async with emulator:
        assert emulator.base_url == f"{emulator.url}/bot"
        assert emulator.base_file_url == f"{emulator.url}/file/bot"


async def test_a_taken_port_is_an_error() -> None:
    async with EmulatorServer() as emulator:
        port = int(emulator.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with EmulatorServer(port=port):
                pass


async def test_stopping_ends_a_long_poll_and_frees_the_port(world: World) -> None:
    async with EmulatorServer(world) as emulator:
        port = int(emulator.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /bot{world.token}/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await world.until(lambda: world.updates.poll_turn == 1)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


async def test_two_worlds_live_beside_each_other() -> None:
    async with EmulatorServer() as one, EmulatorServer() as two:
        one.world.user()
        assert one.url != two.url
        assert not two.world.phones


async def test_until_says_when_it_waited_in_vain(world: World) -> None:
    with pytest.raises(TimeoutError, match=r"within 0.001 s"):
        await world.until(lambda: False, timeout=0.001)


@pytest.mark.process
def test_serve_is_a_process_of_its_own() -> None:
    context = multiprocessing.get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_serve_and_tell, args=(tells,))
    process.start()
    try:
        with urllib.request.urlopen(f"{hears.recv()}/phones") as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.join()
        hears.close()
        tells.close()


def _serve_and_tell(tells: Connection) -> None:
    serve(port=0, ready=tells.send)
