"""`aftercare release`: bring the database up to date, prove the scripts, and publish them."""

import asyncio

import typer


def release() -> None:
    """Migrate the database (an SQLite file is copied first), check the scripts, and publish them. Safe to repeat."""
    from pathlib import Path

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.backup import back_up
    from bot.cli.check_report import show_findings
    from bot.cli.examine import examine
    from bot.cli.terminal import console
    from bot.store import migrate
    from bot.store.crypto import Keyring
    from bot.usecases.publish import publish_scripts
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    url = settings.database_url.get_secret_value()
    pending = migrate.pending(url)
    if pending:
        copy = back_up(url, utc_now())
        if copy is not None:
            typer.echo(f"The database was copied to {copy}")
        migrate.upgrade(url, Keyring.from_text(settings.encryption_keys.get_secret_value()))
    steps = f"steps run: {', '.join(pending)}" if pending else "nothing to do"
    typer.echo(f"The database is up to date ({steps}).")

    folder = Path(settings.flows_dir)
    exam = examine(folder)
    show_findings(exam.found, folder, console())
    if exam.failed or exam.flows is None:
        typer.echo("Nothing was published: the scripts did not pass the check.", err=True)
        raise typer.Exit(1)
    flows = exam.flows

    async def publish() -> int:
        async with opened_store(settings) as store:
            return await store.run(
                lambda unit: publish_scripts(unit, utc_now(), flows.scripts, flows.floor_hash, "release")
            )

    new = asyncio.run(publish())
    typer.echo(f"{len(flows.scripts)} scripts are proved and published, {new} of them new.")
