"""`aftercare channel`: the other ways to a colleague when Telegram is not enough (SMS, call, e-mail, webhook)."""

import sys
from typing import Annotated

import typer


def channel(
    who: Annotated[str, typer.Argument(metavar="WHO", help="Name or id, as `aftercare staff` shows them.")],
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL...", help="Apprise URLs; - reads them from the input, out of the shell's history."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Take the colleague's channels away.")] = False,
) -> None:
    """Set a colleague's other channels for alerts (they replace the old ones), or show which kinds there are.

    They carry the level, the case code and "open Telegram", and nothing about the patient. They are kept sealed, and
    are never shown again.
    """
    import asyncio

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.core.errors import SettingsError
    from bot.store.tables import StaffRow
    from bot.store.unit import Unit
    from bot.usecases.channels import find_person, kinds_of, set_channels
    from bot.wiring.bells import kind_of
    from bot.wiring.sources import new_id, utc_now

    settings = settings_at_start()
    given = [word for url in urls or [] for word in (sys.stdin.read() if url == "-" else url).split()]
    if none and given:
        raise typer.BadParameter("names channels and takes them away at once.", param_hint="--none")
    if urls and not given:
        raise typer.BadParameter("there is none in the input.", param_hint="URL")
    channels = []
    for place, url in enumerate(dict.fromkeys(given), 1):
        try:
            channels.append((kind_of(url), url))
        except SettingsError as error:
            raise typer.BadParameter(f"number {place} {error} Nothing was changed.", param_hint="URL") from None

    def work(unit: Unit) -> tuple[StaffRow, list[str]]:
        person = find_person(unit, who)
        if channels or none:
            set_channels(unit, new_id, utc_now(), "command line", person, channels)
        return person, kinds_of(unit).get(person.id, [])

    async def run() -> tuple[StaffRow, list[str]]:
        async with opened_store(settings) as store:
            return await store.run(work)

    person, kinds = asyncio.run(run())
    typer.echo(f"{person.name}: {', '.join(kinds) if kinds else 'no other channel; alerts come by Telegram only'}.")
    if channels:
        typer.echo("Try them with: aftercare doctor --send-test")
