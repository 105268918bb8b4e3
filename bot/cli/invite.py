"""`aftercare invite`: add a colleague to the staff list, and print the one-time link for her."""

from enum import StrEnum
from typing import Annotated

import typer


class Role(StrEnum):
    """What a colleague does in the clinic; alerts go to clinicians, injectors and leads."""

    CLINICIAN = "clinician"
    INJECTOR = "injector"
    LEAD = "lead"
    RECEPTION = "reception"
    ADMIN = "admin"


def invite(
    name: Annotated[str, typer.Argument(help="The name that patients and colleagues see, for example 'Dr. Vega'.")],
    role: Annotated[Role, typer.Option(help="What the colleague does.")],
    phone: Annotated[str, typer.Option(help="Shown on the card for the emergency room.")] = "",
    language: Annotated[str, typer.Option(help="The language of the messages to this colleague.")] = "",
) -> None:
    """Add a colleague to the staff list and print a link that ties the list to her Telegram account, once."""
    import asyncio

    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.telegram_calls import bot_name
    from bot.usecases.roster import INVITATION_HOURS, invite_staff
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    clinic = clinic_of(settings)
    spoken = language or settings.clinic_language
    if spoken not in clinic.messages:
        raise typer.BadParameter(f"{spoken!r} is not one of {', '.join(clinic.messages)}.", param_hint="--language")
    if not name.strip():
        raise typer.BadParameter("must not be empty.", param_hint="NAME")

    async def make() -> str:
        known_as = await bot_name(settings)
        async with opened_store(settings) as store:
            _, token = await store.run(
                lambda unit: invite_staff(
                    unit, clinic, utc_now(), "command line", name.strip(), role.value, phone.strip(), spoken
                )
            )
        return f"https://t.me/{known_as}?start={token}"

    link = asyncio.run(make())
    typer.echo(f"Give this link to {name.strip()} only. It works once, within {INVITATION_HOURS} hours:")
    typer.echo(link)
