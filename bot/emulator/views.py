"""What a person sees of a message; a view that is kept shows later edits and the deletion too."""

from dataclasses import dataclass

from bot.emulator.chats import Message
from bot.emulator.files import StoredFile
from bot.emulator.wire import Wire


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as it looks on a phone; two views of the same message are equal."""

    message: Message

    @property
    def id(self) -> int:
        """The message's number in its chat."""
        return self.message.id

    @property
    def chat_id(self) -> int:
        """The chat that it is in."""
        return self.message.chat.id

    @property
    def text(self) -> str:
        """The text or the caption; empty when it has neither."""
        text: str = self.message.content.get("text") or self.message.content.get("caption") or ""
        return text

    @property
    def entities(self) -> list[Wire]:
        """The formatting of the text or of the caption."""
        content = self.message.content
        entities: list[Wire] = content.get("entities") or content.get("caption_entities") or []
        return entities

    @property
    def buttons(self) -> list[list[str]]:
        """The rows of buttons, as their labels."""
        return [[button["text"] for button in row] for row in self.message.inline_rows]

    @property
    def button_data(self) -> dict[str, str]:
        """What each button sends, by its label; buttons that only open a link are not in it."""
        buttons = (button for row in self.message.inline_rows for button in row)
        return {button["text"]: button["callback_data"] for button in buttons if "callback_data" in button}

    @property
    def date(self) -> int:
        """When it was sent, in epoch seconds."""
        return self.message.date

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.message.sender.is_bot

    @property
    def sender_id(self) -> int:
        """The id of the user, or the bot, that sent it."""
        return self.message.sender.id

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return self.message.edited_at is not None

    @property
    def deleted(self) -> bool:
        """Whether it is gone from the chat."""
        return self.message.deleted

    @property
    def photo(self) -> StoredFile | None:
        """The picture in it."""
        return self.message.files[0] if "photo" in self.message.content else None

    @property
    def document(self) -> StoredFile | None:
        """The document in it."""
        return self.message.files[0] if "document" in self.message.content else None

    @property
    def thread_id(self) -> int | None:
        """The topic that it is in."""
        return self.message.thread_id

    @property
    def reply_to(self) -> int | None:
        """The number of the message that it answers."""
        return self.message.reply_to.id if self.message.reply_to else None

    @property
    def silent(self) -> bool:
        """Whether it came without a sound."""
        return self.message.silent

    @property
    def protected(self) -> bool:
        """Whether it cannot be forwarded or saved."""
        return bool(self.message.content.get("has_protected_content"))

    @property
    def pinned(self) -> bool:
        """Whether it is pinned in its chat."""
        return self.message.id in self.message.chat.pinned

    @property
    def kind(self) -> str:
        """What it shows: text, photo, document, voice, ..., or the name of the service message."""
        names = (name for name in self.message.content if name not in _NO_KIND)
        return next(names, "unknown")

    def as_json(self) -> Wire:
        """The view for the phones' HTTP interface."""
        message = self.message
        return {
            "id": self.id,
            "chat_id": self.chat_id,
            "kind": self.kind,
            "text": self.text,
            "entities": self.entities,
            "buttons": message.inline_rows,
            "date": self.date,
            "from_bot": self.from_bot,
            "sender_id": self.sender_id,
            "sender_name": message.sender.first_name,
            "edited": self.edited,
            "deleted": self.deleted,
            "thread_id": self.thread_id,
            "reply_to": self.reply_to,
            "silent": self.silent,
            "protected": self.protected,
            "pinned": self.pinned,
            "files": [{"id": f.id, "name": f.name, "media_type": f.media_type} for f in message.files],
            "reactions": message.reactions,
            "content": message.content,
            "change": message.change,
        }


_NO_KIND = frozenset(
    {
        "forward_origin",
        "has_protected_content",
        "entities",
        "caption",
        "caption_entities",
        "link_preview_options",
        "media_group_id",
    }
)
