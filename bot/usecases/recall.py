"""Recall a revision: nobody gets it any more, and each of its patients is moved to another one or handed to staff."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.engine.recall import Moved, hand_over_because, misfits, move
from bot.core.engine.run import RunState
from bot.core.errors import Conflict, NotReady
from bot.core.flow.model import Script
from bot.core.flow.recall_map import RecallMap
from bot.store.tables import PatientRow, RecallRow, RevisionRow, RunRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.approve import checked_reason, tell_in_person
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.talk import Talk, talk_of

UNASKED = ("invited", "consenting", "paused", "stopped", "in_hospital", "deceased", "forgotten")
"""Patients whom nothing is asked: only the sessions change, for the day on which something is."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What is recalled, and where its patients go: to ``new`` by the map, or to staff where it is None."""

    old: Script
    new: Script | None
    how: RecallMap = field(default_factory=RecallMap)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens (or happened) to one patient; ``case_code`` stands for her name."""

    case_code: str
    stage: str
    level: str
    what: str
    detail: str = ""


def begin_recall(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, recall: Recall) -> None:
    """From now on no new session gets the revision. Said twice it changes nothing.

    Errors: NotReady for no reason; Conflict when it was recalled to somewhere else, or the other one was recalled too.
    """
    old, new = recall.old, recall.new
    row = RecallRow(
        revision=old.revision,
        to_revision=new.revision if new else None,
        staff_id=staff.id,
        reason=checked_reason(recall.reason),
        at=now,
    )
    if new is not None and unit.count(RecallRow, RecallRow.revision == new.revision):
        raise Conflict(f"Revision {new.revision} was recalled itself.")
    if not unit.insert_new(row):
        known = unit.get(RecallRow, old.revision)
        if known.to_revision != row.to_revision:
            raise Conflict(f"Revision {old.revision} was recalled already, to {known.to_revision or 'staff'}.")
        return
    audit(unit, now, staff.id, "recall_revision", f"revision:{old.revision}", f"to {row.to_revision or 'staff'}")
    tell_in_person(unit, clinic, now, staff, "recall.begun", revision=old.revision, reason=row.reason)


def affected(unit: Unit, revision: str) -> list[str]:
    """The patients with a session of this revision, oldest session first."""
    sessions = unit.many(
        SessionRow, SessionRow.revision == revision, SessionRow.state != "cancelled", order_by=SessionRow.t0
    )
    return list(dict.fromkeys(session.patient_id for session in sessions))


def foretell(unit: Unit, clinic: Clinic, now: datetime, patient_id: str, recall: Recall) -> Fate:
    """What would happen to a patient; nothing is written."""
    patient = unit.get(PatientRow, patient_id)
    talk = recalled_talk(unit, clinic, patient, recall, lock=False)
    if patient.stage in UNASKED:
        to = f"sessions go to {recall.new.revision}" if recall.new else "nothing is asked of her now"
        return Fate(patient.case_code, patient.stage, _level(talk), "nothing asked", to)
    why = _why_staff(unit, patient, talk, recall, now)
    if why:
        return Fate(patient.case_code, patient.stage, _level(talk), "to staff", why)
    assert recall.new is not None
    if talk is None:
        return Fate(patient.case_code, patient.stage, "", "moved", "between two check-ins")
    found = move(recall.old, recall.new, talk.run, recall.how, now)
    return Fate(patient.case_code, patient.stage, _level(talk), "moved", _said(found))


def target(unit: Unit, clinic: Clinic, old: RevisionRow, wanted: str) -> Script | None:
    """Where patients go: the revision ``wanted``, the one in force where none is named, None for ``staff``.

    Errors: NotReady for a revision that cannot take them.
    """
    if wanted == "staff":
        return None
    if wanted:
        row = unit.find(RevisionRow, id=wanted)
        if row is None or row.procedure != old.procedure or row.id == old.id:
            raise NotReady(f"{wanted} is no other published revision of {old.procedure}.")
        return clinic.script(unit, row.id)
    current = unit.first(
        RevisionRow,
        RevisionRow.procedure == old.procedure,
        RevisionRow.current == True,  # noqa: E712 - SQL
        RevisionRow.id != old.id,
    )
    if current is None:
        raise NotReady(
            f"{old.id} itself is in force. Mend the scripts and run aftercare release first; or hand its patients to "
            "staff: --to staff"
        )
    return clinic.script(unit, current.id)


def recalled_talk(unit: Unit, clinic: Clinic, patient: PatientRow, recall: Recall, *, lock: bool = True) -> Talk | None:
    """The patient's open run, when it is of the recalled revision, or asks about it together with another treatment."""
    row = unit.find(RunRow, patient_id=patient.id, state="open", lock=lock)
    if row is None:
        return None
    talk = talk_of(unit, clinic, patient, row)
    asked_about = {row.revision, *(subject.revision for subject in talk.run.subjects)}
    return talk if recall.old.revision in asked_about else None


def _level(talk: Talk | None) -> str:
    return talk.run.level.value if talk else ""


def _why_staff(unit: Unit, patient: PatientRow, talk: Talk | None, recall: Recall, now: datetime) -> str:
    if recall.new is None:
        return "no other revision takes her"
    if talk is not None and talk.run.revision != recall.old.revision:
        return "her conversation is about several treatments at once"
    new = recall.new
    for session in unit.many(
        SessionRow, SessionRow.patient_id == patient.id, SessionRow.revision == recall.old.revision
    ):
        known = {*new.sites, *new.modifiers}
        gone = [name for name in (*session.sites.split(), *session.modifiers.split()) if name not in known]
        if gone and session.state == "open":
            return f"the new revision does not know {', '.join(gone)}"
    if talk is None:
        return ""
    why = hand_over_because(new, talk.run)
    if why:
        return why
    unfit = misfits(new, move(recall.old, new, talk.run, recall.how, now).turn.run, now)
    return f"her conversation does not fit: {', '.join(unfit)}" if unfit else ""


def _said(found: Moved) -> str:
    run = found.turn.run
    words = [f"{len(run.answers)} answers go along"]
    if found.lost:
        words.append(f"not carried over: {', '.join(found.lost)} (the level stays)")
    words.append(f"next: {run.asking}" if run.state is RunState.OPEN else "the check-in ends")
    words.append(f"level {run.level}")
    return ", ".join(words)
