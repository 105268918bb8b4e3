"""`aftercare backup`: one sealed file, made while the product runs, and read back before it counts."""

from pathlib import Path
from typing import Annotated

import typer


def backup(
    to: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to. [beside the database, with the time in its name]")
    ] = None,
) -> None:
    """Copy the database into one sealed file, while the product runs, and read it back before saying so."""
    from bot.cli.at_start import settings_at_start
    from bot.cli.copying import make_backup
    from bot.core.errors import NotReady
    from bot.store.crypto import Keyring
    from bot.store.urls import is_sqlite, read_url
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    address, now = read_url(settings.database_url.get_secret_value()), utc_now()
    if not is_sqlite(address):
        raise NotReady("This makes backups of SQLite. For PostgreSQL use its own tools: docs/scaling.md")
    file = Path(address.database or "")
    if not file.is_file():
        raise NotReady("The database is not there yet. Run: aftercare release")
    target = to or file.with_name(f"{file.stem}-{now:%Y%m%dT%H%M%SZ}.backup")
    if target.exists():
        raise NotReady(f"{target} is there already. Choose another name: a backup is never written over.")
    if not target.absolute().parent.is_dir():
        raise NotReady(f"The folder {target.absolute().parent} is not there.")
    keyring = Keyring.from_text(settings.encryption_keys.get_secret_value())
    rows = make_backup(file, target, now, keyring)
    typer.echo(f"{target}: {target.stat().st_size:,} bytes, {rows:,} rows, read back and found whole.")
    typer.echo("It opens with ENCRYPTION_KEYS only. Keep those elsewhere.")
