"""The closed set of Bot API methods that the emulator has; any other name is answered 404."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.emulator import methods_bot as bot
from bot.emulator import methods_chats as chats
from bot.emulator import methods_media as media
from bot.emulator import methods_messages as messages
from bot.emulator import methods_topics as topics
from bot.emulator.params import Params
from bot.emulator.polling import get_updates
from bot.emulator.sending import CAPTION, SENDING

if TYPE_CHECKING:
    from bot.emulator.world import World


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its function, the parameters that Telegram knows, and how many messages a call creates, if any."""

    run: "Callable[[World, Params], Any]"
    parameters: frozenset[str]
    messages: Callable[[Params], int] | None = None


def _method(run: "Callable[[World, Params], Any]", *parameters: str) -> Method:
    return Method(run, frozenset(parameters))


def _sender(run: "Callable[[World, Params], Any]", *parameters: str) -> Method:
    return Method(run, SENDING.union(parameters), lambda params: 1)


_EDITED = ("business_connection_id", "chat_id", "message_id", "inline_message_id", "reply_markup")
_TOPIC = ("chat_id", "message_thread_id")
_FORWARDED = SENDING - {"allow_paid_broadcast", "business_connection_id", "reply_markup", "reply_parameters"} | {
    "from_chat_id",
    "message_id",
    "video_start_timestamp",
}

METHODS: dict[str, Method] = {
    "getMe": _method(bot.get_me),
    "logOut": _method(bot.refuse_to_move),
    "close": _method(bot.refuse_to_move),
    "getUpdates": _method(get_updates, "offset", "limit", "timeout", "allowed_updates"),
    "setWebhook": _method(
        bot.set_webhook,
        "url",
        "certificate",
        "ip_address",
        "max_connections",
        "allowed_updates",
        "drop_pending_updates",
        "secret_token",
    ),
    "deleteWebhook": _method(bot.delete_webhook, "drop_pending_updates"),
    "getWebhookInfo": _method(bot.get_webhook_info),
    "setMyCommands": _method(bot.set_my_commands, "commands", "scope", "language_code"),
    "getMyCommands": _method(bot.get_my_commands, "scope", "language_code"),
    "deleteMyCommands": _method(bot.delete_my_commands, "scope", "language_code"),
    "setMyName": _method(bot.set_my_name, "name", "language_code"),
    "getMyName": _method(bot.get_my_name, "language_code"),
    "setMyDescription": _method(bot.set_my_description, "description", "language_code"),
    "getMyDescription": _method(bot.get_my_description, "language_code"),
    "setMyShortDescription": _method(bot.set_my_short_description, "short_description", "language_code"),
    "getMyShortDescription": _method(bot.get_my_short_description, "language_code"),
    "sendMessage": _sender(messages.send_message, "text", "parse_mode", "entities", "link_preview_options"),
    "sendPhoto": _sender(media.send_photo, "photo", "has_spoiler", *CAPTION),
    "sendDocument": _sender(media.send_document, "document", "thumbnail", "disable_content_type_detection", *CAPTION),
    "sendMediaGroup": Method(media.send_media_group, SENDING - {"reply_markup"} | {"media"}, media.album_length),
    "copyMessage": _sender(messages.copy_message, "from_chat_id", "message_id", "video_start_timestamp", *CAPTION),
    "forwardMessage": Method(messages.forward_message, _FORWARDED, lambda params: 1),
    "editMessageText": _method(
        messages.edit_message_text,
        *_EDITED,
        "text",
        "parse_mode",
        "entities",
        "link_preview_options",
        "rich_message",
    ),
    "editMessageCaption": _method(messages.edit_message_caption, *_EDITED, *CAPTION),
    "editMessageReplyMarkup": _method(messages.edit_message_reply_markup, *_EDITED),
    "deleteMessage": _method(messages.delete_message, "chat_id", "message_id"),
    "answerCallbackQuery": _method(
        messages.answer_callback_query, "callback_query_id", "text", "show_alert", "url", "cache_time"
    ),
    "setMessageReaction": _method(messages.set_message_reaction, "chat_id", "message_id", "reaction", "is_big"),
    "getFile": _method(media.get_file, "file_id"),
    "sendChatAction": _method(
        chats.send_chat_action, "business_connection_id", "chat_id", "message_thread_id", "action"
    ),
    "getChat": _method(chats.get_chat, "chat_id"),
    "getChatMember": _method(chats.get_chat_member, "chat_id", "user_id"),
    "getChatAdministrators": _method(chats.get_chat_administrators, "chat_id", "return_bots"),
    "getChatMemberCount": _method(chats.get_chat_member_count, "chat_id"),
    "pinChatMessage": _method(
        chats.pin_chat_message, "business_connection_id", "chat_id", "message_id", "disable_notification"
    ),
    "unpinChatMessage": _method(chats.unpin_chat_message, "business_connection_id", "chat_id", "message_id"),
    "leaveChat": _method(chats.leave_chat, "chat_id"),
    "createForumTopic": _method(topics.create_forum_topic, "chat_id", "name", "icon_color", "icon_custom_emoji_id"),
    "editForumTopic": _method(topics.edit_forum_topic, *_TOPIC, "name", "icon_custom_emoji_id"),
    "closeForumTopic": _method(topics.close_forum_topic, *_TOPIC),
    "reopenForumTopic": _method(topics.reopen_forum_topic, *_TOPIC),
    "deleteForumTopic": _method(topics.delete_forum_topic, *_TOPIC),
}
