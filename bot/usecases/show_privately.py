"""Pictures of patients go to the private chats of the people who treat, never to the group (clinical brief, H24)."""

from datetime import datetime, timedelta

from bot.core.care.clock import day_of
from bot.core.post.message import Body, Method, Priority
from bot.store.tables import OutboxRow, PatientRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.people import CARING, active_staff, group_chat, on_call
from bot.usecases.photos import current_session
from bot.usecases.posting import initials, post
from bot.usecases.raise_task import raise_task
from bot.usecases.task_words import own_words
from bot.usecases.to_group import to_group

PRIVATE_KINDS = frozenset({"photo", "live_photo", "paid_media", "video", "video_note", "animation", "story", "unknown"})
"""Kinds of content that show, or may show, a picture of her."""
WITHOUT_CAPTION = frozenset({"video_note", "story", "unknown"})
LOOK_WITHIN = timedelta(minutes=30)
RECENT = timedelta(hours=1)


def lookers(unit: Unit, now: datetime, without: frozenset[int] = frozenset()) -> list[StaffRow]:
    """Who is shown a picture: the first on call, else the second, else the leads, else everybody who treats.

    Only those whose private chat takes messages; ``without`` are chats that had it already.
    """

    def able(staff: list[StaffRow]) -> list[StaffRow]:
        return [each for each in staff if each.role in CARING and each.reachable and _chat(each) not in {0, *without}]

    everybody = active_staff(unit)
    leads = [each for each in everybody if each.role == "lead"]
    return able(on_call(unit, now, 1)) or able(on_call(unit, now, 2)) or able(leads) or able(everybody)


def show_privately(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int, kind: str
) -> list[StaffRow]:
    """Copy a message to whoever looks at pictures now, with the case under it; a task when there is nobody."""
    to = lookers(unit, now)
    for staff in to:
        _copy(unit, clinic, now, patient, message_id, kind, staff)
    if not to:
        _nobody(unit, clinic, now, patient)
    return to


def hand_on(unit: Unit, clinic: Clinic, now: datetime, refused: OutboxRow) -> None:
    """A copy was refused by its chat: the next person gets it, and the group is told who has it now."""
    patient = unit.find(PatientRow, id=refused.patient_id)
    message_id = Body.model_validate_json(refused.body).copies
    if patient is None or message_id is None or patient.stage == "forgotten":
        return
    others = unit.many(
        OutboxRow,
        OutboxRow.patient_id == patient.id,
        OutboxRow.method == Method.COPY.value,
        OutboxRow.made_at >= now - RECENT,
    )
    same = [row for row in others if Body.model_validate_json(row.body).copies == message_id]
    if any(row.id != refused.id and row.state in ("pending", "sending", "sent") for row in same):
        return
    to = lookers(unit, now, frozenset(row.chat_id for row in same))
    for staff in to:
        _copy(unit, clinic, now, patient, message_id, "photo", staff)
    if not to:
        _nobody(unit, clinic, now, patient)
    group = group_chat(unit, clinic)
    if group is not None:
        to_group(unit, clinic, now, patient, "relay.handed_on", names=names(clinic, group.language, to))


def names(clinic: Clinic, language: str, staff: list[StaffRow]) -> str:
    """Who has the picture, in words."""
    return ", ".join(each.name for each in staff) or clinic.ui(language).plain("relay.nobody")


def treatment(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, language: str) -> str:
    """The day and treatment that she is in: "day 3, face"."""
    session: SessionRow | None = current_session(unit, now, patient)
    ui = clinic.ui(language)
    if session is None:
        return ui.plain("relay.no_treatment")
    script = clinic.script(unit, session.revision)
    procedure = clinic.texts(script, language).raw(f"procedure.{session.procedure}")
    return ui.plain("relay.treatment", day=day_of(session.t0, now, patient.zone), procedure=procedure)


def _chat(staff: StaffRow) -> int:
    return staff.chat_id or 0


def _copy(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, message_id: int, kind: str, staff: StaffRow
) -> None:
    if patient.chat_id is None or staff.chat_id is None:
        return
    note = clinic.ui(staff.language).say(
        "relay.private",
        code=patient.case_code,
        initials=initials(patient),
        treatment=treatment(unit, clinic, now, patient, staff.language),
    )
    copy = Body(text=note, html=True, copies_chat=patient.chat_id, copies=message_id)
    if kind in WITHOUT_CAPTION:
        body = Body(text=note, html=True)
        post(unit, now, staff.chat_id, body, Priority.ANSWER, kind="relay", patient_id=patient.id)
        copy = Body(text="", copies_chat=patient.chat_id, copies=message_id)
    post(unit, now, staff.chat_id, copy, Priority.ANSWER, kind="relay", patient_id=patient.id, method=Method.COPY)


def _nobody(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    about = own_words("task.photo_nobody")
    cause = f"photo_nobody:{patient.id}:{now:%Y%m%d%H}"
    raise_task(unit, clinic, now, "other", now + LOOK_WITHIN, patient, cause=cause, about=about)
