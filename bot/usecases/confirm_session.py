"""The injector confirms what somebody else entered of a session: a wrong site or modifier asks the wrong red flags."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.errors import Gone
from bot.core.post.message import Body, Button, Priority
from bot.store.tables import PatientRow, SessionRow, StaffRow, TaskRow
from bot.store.tables_nurse import ConfirmationRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import day_and_clock
from bot.usecases.posting import audit, post
from bot.usecases.raise_task import finish_by_cause
from bot.usecases.task_words import kept, own_words

CONFIRM_WITHIN = timedelta(hours=4)
"""After this the group hears that nobody has confirmed; until then only the injector is asked."""


def ask_to_confirm(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, session: SessionRow
) -> None:
    """Ask the injector, unless she is the one who entered it: then it is confirmed by that. Check-ins do not wait for it."""
    if session.injector_id is None:
        return
    injector = unit.get(StaffRow, session.injector_id)
    unit.remove(ConfirmationRow, ConfirmationRow.session_id == session.id)
    if injector.id == staff.id:
        unit.add(
            ConfirmationRow,
            session_id=session.id,
            injector_id=injector.id,
            asked_at=now,
            confirmed_at=now,
            confirmed_by=staff.id,
        )
        finish_by_cause(unit, now, _cause(session.id))
        return
    unit.add(ConfirmationRow, session_id=session.id, injector_id=injector.id, asked_at=now)
    if injector.chat_id is not None and injector.reachable and injector.removed_at is None:
        body = _card(unit, clinic, patient, session, staff, injector)
        post(unit, now, injector.chat_id, body, Priority.ANSWER, kind="confirm", patient_id=patient.id)
    due = {"due_at": now + CONFIRM_WITHIN, "told_at": None, "done_at": None, "done_by": None}
    if not unit.change(TaskRow, TaskRow.cause == _cause(session.id), **due):
        unit.insert(
            TaskRow(
                id=clinic.new_id(),
                patient_id=patient.id,
                kind="other",
                due_at=now + CONFIRM_WITHIN,
                made_at=now,
                about=kept(own_words("nurse.confirm.task", name=injector.name)),
                cause=_cause(session.id),
            )
        )


def confirm(unit: Unit, now: datetime, staff: StaffRow, patient: PatientRow, session_id: str) -> None:
    """It is right. Whoever presses is noted, also where the injector is away. Errors: Gone for nothing to confirm."""
    row = unit.find(ConfirmationRow, session_id=session_id)
    session = unit.find(SessionRow, id=session_id, patient_id=patient.id)
    if row is None or session is None:
        raise Gone(f"confirmation {session_id}")
    if row.confirmed_at is None:
        unit.change_one(ConfirmationRow, session_id, confirmed_at=now, confirmed_by=staff.id)
        audit(unit, now, staff.id, "confirm_session", f"session:{session_id}")
        audit(unit, now, staff.id, "confirm_session", f"patient:{patient.id}")
        finish_by_cause(unit, now, _cause(session_id))


def unconfirmed(unit: Unit, session_id: str) -> bool:
    """Does the session wait for the injector's word?"""
    return bool(
        unit.count(
            ConfirmationRow, ConfirmationRow.session_id == session_id, col(ConfirmationRow.confirmed_at).is_(None)
        )
    )


def _cause(session_id: str) -> str:
    return f"confirm:{session_id}"


def _card(
    unit: Unit, clinic: Clinic, patient: PatientRow, session: SessionRow, by: StaffRow, injector: StaffRow
) -> Body:
    ui = clinic.ui(injector.language)
    texts = clinic.texts(clinic.script(unit, session.revision), injector.language)
    none = ui.plain("card.none")
    text = ui.say(
        "nurse.confirm.ask",
        by=by.name,
        code=patient.case_code,
        name=patient.name,
        procedure=texts.raw(f"procedure.{session.procedure}"),
        when=day_and_clock(session.t0, clinic.facts.zone, injector.language),
        sites=", ".join(texts.raw(f"site.{each}") for each in session.sites.split()) or none,
        modifiers=", ".join(texts.raw(f"modifier.{each}") for each in session.modifiers.split()) or none,
        products=session.products or none,
    )
    right = Button(label=ui.plain("nurse.confirm.right"), data=f"c|{patient.id}|right.{session.id}")
    wrong = Button(label=ui.plain("nurse.confirm.wrong"), data=f"c|{patient.id}|details.{session.id}")
    return Body(text=text, html=True, buttons=((right,), (wrong,)))
