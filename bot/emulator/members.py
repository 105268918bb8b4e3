"""Members of a chat: how the Bot API shows them, and which messages the bot sees as what it is there."""

from bot.emulator.chats import Chat, ChatKind, Message, Standing
from bot.emulator.people import User
from bot.emulator.wire import Wire

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
_SERVICE = frozenset({"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"})


def member_wire(user: User, standing: Standing) -> Wire:
    """A ChatMember as the Bot API shows it."""
    wire: Wire = {"status": standing.value, "user": user.wire()}
    if standing is Standing.OWNER:
        wire["is_anonymous"] = False
    elif standing is Standing.ADMIN:
        wire |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_ADMIN_RIGHTS, True)
    elif standing is Standing.KICKED:
        wire["until_date"] = 0
    return wire


def member_change(chat: Chat, by: User, user: User, old: Standing, new: Standing, date: int) -> Wire:
    """A ChatMemberUpdated: `by` made `user` something else in the chat."""
    return {
        "chat": chat.wire(),
        "from": by.wire(),
        "date": date,
        "old_chat_member": member_wire(user, old),
        "new_chat_member": member_wire(user, new),
    }


def bot_sees(bot: User, message: Message) -> bool:
    """Whether the bot gets a message: as plain member only commands, replies, mentions and service messages."""
    chat = message.chat
    if not chat.bot_standing.is_inside:
        return False
    if chat.kind is ChatKind.PRIVATE or chat.bot_standing is Standing.ADMIN:
        return True
    text = message.content.get("text", "")
    replies = message.reply_to is not None and message.reply_to.sender is bot
    return replies or text.startswith("/") or f"@{bot.username}" in text or bool(message.content.keys() & _SERVICE)
