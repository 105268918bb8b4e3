"""A person's phone: what they see, type, press and send, in their chat with the bot and in groups."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Union

from bot.emulator.chats import Chat, Standing
from bot.emulator.files import StoredFile, Upload
from bot.emulator.formatting import find_entities
from bot.emulator.limits import check_start_payload
from bot.emulator.people import User
from bot.emulator.presses import Press
from bot.emulator.pressing import find_button, press
from bot.emulator.views import MessageView
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.groups import GroupPhone
    from bot.emulator.world import World

# "Where": a group, a chat id, or None for the private chat with the bot.
Where = Union["GroupPhone", int, None]

TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63389162f41f0005b4025e1f3afbcb0000000049454e44ae426082"
)


class Phone:
    """One person's phone. Whatever is typed or pressed on it becomes an update for the bot."""

    def __init__(self, world: "World", user: User) -> None:
        self._world = world
        self.user = user

    @property
    def id(self) -> int:
        """The user's id, which is also the id of their private chat with the bot."""
        return self.user.id

    @property
    def last(self) -> MessageView | None:
        """The bot's newest message in the private chat."""
        return next((view for view in reversed(self.messages()) if view.from_bot), None)

    def messages(self, chat: Where = None) -> list[MessageView]:
        """Everything that the chat shows now, oldest first; deleted messages are not shown."""
        return [MessageView(message) for message in self._chat(chat).messages.values()]

    def start(self, payload: str | None = None) -> MessageView:
        """Press START, perhaps from a deep link; this also unblocks the bot."""
        if payload is not None:
            check_start_payload(payload)
        self.unblock_bot()
        self._private.bot_standing = Standing.MEMBER
        return self.type("/start" if payload is None else f"/start {payload}")

    def type(self, text: str, chat: Where = None, *, thread: int | None = None) -> MessageView:
        """Write a text into a chat, or into a topic of a forum."""
        return self._say(self._text(text), chat, thread=thread)

    def reply(self, message: MessageView, text: str) -> MessageView:
        """Answer a message, in its chat and topic."""
        return self._say(self._text(text), message.chat_id, thread=message.thread_id, reply_to=message)

    def edit(self, message: MessageView, text: str) -> MessageView:
        """Change a text that this person wrote; raises ValueError for a message of someone else."""
        if message.message.sender is not self.user:
            raise ValueError("one edits one's own messages only")
        edited = message.message
        edited.content = {name: v for name, v in edited.content.items() if name != "entities"} | self._text(text)
        edited.edited_at = int(self._world.now())
        self._world.touch(edited)
        self._world.updates.put("edited_message", edited.wire(), message.chat_id, self.id)
        return message

    def press(self, label_or_data: str, message: MessageView | None = None, *, chat: Where = None) -> Press:
        """Press a button by its label or by its data: on `message`, or on the newest one that has it.

        Raises LookupError, listing the buttons that are there, when there is no such button.
        """
        views = [message] if message is not None else list(reversed(self.messages(chat)))
        view, data = find_button(views, label_or_data)
        return press(self._world, self.user, view.message, data)

    def press_data(self, data: str, message: MessageView | None = None, *, chat: Where = None) -> Press:
        """Send hand-made button data, as a forged client can; by default on the bot's newest message.

        Raises LookupError when the bot has written nothing there.
        """
        if message is None:
            message = next((view for view in reversed(self.messages(chat)) if view.from_bot), None)
        if message is None:
            raise LookupError("there is no message of the bot to press on")
        return press(self._world, self.user, message.message, data)

    def react(self, message: MessageView, emoji: str) -> None:
        """Put a reaction on a message; an empty emoji takes it away."""
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        target = message.message
        old = target.reactions.get(self.id, [])
        target.reactions[self.id] = new
        self._world.touch(target)
        body = {
            "chat": target.chat.wire(),
            "message_id": target.id,
            "user": self.user.wire(),
            "date": int(self._world.now()),
            "old_reaction": old,
            "new_reaction": new,
        }
        self._world.updates.put("message_reaction", body, target.chat.id, self.id)

    def send_photo(
        self, content: bytes = TINY_PNG, caption: str = "", chat: Where = None, *, thread: int | None = None
    ) -> MessageView:
        """Send a picture."""
        return self._send_photo(content, caption, chat, thread, {})

    def send_album(
        self, pictures: Sequence[bytes], caption: str = "", chat: Where = None, *, thread: int | None = None
    ) -> list[MessageView]:
        """Send pictures together: one message each, the caption on the first."""
        album = {"media_group_id": f"{self.id}-{self._world.changes.number}"}
        return [
            self._send_photo(picture, "" if number else caption, chat, thread, album)
            for number, picture in enumerate(pictures)
        ]

    def send_document(
        self, content: bytes, name: str = "letter.pdf", caption: str = "", chat: Where = None
    ) -> MessageView:
        """Send a document."""
        file = self._keep(Upload(name, content), "documents")
        return self._say({"document": file.as_document()} | _caption(caption), chat, file=file)

    def send_voice(self, content: bytes = b"OggS", seconds: int = 4, chat: Where = None) -> MessageView:
        """Send a voice message."""
        file = self._keep(Upload("voice.ogg", content), "voice")
        return self._say({"voice": file.wire() | {"duration": seconds, "mime_type": "audio/ogg"}}, chat, file=file)

    def send_video(self, content: bytes = b"ftyp", seconds: int = 4, chat: Where = None) -> MessageView:
        """Send a video."""
        file = self._keep(Upload("video.mp4", content), "videos")
        video = file.wire() | {"width": 640, "height": 480, "duration": seconds, "mime_type": "video/mp4"}
        return self._say({"video": video}, chat, file=file)

    def send_sticker(self, emoji: str = "🙂", chat: Where = None) -> MessageView:
        """Send a sticker."""
        file = self._keep(Upload("sticker.webp", b"RIFF"), "stickers")
        sticker = file.wire() | {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        return self._say({"sticker": sticker | {"is_animated": False, "is_video": False}}, chat, file=file)

    def send_location(self, latitude: float = 41.7, longitude: float = 44.8, chat: Where = None) -> MessageView:
        """Send a place."""
        return self._say({"location": {"latitude": latitude, "longitude": longitude}}, chat)

    def send_contact(self, phone_number: str = "+995555123456", chat: Where = None) -> MessageView:
        """Send one's own phone number."""
        contact = {"phone_number": phone_number, "first_name": self.user.first_name, "user_id": self.id}
        return self._say({"contact": contact}, chat)

    def send_content(self, content: Wire, chat: Where = None, *, thread: int | None = None) -> MessageView:
        """Send a message with any content of the wire form, also one that no library knows yet."""
        return self._say(dict(content), chat, thread=thread)

    def send_raw(self, update: Wire) -> int:
        """Queue an update as it is; returns its `update_id` (the next one unless it brings its own)."""
        return self._world.updates.put_raw(update)

    def block_bot(self) -> None:
        """Block the bot: it may no longer write here."""
        self._world.change_standing(self._private, self.user, Standing.KICKED)

    def unblock_bot(self) -> None:
        """Let the bot write again; nothing happens when it was not blocked."""
        if self._private.bot_standing is Standing.KICKED:
            self._world.change_standing(self._private, self.user, Standing.MEMBER)

    def deactivate(self) -> None:
        """Delete this person's account; Telegram tells the bot nothing."""
        self.user.deactivated = True
        self._world.tell()

    def leave(self, group: "GroupPhone") -> None:
        """Leave a group."""
        group.remove(self)

    @property
    def _private(self) -> Chat:
        return self._world.chats[self.id]

    def _chat(self, where: Where) -> Chat:
        if where is None:
            return self._private
        chat = self._world.chats[where if isinstance(where, int) else where.id]
        if chat.user is None and not chat.members.get(self.id, Standing.LEFT).is_inside:
            raise PermissionError(f"{self.user.first_name} is not in {chat.title}")
        return chat

    def _say(
        self,
        content: Wire,
        where: Where,
        *,
        thread: int | None = None,
        reply_to: MessageView | None = None,
        file: StoredFile | None = None,
    ) -> MessageView:
        chat = self._chat(where)
        if self.user.deactivated:
            raise PermissionError(f"{self.user.first_name} deleted the account")
        if chat.user is not None and chat.bot_standing is not Standing.MEMBER:
            raise PermissionError(f"{self.user.first_name} has not started the bot, or blocks it: start() first")
        if chat.migrated_to is not None:
            raise PermissionError(f"{chat.title} is a supergroup now: {chat.migrated_to}")
        if thread is not None and (thread not in chat.topics or chat.topics[thread].is_closed):
            raise LookupError(f"there is no open topic {thread} in {chat.title}")
        message = self._world.say(
            chat,
            self.user,
            content,
            files=(file,) if file else (),
            thread_id=thread,
            reply_to=reply_to.message if reply_to else None,
        )
        return MessageView(message)

    def _send_photo(self, content: bytes, caption: str, chat: Where, thread: int | None, album: Wire) -> MessageView:
        file = self._keep(Upload("photo.jpg", content), "photos")
        return self._say({"photo": file.as_photo()} | _caption(caption) | album, chat, thread=thread, file=file)

    def _keep(self, upload: Upload, folder: str) -> StoredFile:
        return self._world.files.keep(upload, folder)

    def _text(self, text: str) -> Wire:
        entities = find_entities(text)
        return {"text": text, "entities": entities} if entities else {"text": text}


def _caption(text: str) -> Wire:
    return {"caption": text} if text else {}
