"""The steps that every method shares which puts a message of the bot into a chat."""

from typing import TYPE_CHECKING

from bot.emulator.chats import Chat, Message
from bot.emulator.files import StoredFile
from bot.emulator.formatting import format_text
from bot.emulator.limits import check_caption, check_markup, check_text
from bot.emulator.params import Params
from bot.emulator.targets import replied_message, writable_thread
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

SENDING = frozenset(
    {
        "allow_paid_broadcast",
        "business_connection_id",
        "chat_id",
        "direct_messages_topic_id",
        "disable_notification",
        "message_effect_id",
        "message_thread_id",
        "protect_content",
        "reply_markup",
        "reply_parameters",
        "suggested_post_parameters",
    }
)
CAPTION = frozenset({"caption", "caption_entities", "parse_mode", "show_caption_above_media"})


def text_content(params: Params) -> Wire:
    """The text of a message, checked: `text`, `entities`, `link_preview_options`."""
    text, entities = format_text(params.text("text") or "", params.text("parse_mode"), params.parsed("entities"))
    check_text(text)
    content: Wire = {"text": text}
    if entities:
        content["entities"] = entities
    preview = params.parsed("link_preview_options")
    if preview:
        content["link_preview_options"] = preview
    return content


def caption_content(params: Params) -> Wire:
    """The caption of a message, checked: `caption`, `caption_entities`; nothing when it is empty."""
    return captioned(params.text("caption"), params.text("parse_mode"), params.parsed("caption_entities"))


def captioned(caption: str | None, parse_mode: str | None, given: list[Wire] | None) -> Wire:
    """Caption fields of one message or of one picture of an album."""
    text, entities = format_text(caption or "", parse_mode, given)
    check_caption(text)
    content: Wire = {}
    if text:
        content["caption"] = text
    if entities:
        content["caption_entities"] = entities
    return content


def send(world: "World", chat: Chat, params: Params, content: Wire, files: tuple[StoredFile, ...] = ()) -> Message:
    """Check what is common to all messages and put this one into the chat, as the bot."""
    markup = check_markup(params.parsed("reply_markup"))
    thread_id = writable_thread(chat, params)
    reply_to = replied_message(chat, params)
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    return world.add_message(
        chat,
        world.bot,
        content,
        files=files,
        markup=markup,
        thread_id=thread_id,
        reply_to=reply_to,
        silent=params.flag("disable_notification"),
    )
