"""One update as Telegram sends it, before anything is understood: its number, its chat and its JSON."""

import json
from collections.abc import Mapping
from typing import TypeGuard

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
"""What Telegram is asked for. Telegram remembers it between calls, so it is named each time."""

NO_CHAT = 0
_LARGEST = 2**63


def keepable(update: object) -> tuple[int, int, str] | None:
    """Its number, its chat and its JSON; None for something that has no number and so cannot be an update.

    The JSON is kept in ASCII: what Telegram sends as half a surrogate pair could not be stored otherwise.
    """
    if not isinstance(update, Mapping):
        return None
    number = update.get("update_id")
    return (number, chat_id_of(update), json.dumps(update)) if _is_id(number) else None


def chat_id_of(update: Mapping[str, object]) -> int:
    """The chat whose order this update belongs to: the chat it happened in, else the person's, else none."""
    for content in update.values():
        if isinstance(content, Mapping):
            message = content.get("message")
            for place in (content.get("chat"), message.get("chat") if isinstance(message, Mapping) else None):
                if (found := _id_in(place)) != NO_CHAT:
                    return found
            for person in ("from", "user", "voter_chat"):
                if (found := _id_in(content.get(person))) != NO_CHAT:
                    return found
    return NO_CHAT


def _id_in(thing: object) -> int:
    found = thing.get("id") if isinstance(thing, Mapping) else None
    return found if _is_id(found) else NO_CHAT


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST
