"""Give staff a task: phone a silent patient, an undelivered message, a word that nobody answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.post.message import Body, Button, Priority
from bot.store.tables import PatientRow, StaffRow, TaskRow
from bot.store.tables_topics import TopicRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import day_and_clock
from bot.usecases.people import Recipient, recipients
from bot.usecases.posting import audit, post, to_patient
from bot.usecases.task_words import OwnWords, kept, read

URGENT = ("phone_now", "undelivered")
AGAIN = timedelta(hours=1)
URGENT_AGAIN = timedelta(minutes=10)
DUE_AT_ONCE = 20


def raise_task(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    kind: str,
    due_at: datetime,
    patient: PatientRow | None,
    *,
    cause: str,
    about: str | OwnWords = "",
    tell: Sequence[Tell] = (Tell.GROUP,),
    quietly: bool = False,
) -> bool:
    """Make a task once per ``cause`` and ``tell`` of it (the on-call person too when it is urgent).

    ``quietly``: staff have seen what it is about; they are told of it only if it is not done in time.

    False when the task exists already. ``about`` are a patient's words, or the bot's own by key; kept encrypted.
    """
    task = TaskRow(
        id=clinic.new_id(),
        patient_id=patient.id if patient else None,
        kind=kind,
        due_at=due_at,
        made_at=now,
        about=kept(about),
        cause=cause[:64],
    )
    if not unit.insert_new(task):
        return False
    audit(unit, now, "bot", "raise_task", f"task:{task.id}", kind)
    if not quietly:
        _tell(unit, clinic, now, task, patient, tell, overdue=False)
    if kind == "phone_now" and patient is not None:
        ui = clinic.ui(patient.language)
        to_patient(unit, now, patient, Body(text=ui.say("task.we_phone"), html=True), Priority.ADVICE, kind="truth")
    return True


def remind_of_tasks(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Tell again of each task whose time is over and that nobody has done; how many there were."""
    due = unit.many(
        TaskRow,
        col(TaskRow.done_at).is_(None),
        TaskRow.due_at <= now,
        untold_since(now),
        order_by=TaskRow.due_at,
        limit=DUE_AT_ONCE,
        skip_locked=True,
    )
    for task in due:
        patient = unit.find(PatientRow, id=task.patient_id) if task.patient_id else None
        _tell(unit, clinic, now, task, patient, (Tell.GROUP,), overdue=True)
        unit.change_one(TaskRow, task.id, told_at=now)
    return len(due)


def untold_since(now: datetime, late: timedelta = timedelta(0)) -> ColumnElement[bool]:
    """Overdue tasks of which nobody was told in the time between two reminders (and ``late`` more)."""
    told_at = col(TaskRow.told_at)
    return or_(
        told_at.is_(None),
        told_at <= now - AGAIN - late,
        and_(col(TaskRow.kind).in_(URGENT), told_at <= now - URGENT_AGAIN - late),
    )


def finish_task(unit: Unit, now: datetime, staff: StaffRow, task_id: str, result: str = "") -> bool:
    """A member of staff has done it; False when somebody else had already."""
    done = unit.change(
        TaskRow, TaskRow.id == task_id, col(TaskRow.done_at).is_(None), done_at=now, done_by=staff.id, result=result
    )
    if done:
        audit(unit, now, staff.id, "finish_task", f"task:{task_id}")
    return bool(done)


def finish_by_cause(unit: Unit, now: datetime, cause: str) -> None:
    """The reason of a task is gone (the patient answered after all)."""
    unit.change(TaskRow, TaskRow.cause == cause[:64], col(TaskRow.done_at).is_(None), done_at=now, done_by="bot")


def finish_calls(unit: Unit, now: datetime, staff: StaffRow, patient_id: str) -> None:
    """The patient was spoken to: the calls that waited for her are done."""
    unit.change(
        TaskRow,
        TaskRow.patient_id == patient_id,
        col(TaskRow.kind).in_(("phone_now", "phone_call", "undelivered", "unreadable")),
        col(TaskRow.done_at).is_(None),
        done_at=now,
        done_by=staff.id,
    )


def task_card(
    clinic: Clinic, task: TaskRow, patient: PatientRow | None, language: str, *, overdue: bool = False
) -> Body:
    """How a task looks in a chat."""
    ui = clinic.ui(language)
    who = ui.say("task.nobody")
    if patient is not None:
        who = ui.say(
            "task.patient",
            code=patient.case_code,
            initials="".join(part[0].upper() + "." for part in patient.name.split()) or "?",
            phone=patient.phone or ui.plain("alert.no_phone"),
        )
    lines = [f"📋 <b>{ui.say(f'task.kind.{task.kind}')}</b>", who]
    if task.about:
        lines.append(ui.say("task.about", about=read(ui, task.about)))
    lines.append(
        ui.say("task.overdue" if overdue else "task.due", at=day_and_clock(task.due_at, clinic.facts.zone, language))
    )
    done = Button(label=ui.plain("task.button.done"), data=f"t|{task.id}|done")
    return Body(text="\n".join(lines), html=True, buttons=((done,),))


def _tell(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    task: TaskRow,
    patient: PatientRow | None,
    tell: Sequence[Tell],
    *,
    overdue: bool,
) -> None:
    if task.kind in URGENT or overdue:
        tell = (*tell, Tell.ON_CALL)
    to: list[Recipient] = recipients(unit, clinic, now, tell, None)
    for each in to:
        body = task_card(clinic, task, patient, each.language, overdue=overdue)
        priority = Priority.ALERT if task.kind in URGENT else Priority.ANSWER
        if patient is not None and not each.staff_id and not overdue and task.kind not in URGENT:
            body = body.model_copy(update={"topic": topic_in(unit, patient, each.chat_id)})
        post(unit, now, each.chat_id, body, priority, kind="task", patient_id=task.patient_id)


def topic_in(unit: Unit, patient: PatientRow, chat_id: int) -> str:
    """For :attr:`Body.topic`: her topic where she has one; none is opened for a task alone."""
    rows = unit.find_all(TopicRow, patient_id=patient.id, chat_id=chat_id)
    return patient.id if any(row.state != "lost" for row in rows) else ""
