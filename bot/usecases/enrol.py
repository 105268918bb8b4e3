"""Staff register a patient and her sessions, and give her a one-time link."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col

from bot.core.errors import Refused
from bot.core.wording.noted import NOT_ASKED
from bot.store.tables import InvitationRow, PatientRow, RecallRow, SessionRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.gate import cancel_next
from bot.usecases.posting import audit
from bot.usecases.readiness import require_ready
from bot.usecases.task_words import kept, own_words
from bot.usecases.timetable import plan_session

STARTED_WITHIN = timedelta(hours=1)
LATEST_SESSION = timedelta(days=7)
AHEAD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NewPatient:
    """What staff enter for a patient; ``birth_date`` and names are checked against what she says at the start.

    ``allergies`` and ``emergency_contact`` are words, or one of the two values of :mod:`bot.core.wording.noted`.
    """

    name: str
    birth_date: date
    phone: str
    zone: str
    language: str
    allergies: str = NOT_ASKED
    emergency_contact: str = NOT_ASKED


@dataclass(frozen=True, slots=True)
class NewSession:
    """What staff enter for a treatment that has ended."""

    procedure: str
    t0: datetime
    sites: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    products: str = ""
    injector_id: str | None = None


def hash_of(token: str) -> str:
    """What is kept of a token: its SHA-256, never the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def enrol_patient(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, new: NewPatient
) -> tuple[PatientRow, str]:
    """Register a patient; returns her row and the token of her one-time link.

    Errors: Refused when nobody would hear of a red flag, and for a birth date in the future or under 18 years (the
    scripts are for adults only).
    """
    require_ready(unit, clinic, now)
    today = clinic.local(now).date()
    if new.birth_date > today:
        raise Refused("enrol.birth_in_future")
    if (
        today.year - new.birth_date.year - ((today.month, today.day) < (new.birth_date.month, new.birth_date.day))
    ) < 18:
        raise Refused("enrol.under_age")
    patient = PatientRow(
        id=clinic.new_id(),
        case_code=_case_code(unit, clinic),
        name=new.name,
        birth_date=new.birth_date.isoformat(),
        phone=new.phone,
        allergies=new.allergies,
        emergency_contact=new.emergency_contact,
        language=new.language,
        zone=new.zone,
        made_at=now,
        made_by=staff.id,
    )
    unit.insert(patient)
    audit(unit, now, staff.id, "enrol_patient", f"patient:{patient.id}")
    return patient, invite_patient(unit, clinic, now, staff, patient)


def note_patient(unit: Unit, now: datetime, staff: StaffRow, patient: PatientRow, **noted: str) -> None:
    """Keep what was asked later (``allergies``, ``emergency_contact``); the audit names the column, never the words."""
    for column, value in noted.items():
        if value != getattr(patient, column):
            unit.change_one(PatientRow, patient.id, **{column: value})
            audit(unit, now, staff.id, "note_patient", f"patient:{patient.id}", column)


def _case_code(unit: Unit, clinic: Clinic) -> str:
    """Four letters and digits that are easy to say; a longer one where four are taken."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    for length in (4, 4, 4, 4, 5, 5, 6, 8):
        digest = hashlib.sha256(clinic.new_token().encode()).digest()
        code = "".join(letters[byte % len(letters)] for byte in digest[:length])
        if not unit.count(PatientRow, PatientRow.case_code == code):
            return code
    raise Refused("enrol.try_again")


def invite_patient(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow) -> str:
    """A fresh one-time link; links made before for this patient open nothing any more."""
    unit.change(
        InvitationRow, InvitationRow.patient_id == patient.id, col(InvitationRow.used_at).is_(None), expires_at=now
    )
    token = clinic.new_token()
    unit.insert(
        InvitationRow(
            token_hash=hash_of(token),
            kind="patient",
            patient_id=patient.id,
            made_at=now,
            expires_at=now + timedelta(hours=clinic.facts.link_hours),
        )
    )
    audit(unit, now, staff.id, "invite_patient", f"patient:{patient.id}")
    return token


def link_of(clinic: Clinic, token: str) -> str:
    """The link (and the content of the QR code) that opens the bot with a token."""
    return f"https://t.me/{clinic.facts.bot_name}?start={token}"


def add_session(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, new: NewSession
) -> SessionRow:
    """Add a treatment and, once she takes part, its check-ins.

    Errors: Refused for a time in the future, one more than a week ago, before her birth, a site that the procedure
    does not know, or a script that was recalled; NotReady for a procedure without a script.
    """
    script = clinic.current(new.procedure)
    if unit.count(RecallRow, RecallRow.revision == script.revision):
        raise Refused("session.recalled")
    if new.t0 > now + AHEAD:
        raise Refused("session.in_future")
    if new.t0 < now - LATEST_SESSION:
        raise Refused("session.too_old")
    unknown = [site for site in new.sites if site not in script.sites]
    if unknown or not new.sites:
        raise Refused("session.unknown_site", site=", ".join(unknown) or "-")
    bad = [modifier for modifier in new.modifiers if modifier not in script.modifiers]
    if bad:
        raise Refused("session.unknown_modifier", modifier=", ".join(bad))
    earlier = unit.first(
        SessionRow,
        SessionRow.patient_id == patient.id,
        SessionRow.procedure == new.procedure,
        order_by=col(SessionRow.t0).desc(),
    )
    session = SessionRow(
        id=clinic.new_id(),
        patient_id=patient.id,
        course_id=earlier.course_id if earlier else clinic.new_id(),
        number=earlier.number + 1 if earlier else 1,
        procedure=new.procedure,
        t0=new.t0,
        sites=" ".join(new.sites),
        modifiers=" ".join(new.modifiers),
        products=new.products,
        injector_id=new.injector_id,
        revision=script.revision,
        made_at=now,
    )
    unit.insert(session)
    audit(unit, now, staff.id, "add_session", f"session:{session.id}", new.procedure)
    cancel_next(unit, now, patient, "the session took place", state="done")
    if patient.stage == "active":
        plan_session(unit, clinic, now, patient, session)
    else:
        raise_task_not_started(unit, clinic, now, patient)
    return session


def raise_task_not_started(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """A patient whose link was never opened gets no check-ins: staff hear of it within the hour, silently until then."""
    unit.insert_new(
        TaskRow(
            id=clinic.new_id(),
            patient_id=patient.id,
            kind="other",
            due_at=now + STARTED_WITHIN,
            made_at=now,
            about=kept(own_words("task.not_started")),
            cause=f"not_started:{patient.id}",
        )
    )
