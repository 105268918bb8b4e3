"""`aftercare emulator`: the Bot API on localhost, alone, for trying things out."""

from typing import Annotated

import typer


def emulator(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8081) -> None:
    """Serve an emulated Telegram on 127.0.0.1 until it is stopped."""
    from bot.emulator import World, serve

    world = World()

    def ready(url: str) -> None:
        typer.echo(f"TELEGRAM_API_URL={url}")
        typer.echo(f"TELEGRAM_TOKEN={world.token}")

    try:
        serve(port=port, world=world, ready=ready)
    except OSError as error:
        typer.echo(f"Port {port} cannot be used: {error.strerror or type(error).__name__}. Try --port 0.", err=True)
        raise typer.Exit(1) from None
