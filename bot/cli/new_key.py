"""`aftercare new-key`: a fresh key for ENCRYPTION_KEYS."""

import typer


def new_key() -> None:
    """Print a new encryption key. Put it before the old ones, separated by a comma, then run rotate-keys."""
    from bot.store import crypto

    typer.echo(crypto.new_key())
