"""`aftercare remove-staff`: take a colleague off the staff list at once."""

from typing import Annotated

import typer


def remove_staff(staff_id: Annotated[str, typer.Argument(metavar="ID", help="As `aftercare staff` shows it.")]) -> None:
    """Remove a colleague: no alerts, no commands, no shifts from now on. What she did keeps her name."""
    import asyncio

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.core.errors import Gone
    from bot.store.unit import Unit
    from bot.usecases import roster
    from bot.usecases.people import active_staff, on_call
    from bot.wiring.sources import utc_now

    settings = settings_at_start()

    def take_off(unit: Unit) -> tuple[str, bool]:
        found = next((each for each in active_staff(unit) if each.id == staff_id), None)
        if found is None:
            raise Gone(f"Nobody on the staff list has the id {staff_id}. See: aftercare staff")
        now = utc_now()
        roster.remove_staff(unit, now, "command line", staff_id)
        return found.name, bool(on_call(unit, now, 1))

    async def remove() -> tuple[str, bool]:
        async with opened_store(settings) as store:
            return await store.run(take_off)

    name, covered = asyncio.run(remove())
    typer.echo(f"{name} is off the staff list.")
    if not covered:
        typer.echo("Nobody is on call now: a clinician sends /oncall to the bot.")
