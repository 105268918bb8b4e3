"""`aftercare demo`: the whole product with pretended phones in a browser; no account and no settings are needed."""

import sys
from typing import Annotated

import typer

OPENS_WITHIN_S = 30


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page is.")] = 8088,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
) -> None:
    """Show the whole product on one page: a patient's phone, the staff's phones, and a clock that can be moved."""
    from importlib import import_module
    from threading import Thread

    if not no_browser and sys.stdout.isatty():
        Thread(target=_show, args=(port,), daemon=True).start()
    import_module("bot.demo.running").main(port)


def _show(port: int) -> None:
    """Open the page as soon as something answers there."""
    import socket
    import time
    import webbrowser

    until = time.monotonic() + OPENS_WITHIN_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"http://127.0.0.1:{port}/")
            return
