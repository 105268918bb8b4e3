"""A message of the outbox: its final words, its priority, and the lifecycle that its row follows."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Literal, Protocol, assert_never

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Priority(IntEnum):
    """What goes first. Advice to a patient in danger is never behind a queue of check-ins."""

    ADVICE = 1
    ALERT = 2
    ANSWER = 3
    CHECK_IN = 4
    DIGEST = 5

    @property
    def is_bulk(self) -> bool:
        """Bulk is paced; the rest goes at once and is only counted."""
        return self >= Priority.CHECK_IN

    @property
    def may_go_twice(self) -> bool:
        """Twice beats never for advice and alerts; a question that may have arrived is not sent blindly again."""
        return self <= Priority.ALERT


class Method(StrEnum):
    """What the courier is asked to do."""

    SEND = "send"
    EDIT = "edit"
    PHOTO = "photo"
    DOCUMENT = "document"
    COPY = "copy"
    """Copy a message of another chat (``copies`` in ``copies_chat``), without showing whose it was."""


class TopicAct(StrEnum):
    """What a message does to a topic of a forum instead of being written: open one (its text is the name), or delete it."""

    NONE = ""
    OPEN = "open"
    DELETE = "delete"


class Button(_Frozen):
    """A button under a message: ``data`` comes back when it is pressed (at most 64 bytes), ``url`` opens a link."""

    label: str
    data: str = ""
    url: str = ""


class Body(_Frozen):
    """The final words of a message, in Telegram's HTML subset when ``html`` is set.

    ``file`` is base64 and ``file_name`` its name (PHOTO, DOCUMENT). ``photo`` is the id of a kept photo, whose picture is
    put in only when the message goes (PHOTO). ``edits`` is Telegram's id of the message
    that an EDIT changes. ``buttons`` are rows. ``topic`` names a patient: the message goes into her topic of that chat,
    whose ``thread`` is filled in when it goes; to the general view if she has none then.
    """

    text: str
    html: bool = False
    buttons: tuple[tuple[Button, ...], ...] = ()
    edits: int | None = None
    copies_chat: int | None = None
    copies: int | None = None
    reply_to: int | None = None
    thread: int | None = None
    topic: str = ""
    topic_act: TopicAct = TopicAct.NONE
    file: str = ""
    file_name: str = ""
    photo: str = ""
    silent: bool = False
    protect: bool = False


class State(StrEnum):
    """The lifecycle of an outbox row. REFUSED and UNKNOWN are shown to staff where they matter."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class Message(_Frozen):
    """One row of the outbox as the courier sees it. ``sends`` counts the attempts that may have arrived."""

    id: int
    chat_id: int
    priority: Priority
    method: Method
    body: Body
    sends: int = 0
    tries: int = 0


class Sent(_Frozen):
    """Telegram accepted the message; ``message_id`` is its id in the chat (that of the thread, for a new topic).

    ``thread_lost``: its topic does not take messages any more, so it went to the general view.
    """

    kind: Literal["sent"] = "sent"
    message_id: int
    thread_lost: bool = False


class Wait(_Frozen):
    """Telegram asked to wait (429). Nothing was sent."""

    kind: Literal["wait"] = "wait"
    seconds: float


class NeverSent(_Frozen):
    """The request was not carried out for sure (no connection, no valid token): safe to repeat.

    ``needs_operator`` says that repeating alone will not help: the token was revoked.
    """

    kind: Literal["never_sent"] = "never_sent"
    reason: str
    needs_operator: bool = False


class MayHaveArrived(_Frozen):
    """No answer, a cut line or a 5xx: the message may have arrived or not."""

    kind: Literal["may_have_arrived"] = "may_have_arrived"
    reason: str


class RefusalKind(StrEnum):
    """Why Telegram will never take this message."""

    BLOCKED = "blocked"
    GONE = "gone"
    MIGRATED = "migrated"
    BAD = "bad"


class Refusal(_Frozen):
    """Telegram refused for good. ``moved_to`` is the new chat id of a group that became a supergroup."""

    kind: Literal["refusal"] = "refusal"
    why: RefusalKind
    reason: str
    moved_to: int | None = None


Outcome = Sent | Wait | NeverSent | MayHaveArrived | Refusal


class Courier(Protocol):
    """Carries one message to Telegram. Never raises for what Telegram or the network does; always has a time limit."""

    async def send(self, message: Message) -> Outcome:
        """Try once and say what is known of the outcome."""


class Settled(_Frozen):
    """What the row becomes after an attempt."""

    state: State
    due_at: datetime | None = None
    message_id: int | None = None
    error: str = ""
    sends: int
    tries: int


LONGEST_PAUSE = timedelta(seconds=60)
LONGEST_URGENT_PAUSE = timedelta(seconds=5)
MOST_EDITS = 8


def settle(message: Message, outcome: Outcome, now: datetime) -> Settled:
    """The next state of a message after one attempt (architecture, "Message").

    A message is sent at most twice, and the second time only when the first may have been lost and it is
    advice or an alert. An edit changes the same message again, so it may be repeated a few times. How often a
    message was refused a connection, or told to wait, never uses up its sends.
    """
    tries = message.tries + 1
    match outcome:
        case Sent():
            return Settled(state=State.SENT, message_id=outcome.message_id, sends=message.sends + 1, tries=tries)
        case Wait():
            due = now + timedelta(seconds=outcome.seconds)
            return Settled(state=State.PENDING, due_at=due, error="wait", sends=message.sends, tries=tries)
        case NeverSent():
            longest = LONGEST_PAUSE if message.priority.is_bulk else LONGEST_URGENT_PAUSE
            return Settled(
                state=State.PENDING,
                due_at=now + _doubled(message.tries, longest),
                error=outcome.reason,
                sends=message.sends,
                tries=tries,
            )
        case MayHaveArrived():
            sends = message.sends + 1
            if sends >= _most_sends(message):
                return Settled(state=State.UNKNOWN, error=outcome.reason, sends=sends, tries=tries)
            return Settled(
                state=State.PENDING,
                due_at=now + _doubled(message.sends, LONGEST_PAUSE),
                error=outcome.reason,
                sends=sends,
                tries=tries,
            )
        case Refusal():
            return Settled(
                state=State.REFUSED, error=f"{outcome.why}: {outcome.reason}", sends=message.sends, tries=tries
            )
        case _:
            assert_never(outcome)


def _most_sends(message: Message) -> int:
    if message.method is Method.EDIT or message.body.topic_act is TopicAct.DELETE:
        return MOST_EDITS
    return 2 if message.priority.may_go_twice else 1


def _doubled(times: int, longest: timedelta) -> timedelta:
    """One second, doubled so many times, up to the longest pause."""
    return min(timedelta(seconds=2 ** min(times, 6)), longest)


def after_crash(message: Message, now: datetime) -> Settled:
    """A row found in SENDING whose worker is gone: it may have arrived."""
    return settle(message, MayHaveArrived(reason="the process ended while sending"), now)
