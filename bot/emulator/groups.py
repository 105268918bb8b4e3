"""A group as its members see it: who is in it, its topics, its messages."""

from typing import TYPE_CHECKING

from bot.emulator.chats import Chat, Standing, Topic
from bot.emulator.views import MessageView

if TYPE_CHECKING:
    from bot.emulator.phones import Phone
    from bot.emulator.world import World


class GroupPhone:
    """One group. Members type and press in it with their own phones: `phone.type("...", chat=group)`."""

    def __init__(self, world: "World", chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat id; it changes when the group becomes a supergroup."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The group's name."""
        return self.chat.title or ""

    @property
    def members(self) -> "list[Phone]":
        """The phones of the people in the group."""
        inside = (user_id for user_id, standing in self.chat.members.items() if standing.is_inside)
        return [self._world.phones[user_id] for user_id in inside if user_id in self._world.phones]

    @property
    def topics(self) -> dict[int, Topic]:
        """The forum's topics by their thread id."""
        return self.chat.topics

    @property
    def last(self) -> MessageView | None:
        """The bot's newest message in the group."""
        return next((view for view in reversed(self.messages()) if view.from_bot), None)

    def messages(self, thread: int | None = None) -> list[MessageView]:
        """Everything that the group shows now, oldest first; with `thread` only that topic."""
        views = [MessageView(message) for message in self.chat.messages.values()]
        return views if thread is None else [view for view in views if view.thread_id == thread]

    def add(self, phone: "Phone", *, admin: bool = False) -> None:
        """Bring a person into the group, or make a member an administrator."""
        was_inside = self.chat.members.get(phone.id, Standing.LEFT).is_inside
        self._world.change_member(self.chat, phone.user, Standing.ADMIN if admin else Standing.MEMBER)
        if not was_inside:
            self._world.say(self.chat, phone.user, {"new_chat_members": [phone.user.wire()]})

    def remove(self, phone: "Phone") -> None:
        """Take a person out of the group; raises LookupError for one who is not in it."""
        if phone not in self.members:
            raise LookupError(f"{phone.user.first_name} is not in {self.title}")
        self._world.change_member(self.chat, phone.user, Standing.LEFT)
        self._world.say(self.chat, phone.user, {"left_chat_member": phone.user.wire()})

    def set_bot_admin(self, admin: bool) -> None:
        """Make the bot an administrator or a plain member; a bot that was kicked comes back this way."""
        self._world.set_bot_admin(self, admin)
