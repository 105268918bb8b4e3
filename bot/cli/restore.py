"""`aftercare restore`: put a backup in place of the database; what was in flight goes to staff, nothing is sent blindly."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def restore(
    backup: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `aftercare backup` made.", exists=True, dir_okay=False)
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Move the present database aside. It is kept, and never written over.")
    ] = False,
) -> None:
    """Read a backup, hand over to staff what it holds as under way, and put it in place. Stop the product first."""
    from tempfile import TemporaryDirectory

    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.copying import counted_rows, is_in_use, put_in_place
    from bot.core.errors import NotReady
    from bot.store import migrate
    from bot.store.backup_file import open_file
    from bot.store.crypto import Keyring
    from bot.store.urls import is_sqlite, read_url
    from bot.usecases.after_restore import InFlight, hand_over
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    address = read_url(settings.database_url.get_secret_value())
    if not is_sqlite(address):
        raise NotReady("This restores SQLite. For PostgreSQL use its own tools: docs/scaling.md")
    target = Path(address.database or "").absolute()
    if target.exists() and not replace:
        raise NotReady(f"{target} is there. To put the backup in its place: aftercare restore {backup} --replace")
    if is_in_use(target, utc_now()):
        raise NotReady("The product runs on this database. Stop it first, and wait a minute.")
    clinic, keyring = clinic_of(settings), Keyring.from_text(settings.encryption_keys.get_secret_value())
    with TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
        plain = Path(folder) / "restored.sqlite3"
        header = open_file(backup, plain, keyring)
        rows = sum(counted_rows(plain).values())
        url = f"sqlite:///{plain}"
        if migrate.pending(url):
            migrate.upgrade(url, keyring)
        there = settings.model_copy(update={"database_url": type(settings.database_url)(url)})

        async def settle() -> InFlight:
            async with opened_store(there) as store:
                return await store.run(lambda unit: hand_over(unit, clinic, utc_now(), header.made_at))

        found = asyncio.run(settle())
        aside = put_in_place(plain, target, utc_now())
    typer.echo(f"Restored what was backed up at {header.made_at:%Y-%m-%d %H:%M} UTC: {rows:,} rows.")
    if aside is not None:
        typer.echo(f"The database that was there is now {aside}")
    typer.echo(
        f"{found.messages} messages were in flight: they are not sent again; staff get a task for each of"
        f" {found.patients} patients. {found.alerts} open alerts are told at once."
    )
    typer.echo("Start the product. Whoever asked to be forgotten since then must be forgotten again.")
