"""`aftercare recall`: take a published revision back; its patients go to another one, or to staff."""

from pathlib import Path
from typing import Annotated

import typer


def recall(
    revision: Annotated[str, typer.Argument(help="The bad revision, as `aftercare check` showed it.")],
    by: Annotated[str, typer.Option(help="Who recalls it: name or id, as `aftercare staff` shows it.")],
    reason: Annotated[str, typer.Option(help="What is wrong with it.")],
    to: Annotated[str, typer.Option(help="Another revision, or 'staff'. [the one in force]")] = "",
    map: Annotated[Path | None, typer.Option(help="YAML: new names of questions and answers.")] = None,
    yes: Annotated[bool, typer.Option("--yes/--dry-run", help="Do it. Without it only the fates are shown.")] = False,
) -> None:
    """Show what happens to each patient of a revision (by case code), and with --yes do it. Safe to repeat."""
    import asyncio

    from rich.table import Table

    from bot.cli.at_hand import clinic_of, opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.terminal import console
    from bot.core.errors import Gone
    from bot.core.flow.recall_map import RecallMap, read_recall_map
    from bot.core.flow.yaml_source import decode
    from bot.store.tables import RevisionRow
    from bot.store.unit import Unit
    from bot.usecases import recall as recalling
    from bot.usecases.approve import answerable, checked_reason
    from bot.usecases.recall_patient import recall_patient
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    clinic = clinic_of(settings)
    written = decode(map.read_bytes(), str(map)) if map is not None else None

    def prepared(unit: Unit) -> recalling.Recall:
        answerable(unit, by)
        why = checked_reason(reason)
        row = unit.find(RevisionRow, id=revision)
        if row is None:
            raise Gone(f"There is no published revision {revision}.")
        old, new = clinic.script(unit, revision), recalling.target(unit, clinic, row, to)
        how = RecallMap()
        if written is not None and new is not None:
            how = read_recall_map(written, str(map), old, new)
        return recalling.Recall(old, new, how, why)

    table = Table("patient", "stage", "level", "what happens", "", title=f"recall of {revision}", title_justify="left")

    async def go() -> int:
        async with opened_store(settings) as store:
            wanted = await store.look(prepared)
            if yes:
                await store.run(
                    lambda unit: recalling.begin_recall(unit, clinic, utc_now(), answerable(unit, by), wanted)
                )
            patients = await store.look(lambda unit: recalling.affected(unit, revision))
            for patient in patients:

                def one(unit: Unit, patient: str = patient) -> recalling.Fate:
                    if yes:
                        return recall_patient(unit, clinic, utc_now(), answerable(unit, by), patient, wanted)
                    return recalling.foretell(unit, clinic, utc_now(), patient, wanted)

                fate = await (store.run(one) if yes else store.look(one))
                table.add_row(fate.case_code, fate.stage, fate.level, fate.what, fate.detail)
            typer.echo(f"{revision} -> {wanted.new.revision if wanted.new else 'staff'}")
            return len(patients)

    count = asyncio.run(go())
    if table.row_count:
        console().print(table)
    if yes:
        typer.echo(f"Revision {revision} is recalled. Patients moved or handed to staff: {count}.")
    else:
        typer.echo(f"Nothing was changed. Patients of {revision}: {count}. Do it with: --yes")
