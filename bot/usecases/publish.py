"""Publish scripts: an immutable revision each, named by its content and proved against the floor of that day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col

from bot.core.alert.policy import Policy
from bot.core.check.floor import Floor
from bot.core.errors import Conflict, NotReady
from bot.core.flow.model import Script
from bot.store.tables import FloorRow, PolicyRow, RecallRow, RevisionRow
from bot.store.unit import Unit
from bot.usecases.approve import Fallen, approvals, missing, named
from bot.usecases.posting import audit


def is_published(unit: Unit, scripts: Mapping[str, Script], floor_hash: str, policy: Policy) -> bool:
    """Are these scripts those in force, each proved against this safety floor, and is this the escalation policy?"""
    rows = published(unit)
    known = policy_in_force(unit)
    return (known is None or known.revision == policy.revision) and all(
        name in rows and (rows[name].id, rows[name].floor) == (script.revision, floor_hash)
        for name, script in scripts.items()
    )


def published(unit: Unit) -> dict[str, RevisionRow]:
    """The revisions in force, by procedure."""
    return {row.procedure: row for row in unit.many(RevisionRow, RevisionRow.current == True)}  # noqa: E712 - SQL


def floor_in_force(unit: Unit) -> tuple[str, Floor | None]:
    """The hash and the content of the published floor.

    Databases of older versions kept the hash alone (the content is then None); the hash is empty when nothing was
    published yet.
    """
    row = unit.first(FloorRow, FloorRow.current == True)  # noqa: E712 - SQL
    if row is not None:
        return row.id, Floor.model_validate_json(row.floor)
    hashes = [row.floor for row in published(unit).values() if row.floor]
    return (hashes[0] if hashes else ""), None


def policy_in_force(unit: Unit) -> Policy | None:
    """The escalation policy that was published last."""
    row = unit.first(PolicyRow, order_by=col(PolicyRow.published_at).desc())
    return None if row is None else Policy.model_validate_json(row.policy)


def publish_scripts(
    unit: Unit,
    now: datetime,
    scripts: Mapping[str, Script],
    floor_hash: str,
    by: str,
    floor: Floor | None = None,
    policy: Policy | None = None,
) -> int:
    """Keep the proved scripts as the current revisions; running patients finish on theirs. How many were new.

    ``floor`` and ``policy`` are kept too, to compare the next ones with. Errors: NotReady for a revision that was recalled.
    """
    refuse_recalled(unit, scripts)
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
    if floor is not None:
        _keep_floor(unit, now, floor, floor_hash, by)
    if policy is not None:
        _keep_policy(unit, now, policy, by)
    return new


def publish_lowering(
    unit: Unit,
    now: datetime,
    scripts: Mapping[str, Script],
    floor_hash: str,
    by: str,
    floor: Floor,
    policy: Policy,
    falls: Sequence[Fallen],
    compared_with: tuple[Mapping[str, str], str, str],
) -> int:
    """As :func:`publish_scripts`, where some level may fall: every fall has its two approvals, or nothing happens.

    ``compared_with`` are the revisions, the floor and the policy ("" for none) that the falls were found against.
    Errors: Conflict when others are in force by now, NotReady when an approval is missing.
    """
    known = policy_in_force(unit)
    in_force = {name: row.id for name, row in published(unit).items()}, floor_in_force(unit)[0]
    if (*in_force, known.revision if known else "") != (dict(compared_with[0]), *compared_with[1:]):
        raise Conflict("Somebody else published in the meantime. Run it again: it must be compared anew.")
    for fall in falls:
        if missing(unit, fall):
            raise NotReady(f"{fall.subject}: revision {fall.revision} is not approved by two persons.")
    new = publish_scripts(unit, now, scripts, floor_hash, by, floor, policy)
    for fall in falls:
        who = " ".join(row.staff_id for row in approvals(unit, fall))
        subject = f"{named(fall)}:{fall.revision}"
        audit(unit, now, by, "publish_lowering", subject, f"in place of {fall.against}, approved by {who}")
    return new


def refuse_recalled(unit: Unit, scripts: Mapping[str, Script]) -> None:
    """Errors: NotReady when one of these scripts is a revision that was recalled."""
    ids = [script.revision for script in scripts.values()]
    for row in unit.many(RecallRow, col(RecallRow.revision).in_(ids)):
        raise NotReady(
            f"Revision {row.revision} was recalled ({row.reason}) and cannot be used again. Mend the script, "
            "then: aftercare release"
        )


def _keep_floor(unit: Unit, now: datetime, floor: Floor, floor_hash: str, by: str) -> None:
    row = FloorRow(id=floor_hash, floor=floor.model_dump_json(), published_at=now, published_by=by)
    if unit.insert_new(row):
        audit(unit, now, by, "publish_floor", f"floor:{floor_hash}")
    unit.change(FloorRow, FloorRow.id != floor_hash, current=False)
    unit.change_one(FloorRow, floor_hash, current=True)


def _keep_policy(unit: Unit, now: datetime, policy: Policy, by: str) -> None:
    """The one that was published last is in force: one that comes back is dated anew."""
    known = policy_in_force(unit)
    if known is not None and known.revision == policy.revision:
        return
    if not unit.insert_new(PolicyRow(id=policy.revision, policy=policy.model_dump_json(), published_at=now)):
        unit.change_one(PolicyRow, policy.revision, published_at=now)
    audit(unit, now, by, "publish_policy", f"policy:{policy.revision}")
