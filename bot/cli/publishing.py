"""Compares what is to be published with what is in force, and says who would get less."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.cli.examine import Exam
from bot.cli.report import Found
from bot.core.check.falls import ESCALATION, FLOOR, Fall, InForce, find_falls
from bot.core.check.finding import Severity
from bot.core.errors import ScriptError
from bot.core.flow.model import Script
from bot.core.flow.nodes import Place
from bot.store.tables import ApprovalRow
from bot.store.unit import Unit
from bot.usecases.approve import PERSONS, approvals
from bot.usecases.publish import floor_in_force, policy_in_force, published


def in_force(unit: Unit) -> InForce:
    """What is published now."""
    scripts = {name: (row.id, Script.model_validate_json(row.script)) for name, row in published(unit).items()}
    floor_hash, floor = floor_in_force(unit)
    return InForce(scripts=scripts, floor=floor, floor_hash=floor_hash, policy=policy_in_force(unit))


def names(before: InForce) -> tuple[dict[str, str], str, str]:
    """The names alone of what is in force: the revisions, the floor, the policy ("" for none)."""
    policy = before.policy.revision if before.policy else ""
    return {procedure: name for procedure, (name, _) in before.scripts.items()}, before.floor_hash, policy


def falls_of(exam: Exam, before: InForce) -> tuple[Fall, ...]:
    """Who would get less. Errors: ScriptError when the scripts did not pass."""
    if exam.failed or exam.flows is None or exam.floor is None:
        raise ScriptError([])
    return find_falls(before, exam.flows.scripts, exam.floor, exam.flows.floor_hash, exam.flows.policy)


def compared(exam: Exam, before: InForce) -> Exam:
    """The examination with every fall among its findings: for a start, at which nobody can approve anything."""
    todo = "Run: aftercare release. It says who must approve this."
    found = tuple(
        Found(Place(), Severity.ERROR, fall.subject, _fall_in_a_line(fall), todo, "fall.not-approved", fall.subject)
        for fall in falls_of(exam, before)
    )
    return replace(exam, found=(*exam.found, *found))


def _fall_in_a_line(fall: Fall) -> str:
    return f"{fall.revision} gives less than {fall.against}, which is in force: {'; '.join(fall.lines)}."


def approved_by(unit: Unit, falls: Sequence[Fall]) -> dict[str, list[ApprovalRow]]:
    """Who approved each fall, by its revision."""
    return {fall.revision: approvals(unit, fall) for fall in falls}


def fall_lines(fall: Fall, given: Sequence[ApprovalRow], names_of: dict[str, str]) -> Iterator[str]:
    """One fall as a person reads it, and what to do."""
    what = {FLOOR: "the safety floor", ESCALATION: "the escalation ladder"}.get(fall.subject, fall.subject)
    yield f"{what}: {fall.revision} gives less than {fall.against}, which is in force:"
    yield from (f"    {line}" for line in fall.lines)
    for row in given:
        yield f"  approved by {names_of.get(row.staff_id, row.staff_id)} ({row.role}): {row.reason}"
    left = PERSONS - len(given)
    if left > 0:
        who = "Two persons must" if left == PERSONS else "One more person must"
        yield (
            f"  {who} approve this by name (lead, clinician or admin), each with: "
            f'aftercare approve {fall.revision} --by NAME --reason "..."'
        )
