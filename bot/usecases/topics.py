"""Each patient's own topic where the staff group is a forum: opened at first need, given up when Telegram says no."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.post.message import Body, Message, Outcome, Priority, Refusal, RefusalKind, Sent, Settled, State, TopicAct
from bot.store.tables import OutboxRow, PatientRow
from bot.store.tables_topics import ForumRow, TopicRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit, initials, post
from bot.usecases.raise_task import raise_task
from bot.usecases.task_words import own_words

AGAIN_AFTER = timedelta(days=1)
"""After Telegram refused a topic, everything goes to the general view for so long before another is tried."""
LOOK_WITHIN = timedelta(hours=4)
DELETE_WITHIN = timedelta(days=3)
KIND = "topic"


def group_seen(unit: Unit, chat_id: int, *, is_forum: bool) -> None:
    """Something of our people came from this group: remember whether it has topics."""
    known = unit.find(ForumRow, chat_id=chat_id)
    if known is None:
        unit.insert_new(ForumRow(chat_id=chat_id, is_forum=is_forum))
    elif known.is_forum != is_forum:
        unit.change(ForumRow, ForumRow.chat_id == chat_id, is_forum=is_forum, refused_until=None)


def topics_again(unit: Unit, chat_id: int) -> None:
    """Somebody changed the bot's rights there, or sent /here: what was refused before is tried again."""
    unit.change(ForumRow, ForumRow.chat_id == chat_id, refused_until=None)


def topic_of(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, chat_id: int) -> str:
    """For :attr:`Body.topic` of a message about her to this chat; asks Telegram for her topic if she has none yet.

    Empty where the chat has no topics, or may have none now: then the message goes to the general view. The topic is
    asked for in the chat's own queue, so what is written after it finds it open. Its name is the case code and initials.
    """
    forum = unit.find(ForumRow, chat_id=chat_id)
    if forum is None or not forum.is_forum or patient.stage == "forgotten":
        return ""
    rows = unit.find_all(TopicRow, patient_id=patient.id, chat_id=chat_id, by="made_at")
    if any(row.state != "lost" for row in rows):
        return patient.id
    lost_at = max((row.lost_at for row in rows if row.lost_at), default=None)
    if (lost_at and lost_at + AGAIN_AFTER > now) or (forum.refused_until and forum.refused_until > now):
        return ""
    who = {"code": patient.case_code, "initials": initials(patient)}
    name = Body(text=f"{who['code']} {who['initials']}", topic_act=TopicAct.OPEN)
    asked = post(unit, now, chat_id, name, Priority.ANSWER, kind=KIND, patient_id=patient.id)
    topic = TopicRow(id=clinic.new_id(), patient_id=patient.id, chat_id=chat_id, asked_id=asked.id or 0, made_at=now)
    unit.insert(topic)
    audit(unit, now, "bot", "open_topic", f"patient:{patient.id}")
    text = clinic.ui(clinic.facts.language).say("chat.topic_opened", **who)
    note = Body(text=text, html=True, topic=patient.id)
    post(unit, now, chat_id, note, Priority.ANSWER, kind="topic_note", patient_id=patient.id)
    return patient.id


def patient_in(unit: Unit, chat_id: int, thread_id: int | None) -> PatientRow | None:
    """Whose topic this is; None for the general view and for topics of the staff's own."""
    topic = unit.find(TopicRow, chat_id=chat_id, thread_id=thread_id) if thread_id is not None else None
    return unit.find(PatientRow, id=topic.patient_id) if topic else None


def delete_topics(unit: Unit, now: datetime, patient: PatientRow) -> None:
    """Delete her topics with all that is in them. Call it after what still waits for them was dropped."""
    for topic in unit.find_all(TopicRow, patient_id=patient.id):
        if topic.thread_id is not None:
            _delete(unit, now, topic.chat_id, topic.thread_id)


def outside_topics(unit: Unit, patient: PatientRow, rows: list[OutboxRow]) -> list[OutboxRow]:
    """Of these messages about her those that do not vanish with her topics."""
    topics = unit.find_all(TopicRow, patient_id=patient.id)
    whole = {topic.chat_id for topic in topics} - {topic.chat_id for topic in topics if topic.state != "open"}
    return [
        row
        for row in rows
        if row.kind != KIND and not (row.chat_id in whole and Body.model_validate_json(row.body).topic == patient.id)
    ]


def topic_settled(
    unit: Unit, clinic: Clinic, now: datetime, message: Message, settled: Settled, outcome: Outcome
) -> None:
    """A topic was opened or deleted, or was not; or a message for one had to go to the general view."""
    match message.body.topic_act:
        case TopicAct.OPEN:
            _opened(unit, clinic, now, message, settled, outcome)
        case TopicAct.DELETE:
            _deleted(unit, clinic, now, message, settled)
        case TopicAct.NONE if isinstance(outcome, Sent) and outcome.thread_lost:
            _lost(unit, clinic, now, message)
        case TopicAct.NONE:
            pass


def _opened(unit: Unit, clinic: Clinic, now: datetime, message: Message, settled: Settled, outcome: Outcome) -> None:
    topic = unit.find(TopicRow, asked_id=message.id)
    if settled.state is State.SENT and settled.message_id is not None:
        patient = unit.get(PatientRow, topic.patient_id) if topic else None
        if topic is None or patient is None or patient.stage == "forgotten":
            _delete(unit, now, message.chat_id, settled.message_id)
        if topic is not None:
            unit.change_one(TopicRow, topic.id, state="open", thread_id=settled.message_id)
        return
    if settled.state not in (State.REFUSED, State.UNKNOWN):
        return
    if topic is not None:
        unit.change_one(TopicRow, topic.id, state="lost", lost_at=now)
    if not isinstance(outcome, Refusal) or outcome.why in (RefusalKind.MIGRATED, RefusalKind.GONE):
        return
    unit.change(ForumRow, ForumRow.chat_id == message.chat_id, refused_until=now + AGAIN_AFTER)
    about, cause = own_words("chat.topics_refused"), f"topics:{message.chat_id}:{now:%Y%m%d}"
    tell = (Tell.GROUP, Tell.LEAD)
    raise_task(unit, clinic, now, "other", now + LOOK_WITHIN, None, cause=cause, about=about, tell=tell)


def _lost(unit: Unit, clinic: Clinic, now: datetime, message: Message) -> None:
    topic = unit.find(TopicRow, chat_id=message.chat_id, thread_id=message.body.thread, state="open")
    if topic is None:
        return
    unit.change_one(TopicRow, topic.id, state="lost", lost_at=now)
    code = unit.get(PatientRow, topic.patient_id).case_code
    about, cause = own_words("chat.topic_lost", code=code), f"topic_lost:{topic.id}"
    tell = (Tell.GROUP, Tell.LEAD)
    raise_task(unit, clinic, now, "other", now + LOOK_WITHIN, None, cause=cause, about=about, tell=tell)


def _delete(unit: Unit, now: datetime, chat_id: int, thread_id: int) -> None:
    body = Body(text="", topic_act=TopicAct.DELETE, thread=thread_id)
    post(unit, now, chat_id, body, Priority.ANSWER, kind=KIND)


def _deleted(unit: Unit, clinic: Clinic, now: datetime, message: Message, settled: Settled) -> None:
    if settled.state not in (State.SENT, State.REFUSED, State.UNKNOWN):
        return
    topic = unit.find(TopicRow, chat_id=message.chat_id, thread_id=message.body.thread)
    gone = (
        settled.state is State.SENT
        or "not found" in settled.error.lower()
        or "topic_id_invalid" in settled.error.lower()
    )
    if topic is not None and not gone:
        code = unit.get(PatientRow, topic.patient_id).case_code
        about, cause = own_words("task.delete_copies", code=code), f"delete_copies:{topic.patient_id}"
        raise_task(unit, clinic, now, "other", now + DELETE_WITHIN, None, cause=cause, about=about)
    unit.remove(TopicRow, TopicRow.chat_id == message.chat_id, col(TopicRow.thread_id) == message.body.thread)
