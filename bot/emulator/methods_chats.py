"""Methods about chats: who is in them, what is pinned, what the bot is doing, and leaving."""

from typing import TYPE_CHECKING

from bot.emulator.chats import Chat, Standing
from bot.emulator.errors import bad_request
from bot.emulator.members import member_wire
from bot.emulator.params import Params
from bot.emulator.people import User
from bot.emulator.targets import administered_chat, known_chat, message_of, open_chat, writable_thread
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def send_chat_action(world: "World", params: Params) -> bool:
    """sendChatAction"""
    writable_thread(open_chat(world, params), params)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_chat(world: "World", params: Params) -> Wire:
    """getChat: a ChatFullInfo with the fields that every chat has."""
    chat = known_chat(world, params)
    if chat.user is not None and chat.bot_standing is Standing.LEFT:
        raise bad_request("chat not found")
    full = chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].wire()
    return full


def get_chat_member(world: "World", params: Params) -> Wire:
    """getChatMember"""
    chat = open_chat(world, params)
    user = world.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("user not found")
    return member_wire(user, _standing(world, chat, user))


def get_chat_administrators(world: "World", params: Params) -> list[Wire]:
    """getChatAdministrators: the owner, the administrators and the bot itself if it is one."""
    chat = open_chat(world, params)
    if chat.user is not None:
        raise bad_request("there are no administrators in the private chat")
    members = [(world.users[user_id], standing) for user_id, standing in chat.members.items()]
    members.append((world.bot, chat.bot_standing))
    return [member_wire(user, standing) for user, standing in members if standing in (Standing.OWNER, Standing.ADMIN)]


def get_chat_member_count(world: "World", params: Params) -> int:
    """getChatMemberCount"""
    chat = open_chat(world, params)
    return 2 if chat.user is not None else 1 + sum(standing.is_inside for standing in chat.members.values())


def pin_chat_message(world: "World", params: Params) -> bool:
    """pinChatMessage"""
    chat = administered_chat(world, params)
    message = message_of(chat, params, "message to pin")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    world.touch(message)
    return True


def unpin_chat_message(world: "World", params: Params) -> bool:
    """unpinChatMessage: the named message, or the one that was pinned last."""
    chat = administered_chat(world, params)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    world.touch(chat.messages[message_id])
    return True


def leave_chat(world: "World", params: Params) -> bool:
    """leaveChat"""
    chat = open_chat(world, params)
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    world.change_standing(chat, world.bot, Standing.LEFT)
    return True


def _standing(world: "World", chat: Chat, user: User) -> Standing:
    if user is world.bot:
        return chat.bot_standing
    if chat.user is not None:
        return Standing.MEMBER if user is chat.user else Standing.LEFT
    return chat.members.get(user.id, Standing.LEFT)
