"""`aftercare approve`: one person's approval, by name and with a reason, of a revision that lowers somebody's level."""

from typing import Annotated

import typer


def approve(
    revision: Annotated[str, typer.Argument(help="The revision (or floor) as `aftercare release` names it.")],
    by: Annotated[str, typer.Option(help="Who approves: name or id, as `aftercare staff` shows it.")],
    reason: Annotated[str, typer.Option(help="Why nobody is in danger although a level falls.")],
) -> None:
    """Approve what `aftercare release` refused. Two persons must; the second is somebody else than the first."""
    import asyncio
    from pathlib import Path

    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.check_report import show_findings
    from bot.cli.examine import examine
    from bot.cli.publishing import fall_lines, falls_of, in_force
    from bot.cli.terminal import console
    from bot.core.errors import NotReady, ScriptError
    from bot.store.unit import Unit
    from bot.usecases import approve as approving
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    exam = examine(Path(settings.flows_dir))
    if exam.failed:
        show_findings(exam.found, Path(settings.flows_dir), console())
        raise ScriptError([])
    clinic = clinic_of(settings)

    async def write() -> int:
        async with opened_store(settings) as store:
            falls = falls_of(exam, await store.look(in_force))
            fall = next((each for each in falls if each.revision == revision), None)
            if fall is None:
                waiting = ", ".join(each.revision for each in falls) or "none"
                raise NotReady(f"Nothing named {revision} waits for an approval here. What waits: {waiting}.")
            for line in fall_lines(fall, (), {}):
                typer.echo(line)

            def one(unit: Unit) -> int:
                staff = approving.answerable(unit, by)
                return approving.approve(unit, clinic, utc_now(), fall, staff, reason)

            return await store.run(one)

    left = asyncio.run(write())
    typer.echo(f"Approved by {by}, who is told in Telegram.")
    typer.echo("One more person must approve it." if left else "Two persons approved it. Now: aftercare release")
