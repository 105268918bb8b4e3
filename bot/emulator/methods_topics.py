"""Methods about the topics of a forum."""

from typing import TYPE_CHECKING

from bot.emulator.chats import Chat, Topic
from bot.emulator.errors import bad_request
from bot.emulator.limits import check_topic_name
from bot.emulator.params import Params
from bot.emulator.targets import administered_chat, topic_of
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

DEFAULT_COLOR = 0x6FB9F0
COLORS = frozenset({0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F})


def create_forum_topic(world: "World", params: Params) -> Wire:
    """createForumTopic: the id of the topic is the id of the service message that opens it."""
    chat = _forum(world, params)
    name = params.text("name") or ""
    check_topic_name(name)
    color = params.integer("icon_color") or DEFAULT_COLOR
    if color not in COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    shown = {"name": name, "icon_color": color}
    opening = world.add_message(chat, world.bot, {"forum_topic_created": shown})
    opening.thread_id = opening.id
    chat.topics[opening.id] = Topic(opening.id, name, color)
    return {"message_thread_id": opening.id} | shown


def edit_forum_topic(world: "World", params: Params) -> bool:
    """editForumTopic"""
    chat, topic = _topic(world, params)
    name = params.text("name")
    if name:
        check_topic_name(name)
    if not name or name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _tell(world, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(world: "World", params: Params) -> bool:
    """closeForumTopic"""
    chat, topic = _topic(world, params)
    if topic.is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = True
    _tell(world, chat, topic, {"forum_topic_closed": {}})
    return True


def reopen_forum_topic(world: "World", params: Params) -> bool:
    """reopenForumTopic"""
    chat, topic = _topic(world, params)
    if not topic.is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = False
    _tell(world, chat, topic, {"forum_topic_reopened": {}})
    return True


def delete_forum_topic(world: "World", params: Params) -> bool:
    """deleteForumTopic: with all its messages, at any age."""
    chat, topic = _topic(world, params)
    world.remove_topic(chat, topic.id)
    return True


def _topic(world: "World", params: Params) -> tuple[Chat, Topic]:
    chat = _forum(world, params)
    return chat, topic_of(chat, params.integer("message_thread_id") or 0)


def _forum(world: "World", params: Params) -> Chat:
    chat = administered_chat(world, params)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _tell(world: "World", chat: Chat, topic: Topic, content: Wire) -> None:
    world.add_message(chat, world.bot, content, thread_id=topic.id)
