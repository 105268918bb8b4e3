"""Methods that write, change, copy and delete messages."""

from typing import TYPE_CHECKING, Any

from bot.emulator.chats import Message, Standing
from bot.emulator.errors import bad_request
from bot.emulator.limits import check_callback_answer, check_markup
from bot.emulator.params import Params
from bot.emulator.presses import CallbackAnswer
from bot.emulator.sending import caption_content, send, text_content
from bot.emulator.targets import known_chat, message_of, open_chat, own_message
from bot.emulator.updates import CALLBACK_LIFE
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

DELETABLE_FOR = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_NOT_COPIED = frozenset({"has_protected_content", "forward_origin", "media_group_id"})


def send_message(world: "World", params: Params) -> Wire:
    """sendMessage"""
    chat = open_chat(world, params)
    return send(world, chat, params, text_content(params)).wire()


def edit_message_text(world: "World", params: Params) -> Wire:
    """editMessageText"""
    message = own_message(world, open_chat(world, params), params)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, params, text_content(params), replaced={"text", "entities", "link_preview_options"})


def edit_message_caption(world: "World", params: Params) -> Wire:
    """editMessageCaption"""
    message = own_message(world, open_chat(world, params), params)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, message, params, caption_content(params), replaced={"caption", "caption_entities"})


def edit_message_reply_markup(world: "World", params: Params) -> Wire:
    """editMessageReplyMarkup"""
    message = own_message(world, open_chat(world, params), params)
    return _edit(world, message, params, {}, replaced=set())


def delete_message(world: "World", params: Params) -> bool:
    """deleteMessage: only within 48 hours, and messages of others in a group only as administrator."""
    chat = open_chat(world, params)
    message = message_of(chat, params, "message to delete")
    if world.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    if message.sender is not world.bot and chat.user is None and chat.bot_standing is not Standing.ADMIN:
        raise bad_request("message can't be deleted")
    world.delete(message)
    return True


def copy_message(world: "World", params: Params) -> Wire:
    """copyMessage"""
    chat = open_chat(world, params)
    source = _copyable(world, params, "copy")
    content = {name: value for name, value in source.content.items() if name not in _NOT_COPIED}
    if "caption" in params.given and "text" not in content:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= caption_content(params)
    return {"message_id": send(world, chat, params, content, source.files).id}


def forward_message(world: "World", params: Params) -> Wire:
    """forwardMessage"""
    chat = open_chat(world, params)
    source = _copyable(world, params, "forward")
    origin = {"type": "user", "date": source.date, "sender_user": source.sender.wire()}
    content = {"forward_origin": origin} | {k: v for k, v in source.content.items() if k != "media_group_id"}
    return send(world, chat, params, content, source.files).wire()


def answer_callback_query(world: "World", params: Params) -> bool:
    """answerCallbackQuery: possible for 150 seconds."""
    press = world.presses.get(params.text("callback_query_id") or "")
    if press is None or world.now() - press.pressed_at > CALLBACK_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    check_callback_answer(text or "")
    press.answer = CallbackAnswer(text, params.flag("show_alert"), params.text("url"))
    world.tell()
    return True


def set_message_reaction(world: "World", params: Params) -> bool:
    """setMessageReaction"""
    message = message_of(open_chat(world, params), params, "message to react")
    reaction: Any = params.parsed("reaction") or []
    if not isinstance(reaction, list) or any(kind.get("type") not in ("emoji", "custom_emoji") for kind in reaction):
        raise bad_request("REACTION_INVALID")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reactions[world.bot.id] = reaction
    world.touch(message)
    return True


def _copyable(world: "World", params: Params, verb: str) -> Message:
    message = message_of(known_chat(world, params, "from_chat_id"), params, f"message to {verb}")
    if message.content.get("has_protected_content") or not message.content.keys() & _CONTENT:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


_CONTENT = frozenset({"text", "photo", "document", "voice", "video", "sticker", "location", "contact"})


def _edit(world: "World", message: Message, params: Params, new: Wire, replaced: set[str]) -> Wire:
    markup = check_markup(params.parsed("reply_markup"))
    content = {name: value for name, value in message.content.items() if name not in replaced} | new
    rows: list[list[Wire]] = (markup or {}).get("inline_keyboard", [])
    if content == message.content and rows == message.inline_rows:
        raise bad_request(_NOT_MODIFIED)
    message.content = content
    message.markup = markup
    message.edited_at = int(world.now())
    world.touch(message)
    return message.wire()
