"""Chats and what is in them: members, topics, messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.emulator.files import StoredFile
from bot.emulator.people import User
from bot.emulator.wire import Wire


class ChatKind(StrEnum):
    """The three kinds of chat that a clinic's bot meets."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class Standing(StrEnum):
    """What a user, or the bot, is in a chat."""

    OWNER = "creator"
    ADMIN = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def is_inside(self) -> bool:
        """Whether this user takes part in the chat now."""
        return self not in (Standing.LEFT, Standing.KICKED)


@dataclass(slots=True)
class Topic:
    """One topic of a forum."""

    id: int
    name: str
    icon_color: int
    is_closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """One chat; in a private one `bot_standing` says whether the user started (LEFT: never) or blocked it."""

    id: int
    kind: ChatKind
    ids: Iterator[int]
    title: str | None = None
    user: User | None = None
    is_forum: bool = False
    bot_standing: Standing = Standing.LEFT
    members: dict[int, Standing] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None

    @property
    def instance(self) -> str:
        """The opaque `chat_instance` of button presses in this chat."""
        return str(self.id * 2_654_435_761 % 2**63)

    def wire(self) -> Wire:
        """The chat as the Bot API shows it."""
        if self.user is not None:
            wire: Wire = {"id": self.id, "type": "private", "first_name": self.user.first_name}
            if self.user.username:
                wire["username"] = self.user.username
            return wire
        wire = {"id": self.id, "type": self.kind.value, "title": self.title}
        if self.is_forum:
            wire["is_forum"] = True
        return wire


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` is the part of its wire form that it shows (text, photo, caption, ...)."""

    chat: Chat
    id: int
    date: int
    sender: User
    content: Wire
    files: tuple[StoredFile, ...] = ()
    markup: Wire | None = None
    thread_id: int | None = None
    reply_to: "Message | None" = None
    silent: bool = False
    edited_at: int | None = None
    deleted: bool = False
    reactions: dict[int, list[Wire]] = field(default_factory=dict)
    change: int = 0

    @property
    def inline_rows(self) -> list[list[Wire]]:
        """The rows of buttons under the message."""
        rows: list[list[Wire]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def wire(self, *, as_reply: bool = False) -> Wire:
        """The message as the Bot API shows it; inside another one (`as_reply`) it shows no further reply."""
        wire: Wire = {
            "message_id": self.id,
            "from": self.sender.wire(),
            "chat": self.chat.wire(),
            "date": self.date,
        }
        wire.update(self.content)
        if self.thread_id is not None:
            wire["message_thread_id"] = self.thread_id
            wire["is_topic_message"] = True
        if self.reply_to is not None and not as_reply:
            wire["reply_to_message"] = self.reply_to.wire(as_reply=True)
        if self.inline_rows:
            wire["reply_markup"] = {"inline_keyboard": self.inline_rows}
        if self.edited_at is not None:
            wire["edit_date"] = self.edited_at
        return wire

    def stub(self) -> Wire:
        """What is left to show of a message that the bot can no longer read."""
        return {"chat": self.chat.wire(), "message_id": self.id, "date": 0}
