"""Open a check-in: the one that is due, a re-check, or the one that the patient asks for (/worse)."""

from datetime import datetime, timedelta

from bot.core.care.clock import after_quiet, is_quiet
from bot.core.care.plan import merge
from bot.core.engine.events import Opened, Withdrew
from bot.core.engine.run import Run, RunKind
from bot.core.flow.model import Phase
from bot.core.level import Level
from bot.store.tables import CheckInRow, PatientRow, RunRow, SessionRow
from bot.store.unit import Unit
from bot.usecases import gate
from bot.usecases.clinic import Clinic
from bot.usecases.hold import hold_check_in
from bot.usecases.one_by_one import one_by_one
from bot.usecases.people import is_unproved
from bot.usecases.posting import audit
from bot.usecases.raise_task import raise_task
from bot.usecases.readiness import nobody_listens
from bot.usecases.step import step
from bot.usecases.subjects import open_sessions, previous_answers, sessions_of, sets_when_asked, subject_of
from bot.usecases.talk import Talk, open_talk
from bot.usecases.timetable import planned

DUE_AT_ONCE = 50
BUSY = timedelta(minutes=10)
"""A new check-in waits this long while the patient is answering another."""
CALL_FIRST = timedelta(hours=1)
LATE = timedelta(hours=1)
"""A check-in that comes so much after its time comes after an outage."""
FIRST_DAY = timedelta(hours=24)


def open_due(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Open the check-ins that are due, oldest first (at most 50 a call); how many there were.

    While the clinic has nobody who would hear of a red flag, they wait.
    """
    if nobody_listens(unit):
        return 0
    due = unit.many(
        CheckInRow,
        CheckInRow.state == "planned",
        CheckInRow.due_at <= now,
        order_by=CheckInRow.due_at,
        limit=DUE_AT_ONCE,
        skip_locked=True,
    )
    return one_by_one(
        unit,
        clinic,
        now,
        due,
        lambda row: open_one(unit, clinic, now, row),
        lambda row, later: unit.change_one(CheckInRow, row.id, state="planned", due_at=later),
        "phone_call",
    )


def open_one(unit: Unit, clinic: Clinic, now: datetime, row: CheckInRow) -> None:
    """Open one check-in, or put it off, or hand it to staff when the patient cannot be reached by chat."""
    row = unit.get(CheckInRow, row.id)  # one that was due before it may have been merged into it in this batch
    patient = unit.get(PatientRow, row.patient_id)
    if row.state != "planned" or _is_asked_with_a_later_one(unit, now, row):
        return
    if patient.stage != "active" or patient.chat_id is None or not patient.reachable or is_unproved(patient):
        _cannot_ask(unit, clinic, now, row, patient)
        return
    if (later := _after_the_night(unit, clinic, now, row, patient)) is not None:
        unit.change_one(CheckInRow, row.id, due_at=later)
        return
    if hold_check_in(unit, clinic, now, patient, row) or gate.join(unit, now, row):
        return
    talk = open_talk(unit, clinic, patient)
    if talk is not None:
        if _is_busy(talk, now):
            unit.change_one(CheckInRow, row.id, due_at=now + BUSY)
            return
        step(unit, clinic, now, talk, Withdrew(why="replaced"))
    unit.change_one(CheckInRow, row.id, state="open", opened_at=now)
    kind = RunKind.RECHECK if row.kind == "recheck" else RunKind.PLANNED
    talk = start(unit, clinic, now, patient, row, kind)
    for each in (*_merged_into(unit, row), row):
        if each.step == gate.GATE:
            gate.hold_for_alert(unit, clinic, now, talk.patient, each)


def _after_the_night(
    unit: Unit, clinic: Clinic, now: datetime, row: CheckInRow, patient: PatientRow
) -> datetime | None:
    """The end of the quiet hours, for a check-in of the timetable that comes late and would come in the night.

    After an outage it would ring at 3 o'clock. One whose own time lies in the night was planned so, and goes; so does a
    re-check after a red flag, one that is hardly late, and every one of the first day: then a vessel can still be saved.
    """
    if row.kind != "planned" or now - row.due_at < LATE:
        return None
    session = unit.get(SessionRow, row.session_id)
    if now - session.t0 < FIRST_DAY:
        return None
    plan = clinic.script(unit, session.revision).plan
    quiet = (plan.quiet_from, plan.quiet_to, patient.zone)
    if is_quiet(row.due_at, *quiet) or not is_quiet(now, *quiet):
        return None
    return after_quiet(now, *quiet)


def _is_asked_with_a_later_one(unit: Unit, now: datetime, row: CheckInRow) -> bool:
    """After an outage or a pause several may be due at once: they are asked as one, with every question set."""
    later = unit.first(
        CheckInRow,
        CheckInRow.patient_id == row.patient_id,
        CheckInRow.id != row.id,
        CheckInRow.kind == "planned",
        CheckInRow.state == "planned",
        CheckInRow.due_at >= row.due_at,
        CheckInRow.due_at <= now,
        order_by=CheckInRow.due_at,
    )
    if row.kind != "planned" or later is None:
        return False
    (merged,) = merge(planned([row]), planned([later]), now - row.due_at)
    unit.change_one(CheckInRow, row.id, state="merged", merged_into=later.id)
    unit.change_one(CheckInRow, later.id, sets=" ".join(merged.sets))
    return True


def _is_busy(talk: Talk, now: datetime) -> bool:
    """Is the patient in the middle of answering? Silence after a red flag is not a reason to wait.

    Words or a line that silence would raise are not pushed aside either: their time must run out first.
    """
    asked = talk.run.asked_at
    fresh = asked is not None and now - asked < BUSY
    answering = fresh and bool(talk.run.order) and not talk.run.level.at_least(Level.D2)
    return answering or talk.run.red_pending


def _cannot_ask(unit: Unit, clinic: Clinic, now: datetime, row: CheckInRow, patient: PatientRow) -> None:
    """No chat to ask in: never silently skipped. Staff phone, unless the patient stopped or is cared for elsewhere."""
    if patient.stage in ("stopped", "paused", "in_hospital", "deceased", "forgotten"):
        unit.change_one(CheckInRow, row.id, state="cancelled", ended_at=now, reason=f"patient {patient.stage}")
        return
    unit.change_one(CheckInRow, row.id, state="no_answer", ended_at=now, reason="the patient has no open chat")
    cause = f"no_chat:{patient.id}:{row.step}:{row.occurrence}"
    raise_task(unit, clinic, now, "phone_call", now + CALL_FIRST, patient, cause=cause)


def start(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, row: CheckInRow, kind: RunKind) -> Talk:
    """Begin the run of an open check-in and ask its first question."""
    talk = begin(unit, clinic, now, patient, row, kind)
    step(unit, clinic, now, talk, Opened())
    return talk


def begin(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, row: CheckInRow, kind: RunKind) -> Talk:
    """Write the run of an open check-in without asking yet: the first input may be the patient's own words."""
    rows = (*_merged_into(unit, row), row) if kind is RunKind.PLANNED else (row,)
    gates = any(each.step == gate.GATE for each in rows)
    every = gates or kind is not RunKind.PLANNED
    sessions = sessions_of(unit, patient, [each.session_id for each in rows], every=every)
    newest_first = list(reversed(sessions))
    whole = clinic.together(unit, now, [session.revision for session in newest_first])
    scripts = {session.id: clinic.script(unit, session.revision) for session in sessions}
    if kind is RunKind.PLANNED:
        revision_of = {session.id: session.revision for session in sessions}
        ordered = sorted(rows, key=lambda each: [session.id for session in newest_first].index(each.session_id))
        wanted = [(revision_of[each.session_id], tuple(each.sets.split())) for each in ordered]
        if gates:  # what was done before is asked about too: any of it may hold the next session
            wanted.extend((session.revision, scripts[session.id].plan.gate) for session in newest_first)
        entries = [scripts[each.session_id].plan.check_in(each.step) for each in rows if each.step != gate.GATE]
    else:
        wanted = [(session.revision, sets_when_asked(scripts[session.id], kind)) for session in newest_first]
        entries = []
    run = Run(
        id=clinic.new_id(),
        revision=whole.script.revision,
        kind=kind,
        step=row.step,
        # Of check-ins that are asked as one, the strictest patience counts.
        phase=min((entry.phase for entry in entries if entry), key=list(Phase).index, default=Phase.EARLY),
        sets=whole.united(wanted),
        subjects=tuple(subject_of(each, patient) for each in sessions),
        previous=previous_answers(unit, patient, whole.script),
        opened_at=now,
    )
    run_row = unit.add(
        RunRow,
        id=run.id,
        patient_id=patient.id,
        session_id=sessions[-1].id,
        checkin_id=row.id,
        revision=run.revision,
        body=run.model_dump_json(),
        opened_at=now,
    )
    audit(unit, now, "bot", "open_check_in", f"checkin:{row.id}", row.step)
    return Talk(patient, run_row, run, whole.script)


def _merged_into(unit: Unit, row: CheckInRow) -> list[CheckInRow]:
    """The check-ins that are asked together with this one, oldest first; one of them may have taken in others before."""
    found: list[CheckInRow] = []
    for each in unit.find_all(CheckInRow, merged_into=row.id, by="due_at"):
        found.extend((*_merged_into(unit, each), each))
    return found


def open_on_demand(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    *,
    kind: RunKind = RunKind.ON_DEMAND,
    ask: bool = True,
) -> Talk | None:
    """The patient wants to be asked now (/worse), or wrote something that must be asked about (``ask`` is false then).

    An open run is replaced: she says that things changed; but a red line or word that is being asked about goes on.
    None when she has no session yet.
    """
    sessions = open_sessions(unit, patient)
    if not sessions:
        return None
    session = sessions[-1]
    talk = open_talk(unit, clinic, patient)
    if talk is not None and talk.run.red_pending:
        step(unit, clinic, now, talk, Opened())
        return talk
    if talk is not None:
        step(unit, clinic, now, talk, Withdrew(why="replaced"))
    sets = sets_when_asked(clinic.script(unit, session.revision), kind)
    name = "worse" if kind is RunKind.ON_DEMAND else "words"
    before = unit.count(CheckInRow, CheckInRow.session_id == session.id, CheckInRow.step == name)
    row = CheckInRow(
        id=clinic.new_id(),
        patient_id=patient.id,
        session_id=session.id,
        kind="on_demand",
        step=name,
        occurrence=before + 1,
        sets=" ".join(sets),
        due_at=now,
        local_due=now.isoformat(timespec="minutes"),
        zone=patient.zone,
        state="open",
        opened_at=now,
    )
    unit.insert(row)
    if ask:
        return start(unit, clinic, now, patient, row, kind)
    return begin(unit, clinic, now, patient, row, kind)
