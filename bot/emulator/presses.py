"""Presses of inline buttons: what was pressed, and what the bot answered."""

from dataclasses import dataclass

from bot.emulator.chats import Message
from bot.emulator.people import User


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What answerCallbackQuery showed to the person who pressed."""

    text: str | None
    show_alert: bool
    url: str | None


@dataclass(slots=True, eq=False)
class Press:
    """One press; `answer` is None until the bot answers it."""

    id: str
    user: User
    message: Message
    data: str
    pressed_at: float
    answer: CallbackAnswer | None = None
