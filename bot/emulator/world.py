"""The state of the emulated Telegram: one bot, its users, chats, messages, files, updates; no I/O."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from bot.emulator.changes import Changes
from bot.emulator.chats import Chat, ChatKind, Message, Standing
from bot.emulator.faults import Faults
from bot.emulator.files import Files, StoredFile
from bot.emulator.groups import GroupPhone
from bot.emulator.members import bot_sees, member_change
from bot.emulator.people import User, bot_of_token
from bot.emulator.phones import Phone
from bot.emulator.presses import Press
from bot.emulator.rates import Rates
from bot.emulator.updates import UpdateQueue
from bot.emulator.webhook import Webhook
from bot.emulator.wire import Wire

Value = TypeVar("Value")

FIRST_USER_ID = 1_000_001
FIRST_GROUP_ID = -4_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001


@dataclass(frozen=True, slots=True)
class Call:
    """One finished Bot API call; `error` is the refusal, or the fault that swallowed the answer."""

    at: float
    method: str
    params: dict[str, Any]
    result: Any
    error: str | None


class World:
    """Everything that Telegram would know. `now` is its only clock; every change is told to `changes`.

    `keep_messages` and `keep_calls` bound its memory: older messages of a chat and older calls are forgotten.
    """

    def __init__(
        self,
        token: str = "7000000001:demo-token-of-the-emulator",
        now: Callable[[], float] = time.time,
        *,
        keep_messages: int = 10_000,
        keep_calls: int = 10_000,
    ) -> None:
        self.token = token
        self.bot = bot_of_token(token)
        self.now = now
        self.closed = False
        self.delay_ms = 0.0
        self.changes = Changes()
        self.faults = Faults(now)
        self.rates = Rates(now)
        self.updates = UpdateQueue(now, self.faults)
        self.webhook: Webhook | None = None
        self.files = Files()
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.phones: dict[int, Phone] = {}
        self.groups: dict[int, GroupPhone] = {}
        self.presses: dict[str, Press] = {}
        self.profile: dict[tuple[str, str], Any] = {}
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        self.on_call: Callable[[Call], None] | None = None
        self.unknown_parameters: Counter[tuple[str, str]] = Counter()
        self._keep_messages = keep_messages
        self._user_ids = count(FIRST_USER_ID)
        self._group_ids = count(FIRST_GROUP_ID, -1)
        self._supergroup_ids = count(FIRST_SUPERGROUP_ID, -1)
        # Private chats and basic groups count their messages together and a supergroup counts its own, so that a
        # message id alone names nothing: as at Telegram.
        self._shared_message_ids = count(1)
        self._owner = User(777_000, "Owner")
        self.users[self._owner.id] = self._owner

    def user(
        self,
        id: int | None = None,
        first_name: str = "Ana",
        language_code: str | None = "en",
        *,
        username: str | None = None,
        started: bool = False,
    ) -> Phone:
        """Add a person with a phone; `started` means that the bot may write to them already.

        Raises ValueError when the id is taken.
        """
        if id is None:
            id = next(candidate for candidate in self._user_ids if candidate not in self.users)
        if id in self.users:
            raise ValueError(f"there is a user {id} already")
        user = self.users[id] = User(id, first_name, language_code, username)
        self.chats[id] = Chat(id, ChatKind.PRIVATE, self._shared_message_ids, user=user)
        if started:
            self.chats[id].bot_standing = Standing.MEMBER
        phone = self.phones[id] = Phone(self, user)
        self.tell()
        return phone

    def group(
        self, title: str, forum: bool = False, *, bot_admin: bool = True, members: Sequence[Phone] = ()
    ) -> GroupPhone:
        """Add a group with the bot in it: a forum is a supergroup, any other new group is a basic one."""
        kind = ChatKind.SUPERGROUP if forum else ChatKind.GROUP
        chat = self._new_group(title, kind, forum)
        group = self.groups[chat.id] = GroupPhone(self, chat)
        for phone in members:
            chat.members[phone.id] = Standing.MEMBER
        self.change_standing(chat, self._owner, Standing.ADMIN if bot_admin else Standing.MEMBER)
        return group

    def migrate(self, group: GroupPhone, *, forum: bool = True) -> GroupPhone:
        """Turn a basic group into a supergroup with another id; raises ValueError when it is one already."""
        old = group.chat
        if old.kind is not ChatKind.GROUP or old.migrated_to is not None:
            raise ValueError("only a basic group can be upgraded, and only once")
        new = self._new_group(old.title or "", ChatKind.SUPERGROUP, forum)
        new.members = dict(old.members)
        new.bot_standing = old.bot_standing
        self.say(old, self._owner, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self.say(new, self._owner, {"migrate_from_chat_id": old.id})
        migrated = self.groups[new.id] = GroupPhone(self, new)
        return migrated

    def kick_bot(self, group: GroupPhone) -> None:
        """Remove the bot from a group."""
        self.change_standing(group.chat, self._owner, Standing.KICKED)

    def set_bot_admin(self, group: GroupPhone, admin: bool) -> None:
        """Make the bot an administrator or a plain member of a group."""
        self.change_standing(group.chat, self._owner, Standing.ADMIN if admin else Standing.MEMBER)

    def delete_topic(self, group: GroupPhone, thread_id: int) -> None:
        """A person deletes a topic with all its messages; raises KeyError when there is no such topic."""
        self.remove_topic(group.chat, thread_id)

    def close(self) -> None:
        """End every wait: polls return, hanging calls are cut."""
        self.closed = True
        self.updates.arrived.ring()
        self.tell()

    def tell(self) -> int:
        """Tell everybody who waits that something changed."""
        return self.changes.tell()

    async def until(self, predicate: Callable[[], Value], timeout: float | None = 5.0) -> Value:
        """Wait until the predicate is true and return its value; TimeoutError after `timeout` seconds."""
        return await self.changes.until(predicate, timeout)

    def add_message(
        self,
        chat: Chat,
        sender: User,
        content: Wire,
        *,
        files: tuple[StoredFile, ...] = (),
        markup: Wire | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        silent: bool = False,
    ) -> Message:
        """Put a message into a chat, where the phones see it."""
        message = Message(
            chat, next(chat.ids), int(self.now()), sender, content, files, markup, thread_id, reply_to, silent
        )
        chat.messages[message.id] = message
        if len(chat.messages) > self._keep_messages:
            self._forget(chat.messages[next(iter(chat.messages))])
        message.change = self.tell()
        return message

    def say(self, chat: Chat, sender: User, content: Wire, **more: Any) -> Message:
        """A person puts a message into a chat; the bot gets the update if it sees such messages."""
        message = self.add_message(chat, sender, content, **more)
        if bot_sees(self.bot, message):
            self.updates.put("message", message.wire(), chat.id, sender.id)
        return message

    def touch(self, message: Message) -> None:
        """Say that a message changed."""
        message.change = self.tell()

    def delete(self, message: Message) -> None:
        """Take a message out of its chat; who holds it still sees that it is deleted."""
        self._forget(message)
        message.deleted = True
        self.touch(message)

    def remove_topic(self, chat: Chat, thread_id: int) -> None:
        """Delete a topic and its messages; raises KeyError when there is no such topic."""
        del chat.topics[thread_id]
        for message in [message for message in chat.messages.values() if message.thread_id == thread_id]:
            self.delete(message)
        self.tell()

    def change_standing(self, chat: Chat, by: User, standing: Standing) -> None:
        """Change what the bot is in a chat and tell it (`my_chat_member`)."""
        body = member_change(chat, by, self.bot, chat.bot_standing, standing, int(self.now()))
        chat.bot_standing = standing
        self.updates.put("my_chat_member", body, chat.id, by.id)
        self.tell()

    def change_member(self, chat: Chat, user: User, standing: Standing) -> None:
        """Change what a user is in a group and tell the bot (`chat_member`)."""
        old = chat.members.get(user.id, Standing.LEFT)
        body = member_change(chat, user, user, old, standing, int(self.now()))
        chat.members[user.id] = standing
        self.updates.put("chat_member", body, chat.id, user.id)
        self.tell()

    def _forget(self, message: Message) -> None:
        message.chat.messages.pop(message.id, None)
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)

    def _new_group(self, title: str, kind: ChatKind, forum: bool) -> Chat:
        is_super = kind is ChatKind.SUPERGROUP
        chat_id = next(self._supergroup_ids if is_super else self._group_ids)
        # 1 would be the thread id of General.
        ids = count(2) if is_super else self._shared_message_ids
        chat = self.chats[chat_id] = Chat(chat_id, kind, ids, title=title, is_forum=forum)
        chat.members[self._owner.id] = Standing.OWNER
        return chat
