"""`aftercare release`: bring the database up to date, prove the scripts, and publish them."""

import typer


def release() -> None:
    """Migrate the database (an SQLite file is copied first), check the scripts, and publish them. Safe to repeat.

    What gives somebody less than the scripts in force is shown, and waits until two persons approved it.
    """
    import asyncio
    from pathlib import Path

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.check_report import show_findings
    from bot.cli.copying import back_up
    from bot.cli.examine import examine
    from bot.cli.publishing import approved_by, fall_lines, falls_of, in_force, names
    from bot.cli.terminal import console
    from bot.store import migrate
    from bot.store.crypto import Keyring
    from bot.usecases.approve import PERSONS
    from bot.usecases.people import active_staff
    from bot.usecases.publish import publish_lowering
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
    if exam.failed or exam.flows is None or exam.floor is None:
        typer.echo("Nothing was published: the scripts did not pass the check.", err=True)
        raise typer.Exit(1)
    flows, floor = exam.flows, exam.floor

    async def publish() -> int | None:
        async with opened_store(settings) as store:
            before = await store.look(in_force)
            falls = falls_of(exam, before)
            given, people = await store.look(lambda unit: (approved_by(unit, falls), active_staff(unit)))
            names_of = {each.id: each.name for each in people}
            for fall in falls:
                for line in fall_lines(fall, given[fall.revision], names_of):
                    typer.echo(line, err=True)
            if any(len(given[fall.revision]) < PERSONS for fall in falls):
                return None
            return await store.run(
                lambda unit: publish_lowering(
                    unit,
                    utc_now(),
                    flows.scripts,
                    flows.floor_hash,
                    "release",
                    floor,
                    flows.policy,
                    falls,
                    names(before),
                )
            )

    new = asyncio.run(publish())
    if new is None:
        typer.echo("Nothing was published: some patients would get less care than now.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(flows.scripts)} scripts are proved and published, {new} of them new.")
    if flows.unsigned:
        typer.echo(f"NOT clinically approved: points without a signature: {flows.unsigned}. See: aftercare sign")
