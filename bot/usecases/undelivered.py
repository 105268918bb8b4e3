"""What follows when a message was delivered or was not: cards say so, and a person phones where it matters."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.post.message import Message, Method, Outcome, Priority, Refusal, RefusalKind, Settled, State, TopicAct
from bot.store.tables import AlertRow, CheckInRow, OutboxRow, PatientRow, PlaceRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import post_card
from bot.usecases.clinic import Clinic
from bot.usecases.hold import FROM_STAFF
from bot.usecases.late import card_failed, not_delivered, ring_for_lost_group
from bot.usecases.people import GROUP, group_chat, recipients
from bot.usecases.posting import audit
from bot.usecases.raise_alert import advice_settled
from bot.usecases.raise_task import raise_task
from bot.usecases.rota import look_at_cover
from bot.usecases.show_privately import hand_on
from bot.usecases.synthetic import CANARY
from bot.usecases.task_words import own_words
from bot.usecases.to_group import to_group
from bot.usecases.topics import topic_settled

CALL_WITHIN = timedelta(minutes=10)
CALL_LATER = timedelta(hours=2)


def react(unit: Unit, clinic: Clinic, now: datetime, message: Message, settled: Settled, outcome: Outcome) -> None:
    """Act on what became of a message, in the transaction that settles it."""
    topic_settled(unit, clinic, now, message, settled, outcome)
    if isinstance(outcome, Refusal) and (
        message.body.topic_act is TopicAct.NONE or outcome.why is not RefusalKind.BLOCKED
    ):
        _refused(unit, clinic, now, message, outcome)
    if settled.state is State.PENDING:
        _not_again(unit, message)
    if settled.state not in (State.SENT, State.REFUSED, State.UNKNOWN):
        return
    if settled.state is State.SENT and message.priority is not Priority.ADVICE:
        return
    row = unit.find(OutboxRow, id=message.id)
    if row is None:
        return
    if row.kind == "advice":
        advice_settled(unit, clinic, now, row)
    moved = isinstance(outcome, Refusal) and outcome.why is RefusalKind.MIGRATED
    if row.kind == "alert_card" and not moved:
        card_failed(unit, clinic, now, row, "refused")
        if settled.state is State.REFUSED:
            _tell_others(unit, clinic, now, row)
    lost = isinstance(outcome, Refusal) and outcome.why in (RefusalKind.BLOCKED, RefusalKind.GONE)
    if row.kind == "relay" and message.method is Method.COPY and lost:
        hand_on(unit, clinic, now, row)
    if settled.state is State.SENT or row.patient_id is None:
        return
    patient = unit.get(PatientRow, row.patient_id)
    if patient.chat_id != row.chat_id:
        return
    if row.kind in ("advice", "truth", "card"):
        about = own_words("task.advice_undelivered")
        cause = f"undelivered:{row.run_id or patient.id}:{row.kind}"
        raise_task(unit, clinic, now, "undelivered", now + CALL_WITHIN, patient, cause=cause, about=about)
        if row.kind == "advice":
            not_delivered(unit, clinic, now, row)
    elif row.kind == FROM_STAFF:
        to_group(unit, clinic, now, patient, "chat.not_sent")
    elif message.priority >= Priority.CHECK_IN and row.checkin_id is not None:
        unit.change_one(CheckInRow, row.checkin_id, reason=f"delivery {settled.state.value}: {settled.error[:80]}")
        if settled.state is State.REFUSED:
            cause = f"undelivered:{row.checkin_id}"
            raise_task(unit, clinic, now, "undelivered", now + CALL_LATER, patient, cause=cause)


def _not_again(unit: Unit, message: Message) -> None:
    """What was under way to a patient when staff marked her deceased is not tried again."""
    if unit.count(PatientRow, PatientRow.chat_id == message.chat_id, PatientRow.stage == "deceased"):
        unit.change(OutboxRow, OutboxRow.id == message.id, OutboxRow.state == "pending", state="dropped")


def _tell_others(unit: Unit, clinic: Clinic, now: datetime, refused: OutboxRow) -> None:
    """An alert did not reach a chat: everybody who has no card of it gets one now, and not at the next step."""
    alert = unit.first(AlertRow, AlertRow.id == refused.alert_id, AlertRow.state != "closed")
    if alert is None or alert.patient_id == CANARY:
        return
    cards = unit.find_all(OutboxRow, alert_id=alert.id, kind="alert_card")
    known = {card.chat_id for card in cards}
    for each in recipients(unit, clinic, now, (Tell.EVERYONE,), None):
        if each.chat_id not in known:
            post_card(unit, clinic, now, alert, each)


def _refused(unit: Unit, clinic: Clinic, now: datetime, message: Message, refusal: Refusal) -> None:
    match refusal.why:
        case RefusalKind.MIGRATED if refusal.moved_to is not None:
            _moved(unit, clinic, now, message.chat_id, refusal.moved_to)
        case RefusalKind.BLOCKED | RefusalKind.GONE:
            blocked(unit, clinic, now, message.chat_id)
        case _:
            pass


def _moved(unit: Unit, clinic: Clinic, now: datetime, old: int, new: int) -> None:
    """The staff group became a supergroup: everything that waits follows it."""
    group = group_chat(unit, clinic)
    if group is None or group.chat_id not in (old, new):
        return
    if unit.change(PlaceRow, PlaceRow.name == GROUP, chat_id=new) == 0:
        unit.insert(PlaceRow(name=GROUP, chat_id=new))
    unit.change(OutboxRow, OutboxRow.chat_id == old, OutboxRow.state == "pending", chat_id=new)
    unit.change(
        OutboxRow,
        OutboxRow.chat_id == old,
        OutboxRow.state == "refused",
        OutboxRow.kind.in_(("alert_card", "task", "relay")),  # type: ignore[attr-defined]
        OutboxRow.made_at >= now - timedelta(minutes=30),
        chat_id=new,
        state="pending",
        due_at=now,
    )
    unit.nudge(new)
    audit(unit, now, "bot", "group_moved", "place:staff_group")


def blocked(unit: Unit, clinic: Clinic, now: datetime, chat_id: int) -> None:
    """The chat does not take messages any more: a patient is phoned; a colleague is skipped and the others are told."""
    patient = unit.find(PatientRow, chat_id=chat_id)
    if patient is not None and patient.reachable:
        unit.change_one(PatientRow, patient.id, reachable=False)
        _keep_back(unit, chat_id)
        audit(unit, now, "bot", "unreachable", f"patient:{patient.id}")
        if patient.stage == "active":
            cause = f"blocked:{patient.id}:{now.timestamp():.0f}"
            raise_task(unit, clinic, now, "undelivered", now + CALL_WITHIN, patient, cause=cause)
    group = group_chat(unit, clinic)
    if group is not None and group.chat_id == chat_id:
        about = own_words("task.group_lost")
        cause = f"group_lost:{chat_id}:{now:%Y%m%d}"
        tell = (Tell.LEAD, Tell.ON_CALL)
        raise_task(unit, clinic, now, "other", now + CALL_WITHIN, None, cause=cause, about=about, tell=tell)
        ring_for_lost_group(unit, clinic, now)
    staff = unit.find(StaffRow, chat_id=chat_id)
    if staff is not None and staff.reachable:
        unit.change_one(StaffRow, staff.id, reachable=False)
        audit(unit, now, "bot", "unreachable", f"staff:{staff.id}")
        about = own_words("task.staff_blocked", name=staff.name)
        cause = f"staff_blocked:{staff.id}:{now.timestamp():.0f}"
        look_at_cover(unit, now)
        raise_task(unit, clinic, now, "other", now + CALL_WITHIN, None, cause=cause, about=about)


def _keep_back(unit: Unit, chat_id: int) -> None:
    """Questions that still wait are not tried in a chat that refuses: a person phones, and hears which check-in it was.

    Advice and answers are tried all the same: a refusal may be a mistake, and trying costs nothing.
    """
    waiting = (OutboxRow.chat_id == chat_id, OutboxRow.state == "pending", OutboxRow.priority >= Priority.CHECK_IN)
    for row in unit.many(OutboxRow, *waiting):
        if row.checkin_id is not None:
            unit.change_one(CheckInRow, row.checkin_id, reason="delivery dropped: the chat takes no messages")
    unit.change(OutboxRow, *waiting, state="dropped", error="the chat takes no messages")


def unblocked(unit: Unit, now: datetime, chat_id: int) -> None:
    """The chat takes messages again."""
    unit.change(PatientRow, PatientRow.chat_id == chat_id, reachable=True)
    unit.change(StaffRow, StaffRow.chat_id == chat_id, reachable=True)
    unit.change(
        TaskRow,
        col(TaskRow.cause).startswith(f"group_lost:{chat_id}:"),
        col(TaskRow.done_at).is_(None),
        done_at=now,
        done_by="bot",
    )
    audit(unit, now, "bot", "reachable", f"chat:{'staff' if chat_id < 0 else 'private'}")


def kept_update(unit: Unit, clinic: Clinic, now: datetime, update_id: int, chat_id: int) -> None:
    """An update could not be handled and is kept: a person must look at what came."""
    patient = unit.find(PatientRow, chat_id=chat_id)
    about = own_words("task.kept_update", number=update_id)
    raise_task(unit, clinic, now, "unread", now + CALL_WITHIN, patient, cause=f"dead:{update_id}", about=about)
