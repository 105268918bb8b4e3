"""`aftercare rotate-keys`: seal everything again with the first of the encryption keys."""

import typer


def rotate_keys() -> None:
    """Seal every row again whose key is not the first one. Safe while the product runs, and safe to repeat."""
    import asyncio

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.store.crypto import rotate

    settings = settings_at_start()

    async def until_done() -> int:
        total = 0
        async with opened_store(settings) as store:
            while done := await store.run(rotate):
                total += done
        return total

    total = asyncio.run(until_done())
    typer.echo(f"{total} rows were sealed again with the first key. The other keys can now be taken away.")
