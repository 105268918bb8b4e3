"""Which chat, topic and message a call is about, or the official server's refusal."""

from typing import TYPE_CHECKING

from bot.emulator.chats import Chat, Message, Standing, Topic
from bot.emulator.errors import bad_request, forbidden
from bot.emulator.params import Params

if TYPE_CHECKING:
    from bot.emulator.world import World


def known_chat(world: "World", params: Params, name: str = "chat_id") -> Chat:
    """The chat that the bot names; refuses one that it never met or that has become a supergroup."""
    given = params.text(name)
    if not given:
        raise bad_request(f"{name} is empty")
    if given.startswith("@"):
        raise bad_request("chat not found")
    chat = world.chats.get(params.integer(name) or 0)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    return chat


def open_chat(world: "World", params: Params) -> Chat:
    """The chat that the bot may write to now; refuses one where it was blocked, kicked or never let in."""
    chat = known_chat(world, params)
    standing = chat.bot_standing
    if chat.user is not None:
        if chat.user.deactivated:
            raise forbidden("user is deactivated")
        if standing is Standing.KICKED:
            raise forbidden("bot was blocked by the user")
        if standing is Standing.LEFT:
            raise forbidden("bot can't initiate conversation with a user")
    elif standing is Standing.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind.value} chat")
    elif standing is Standing.LEFT:
        raise forbidden(f"bot is not a member of the {chat.kind.value} chat")
    return chat


def administered_chat(world: "World", params: Params) -> Chat:
    """A chat where the bot is an administrator; in private chats it always is as good as one."""
    chat = open_chat(world, params)
    if chat.user is None and chat.bot_standing is not Standing.ADMIN:
        raise bad_request("not enough rights")
    return chat


def message_of(chat: Chat, params: Params, missing: str, name: str = "message_id") -> Message:
    """A message of the chat; refuses with "<missing> not found" when there is none."""
    message_id = params.integer(name)
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"{missing} not found")
    return message


def own_message(world: "World", chat: Chat, params: Params) -> Message:
    """A message that the bot wrote and may edit."""
    if params.text("inline_message_id"):
        raise bad_request("message to edit not found")
    message = message_of(chat, params, "message to edit")
    if message.sender is not world.bot or not message.content.keys() & {"text", "photo", "document"}:
        raise bad_request("message can't be edited")
    return message


def topic_of(chat: Chat, thread_id: int) -> Topic:
    """A topic of a forum; General (1) has no thread id and is refused like any other unknown one."""
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def writable_thread(chat: Chat, params: Params) -> int | None:
    """The topic to write into; only administrators write into a closed one."""
    thread_id = params.integer("message_thread_id")
    if thread_id is None:
        return None
    if topic_of(chat, thread_id).is_closed and chat.bot_standing is not Standing.ADMIN:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def replied_message(chat: Chat, params: Params) -> Message | None:
    """The message that is replied to, if any; refuses a missing one unless the caller can do without."""
    reply = params.parsed("reply_parameters")
    if not isinstance(reply, dict):
        return None
    message = chat.messages.get(reply.get("message_id", 0))
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
