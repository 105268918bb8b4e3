"""/tasks: what a person must do, oldest due first, and the button that says it is done."""

from sqlmodel import col

from bot.chat.staff.reply import Asked
from bot.core.errors import Gone
from bot.store.tables import PatientRow, StaffRow, TaskRow
from bot.usecases.raise_task import finish_task, task_card

MOST = 10
Toast = tuple[str, dict[str, str]]


def run(asked: Asked, _words: str) -> None:
    """Show the open tasks, each with its button."""
    open_tasks = col(TaskRow.done_at).is_(None)
    count = asked.unit.count(TaskRow, open_tasks)
    if not count:
        asked.say("tasks.none")
        return
    asked.say("tasks.head", count=count)
    for task in asked.unit.many(TaskRow, open_tasks, order_by=TaskRow.due_at, limit=MOST):
        patient = asked.unit.find(PatientRow, id=task.patient_id) if task.patient_id else None
        overdue = task.due_at <= asked.now
        body = task_card(asked.clinic, task, patient, asked.staff.language, overdue=overdue)
        asked.show(body.text, body.buttons)


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """Done: the card says who did it; a second press is told who was first."""
    task_id, _, act = rest.partition("|")
    task = asked.unit.find(TaskRow, id=task_id)
    if task is None:
        raise Gone(f"task {task_id}")
    if act != "done":
        return "toast.old", {}
    done = finish_task(asked.unit, asked.now, asked.staff, task_id)
    name = asked.staff.name if done else _who(asked, task)
    patient = asked.unit.find(PatientRow, id=task.patient_id) if task.patient_id else None
    body = task_card(asked.clinic, task, patient, asked.staff.language)
    asked.show(f"{body.text}\n\n{asked.ui.say('task.done', name=name)}", edits=message_id)
    return ("task.toast.done", {}) if done else ("task.toast.was_done", {"name": name})


def _who(asked: Asked, task: TaskRow) -> str:
    staff = asked.unit.find(StaffRow, id=task.done_by) if task.done_by else None
    return staff.name if staff else asked.ui.plain("task.by_bot")
