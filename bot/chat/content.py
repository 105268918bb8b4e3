"""What a message holds, by Telegram's own words: what is sent by a person, and what the app says by itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Message

CONTENT = (
    "voice", "video_note", "video", "audio", "sticker", "animation", "live_photo", "document", "venue", "location",
    "contact", "poll", "dice", "story", "game", "paid_media", "checklist", "photo",
)  # fmt: skip
"""What people send on purpose, the more telling name first (an animation is a document too, a venue a location)."""

SHOWN_AS = {
    "gift": "gift", "unique_gift": "gift", "gift_upgrade_sent": "gift",
    "invoice": "payment", "successful_payment": "payment", "refunded_payment": "payment",
    "giveaway": "giveaway", "giveaway_winners": "giveaway",
    "users_shared": "shared", "chat_shared": "shared",
    "web_app_data": "web_app",
    "checklist_tasks_done": "checklist", "checklist_tasks_added": "checklist",
}  # fmt: skip
"""What comes of an act of hers in the app, and how staff read it."""

NO_REPLY = {
    "pinned_message": "she pins a message of ours, say the card for the ambulance",
    "message_auto_delete_timer_changed": "a setting of her chat; nothing is said in it",
    "chat_background_set": "a setting of her chat; nothing is said in it",
    "connected_website": "she logged in to a page with the bot",
    "write_access_allowed": "she allowed the bot to write, which it does anyway",
    "boost_added": "only in groups: somebody boosts the chat",
    "proximity_alert_triggered": "only in groups: two people who share their place are near each other",
    "new_chat_members": "only in groups: who is in it is no word to anybody",
    "left_chat_member": "only in groups: who is in it is no word to anybody",
    "chat_owner_left": "only in groups: who is in it is no word to anybody",
    "chat_owner_changed": "only in groups: who is in it is no word to anybody",
    "new_chat_title": "only in groups: its looks",
    "new_chat_photo": "only in groups: its looks",
    "delete_chat_photo": "only in groups: its looks",
    "group_chat_created": "only in groups",
    "supergroup_chat_created": "only in groups",
    "channel_chat_created": "only in channels",
    "migrate_to_chat_id": "only in groups: the bot follows the group by itself",
    "migrate_from_chat_id": "only in groups: the bot follows the group by itself",
    "forum_topic_created": "a topic; most are the bot's own",
    "forum_topic_edited": "a topic",
    "forum_topic_closed": "a topic; the next message to it tells the bot",
    "forum_topic_reopened": "a topic",
    "general_forum_topic_hidden": "a topic",
    "general_forum_topic_unhidden": "a topic",
    "giveaway_created": "only in channels",
    "giveaway_completed": "only in channels",
    "direct_message_price_changed": "only in channels",
    "paid_message_price_changed": "only in groups: a price",
    "poll_option_added": "staff have seen the poll itself",
    "poll_option_deleted": "staff have seen the poll itself",
    "suggested_post_approved": "only in channels",
    "suggested_post_approval_failed": "only in channels",
    "suggested_post_declined": "only in channels",
    "suggested_post_paid": "only in channels",
    "suggested_post_refunded": "only in channels",
    "video_chat_scheduled": "only in groups: a call among its members",
    "video_chat_started": "only in groups: a call among its members",
    "video_chat_ended": "only in groups: a call among its members",
    "video_chat_participants_invited": "only in groups: a call among its members",
    "managed_bot_created": "she made a bot of her own",
    "passport_data": "documents for a service that we do not offer; they are not kept",
}
"""What the app says by itself and needs no reply, with the reason. A test holds this list to the Bot API."""


WORDS = frozenset({"text", "caption", "title", "question", "summary", "credit", "explanation", "description"})
"""Names under which the Bot API keeps what a person wrote, inside other content."""
HOLDS_WORDS = ("rich_message", "poll", "checklist")
DEEPEST = 20


def words_of(message: Message) -> str:
    """Everything that she wrote in a message: its text, its caption, or the words inside a poll, a checklist, a rich text."""
    written = message.text or message.caption
    if written:
        return written
    known = {each: thing.to_dict() for each in HOLDS_WORDS if (thing := getattr(message, each, None)) is not None}
    return words_inside({**(message.api_kwargs or {}), **known})


def words_inside(raw: Mapping[Any, object]) -> str:
    """The words inside a poll, a checklist or a rich text of a message as Telegram sends it."""
    return "\n".join(each for name in HOLDS_WORDS if name in raw for each in _strings(raw[name], DEEPEST))


def _strings(thing: object, deep: int, named: bool = False) -> Iterator[str]:
    if isinstance(thing, str):
        if named and thing.strip():
            yield thing
    elif deep and isinstance(thing, Mapping):
        for name, each in thing.items():
            yield from _strings(each, deep - 1, name in WORDS)
    elif deep and isinstance(thing, list | tuple):
        for each in thing:
            yield from _strings(each, deep - 1, named)


def kind_of(message: Message) -> str:
    """What kind of content this is; ``unknown`` for what neither we nor the library know."""
    return next((kind for kind in CONTENT if _has(message, kind)), "") or next(
        (shown for kind, shown in SHOWN_AS.items() if _has(message, kind)), "unknown"
    )


def is_service(message: Message) -> bool:
    """Is this something that the app says by itself? A message with words, or with anything sent, never is."""
    if message.text or message.caption or kind_of(message) != "unknown":
        return False
    return any(_has(message, kind) for kind in NO_REPLY)


def says_nothing(raw: Mapping[Any, object]) -> bool:
    """The same of a message as Telegram sends it, where the library cannot read it."""
    written = {"text", "caption", *HOLDS_WORDS, *CONTENT, *SHOWN_AS}
    return not written & raw.keys() and bool(NO_REPLY.keys() & raw.keys())


def _has(message: Message, kind: str) -> bool:
    found = getattr(message, kind, None)
    if found is None:
        found = (message.api_kwargs or {}).get(kind)
    return found is not None and found is not False and found != ()
