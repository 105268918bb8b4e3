"""Pressing an inline button: finding it, and the callback query that comes of it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.emulator.chats import Message
from bot.emulator.people import User
from bot.emulator.presses import Press
from bot.emulator.updates import CALLBACK_LIFE
from bot.emulator.views import MessageView

if TYPE_CHECKING:
    from bot.emulator.world import World


def find_button(views: Iterable[MessageView], label_or_data: str) -> tuple[MessageView, str]:
    """The first message that has the button, and the button's data.

    Raises LookupError, listing the labels that are there, when no message has it or it only opens a link.
    """
    seen: list[str] = []
    for view in views:
        for row in view.message.inline_rows:
            for button in row:
                data = button.get("callback_data")
                if label_or_data in (button["text"], data):
                    if data is None:
                        raise LookupError(f"the button {label_or_data!r} sends nothing to the bot")
                    return view, data
                seen.append(button["text"])
    raise LookupError(f"there is no button {label_or_data!r}; there are {seen}")


def press(world: "World", user: User, message: Message, data: str) -> Press:
    """Queue the callback query of a press; of a deleted message the bot sees only a stub."""
    now = world.now()
    _forget_old(world, now)
    pressed = Press(f"{user.id}{world.changes.number:09d}", user, message, data, now)
    world.presses[pressed.id] = pressed
    world.tell()
    chat = message.chat
    readable = chat.messages.get(message.id) is message
    body = {
        "id": pressed.id,
        "from": user.wire(),
        "message": message.wire() if readable else message.stub(),
        "chat_instance": chat.instance,
        "data": data,
    }
    world.updates.put("callback_query", body, chat.id, user.id)
    return pressed


def _forget_old(world: "World", now: float) -> None:
    """Drop presses that can no longer be answered; they were added in the order of time."""
    while world.presses:
        oldest = next(iter(world.presses.values()))
        if now - oldest.pressed_at <= CALLBACK_LIFE:
            return
        del world.presses[oldest.id]
