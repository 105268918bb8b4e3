"""`aftercare drill`: a timed alarm to the people on call, marked as a drill, and how many seconds they took."""

import asyncio
from typing import Annotated

import typer

UNDELIVERED_S = 60


def drill(
    wait: Annotated[int, typer.Option(min=0, help="Minutes to wait for the end; 0 only begins it.")] = 16,
) -> None:
    """Let an alarm about nobody go up the ladder. Whoever takes it ends it; after 15 minutes it ends by itself.

    The running service sends it: this command begins it and waits. The group and the leads read the same report.
    """
    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.core.errors import NotReady, Refused
    from bot.store.tables import AlertRow, OutboxRow
    from bot.usecases.drill import start_drill
    from bot.usecases.handle_alert import drill_words
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    clinic = clinic_of(settings)

    async def run() -> str:
        async with opened_store(settings) as store:
            try:
                begun = await store.run(lambda unit: start_drill(unit, clinic, utc_now(), "command line"))
            except Refused:
                raise NotReady("A drill is under way already. It ends when somebody takes it, or by itself.") from None
            if not wait:
                return "The drill has begun."
            typer.echo("The drill has begun. Waiting for somebody to take it ...")
            told = False
            for second in range(wait * 60):
                await asyncio.sleep(1)
                alert = await store.look(lambda unit: unit.get(AlertRow, begun.id))
                if alert.state == "closed":
                    words = await store.look(lambda unit: drill_words(unit, clinic, unit.get(AlertRow, begun.id), "en"))
                    return words.replace("<b>", "").replace("</b>", "")
                if second >= UNDELIVERED_S and not told:
                    told = True
                    sent = await store.look(
                        lambda unit: unit.count(OutboxRow, OutboxRow.alert_id == begun.id, OutboxRow.state == "sent")
                    )
                    if not sent:
                        typer.echo("Nothing was sent yet. Is the service running? See: aftercare doctor")
            raise NotReady("Nobody took it while this command waited.")

    typer.echo(asyncio.run(run()))
