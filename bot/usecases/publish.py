"""Publish scripts: an immutable revision each, named by its content and proved against the floor of that day."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.flow.model import Script
from bot.store.tables import RevisionRow
from bot.store.unit import Unit
from bot.usecases.posting import audit


def unproved(unit: Unit, scripts: Mapping[str, Script], floor_hash: str) -> list[str]:
    """The procedures whose script was never proved against this safety floor."""
    return [
        name
        for name, script in scripts.items()
        if not unit.count(RevisionRow, RevisionRow.id == script.revision, RevisionRow.floor == floor_hash)
    ]


def publish_scripts(unit: Unit, now: datetime, scripts: Mapping[str, Script], floor_hash: str, by: str) -> int:
    """Keep the proved scripts as the current revisions; running patients finish on theirs. How many were new."""
    new = 0
    for name, script in scripts.items():
        row = RevisionRow(
            id=script.revision,
            procedure=name,
            script=script.model_dump_json(),
            floor=floor_hash,
            published_at=now,
            published_by=by,
        )
        if unit.insert_new(row):
            new += 1
            audit(unit, now, by, "publish_script", f"revision:{script.revision}", name)
        unit.change(RevisionRow, RevisionRow.procedure == name, current=False)
        unit.change_one(RevisionRow, script.revision, current=True, floor=floor_hash)
    return new
