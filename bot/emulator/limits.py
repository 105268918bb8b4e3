"""Telegram's limits on what a bot may send, each refused as the official server refuses it."""

import re
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.wire import Wire, utf16_length

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER = 200
BUTTONS = 100
BUTTONS_IN_ROW = 8
TOPIC_NAME = 128
START_PAYLOAD = 64
COMMANDS = 100

_START_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{START_PAYLOAD}}}")
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)


def check_text(text: str) -> None:
    """Refuse an empty text and one of more than 4096 UTF-16 units, the stricter reading of "characters"."""
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT:
        raise bad_request("message is too long")


def check_caption(text: str) -> None:
    """Refuse a caption of more than 1024 UTF-16 units."""
    if utf16_length(text) > CAPTION:
        raise bad_request("message caption is too long")


def check_callback_answer(text: str) -> None:
    """Refuse a notification of more than 200 UTF-16 units."""
    if utf16_length(text) > CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")


def check_topic_name(name: str) -> None:
    """Refuse a topic name that is empty or longer than 128 UTF-16 units."""
    if not name.strip():
        raise bad_request("topic name must be non-empty")
    if utf16_length(name) > TOPIC_NAME:
        raise bad_request("topic name is too long")


def check_start_payload(payload: str) -> None:
    """A link that Telegram would not open: raises ValueError."""
    if not _START_PAYLOAD.fullmatch(payload):
        raise ValueError(f"a start payload is 1-{START_PAYLOAD} characters of A-Z a-z 0-9 _ -, not {payload!r}")


def check_markup(markup: Any) -> Wire | None:
    """Return a reply markup that Telegram would take; an inline keyboard is checked button by button."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]}


def _check_button(button: Any) -> None:
    problem = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(problem + "InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request(problem + 'Field "text" must be a non-empty String')
    actions = button.keys() & _ACTIONS
    if not actions:
        raise bad_request(problem + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(problem + "exactly one action is allowed, found " + ", ".join(sorted(actions)))
    if "callback_data" in actions:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
