"""The hook-up is total: whatever the Bot API can bring is answered and seen, or named here with the reason why not.

The lists are those of Bot API 10.1, by hand. When Telegram adds a kind, it belongs into one of them; until then the bot
treats it as unknown, which is answered and seen as well.
"""

from typing import Any

import pytest
from telegram import Message

from bot.chat.content import CONTENT, NO_REPLY, SHOWN_AS
from bot.chat.raw_update import ALLOWED_UPDATES
from tests.support.clinic import Clinic, Person

PLACE = {"latitude": 41.7, "longitude": 44.8}
FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 9}
SIZE = FILE | {"width": 5, "height": 5}
CLIP = SIZE | {"duration": 3}

CONTENTS: dict[str, Any] = {
    "voice": FILE | {"duration": 3},
    "video": CLIP,
    "video_note": FILE | {"length": 240, "duration": 3},
    "audio": FILE | {"duration": 3},
    "sticker": SIZE | {"type": "regular", "is_animated": False, "is_video": False},
    "animation": CLIP,
    "live_photo": FILE | {"width": 5, "height": 5, "duration": 2, "photo": [SIZE]},
    "document": FILE | {"file_name": "letter.pdf"},
    "venue": {"location": PLACE, "title": "Bar", "address": "Main St"},
    "location": PLACE,
    "contact": {"phone_number": "+34600000000", "first_name": "Bea"},
    "dice": {"emoji": "🎲", "value": 3},
    "story": {"id": 1, "chat": {"id": 7, "type": "private"}},
    "game": {"title": "Chess", "description": "A game", "photo": [SIZE]},
    "paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]},
    "gift": {"gift": {"id": "g", "star_count": 1, "sticker": SIZE | {"type": "regular"}}},
    "unique_gift": {},
    "gift_upgrade_sent": {},
    "invoice": {"title": "x", "description": "y", "start_parameter": "", "currency": "EUR", "total_amount": 1},
    "successful_payment": {},
    "refunded_payment": {},
    "giveaway": {},
    "giveaway_winners": {},
    "users_shared": {"request_id": 1, "users": [{"user_id": 5}]},
    "chat_shared": {"request_id": 1, "chat_id": 5},
    "web_app_data": {"data": "x", "button_text": "y"},
    "checklist_tasks_done": {},
    "checklist_tasks_added": {"tasks": []},
    "something_of_next_year": {"a": 1},
}
"""What a person can send without words, with the least that Telegram sends of it, or less."""

WITH_WORDS: dict[str, Any] = {
    "text": "{words}",
    "poll": {"id": "1", "question": "{words}", "options": [], "type": "regular"},
    "checklist": {"title": "{words}", "tasks": []},
    "rich_message": {"blocks": [{"type": "paragraph", "text": ["so ", {"type": "bold", "text": "{words}"}]}]},
}
"""What holds words: they are read like any others."""

PHOTOS = ("photo",)

ABOUT = """
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot sender_tag
    date guest_query_id business_connection_id chat forward_origin is_topic_message is_automatic_forward reply_to_message
    external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot guest_bot_caller_user
    guest_bot_caller_chat edit_date has_protected_content is_from_offline is_paid_post media_group_id author_signature
    paid_star_count entities link_preview_options suggested_post_info effect_id caption caption_entities
    show_caption_above_media has_media_spoiler reply_markup
""".split()  # noqa: SIM905 - a list of fifty names is read as words
"""Fields of a message that say something about it and are no content."""

SERVICE = """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo delete_chat_photo
    group_chat_created supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id
    migrate_from_chat_id pinned_message connected_website write_access_allowed passport_data proximity_alert_triggered
    boost_added chat_background_set direct_message_price_changed forum_topic_created forum_topic_edited forum_topic_closed
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway_completed
    managed_bot_created paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited
""".split()  # noqa: SIM905 - a list of fifty names is read as words
"""What the app says by itself: no reply, for the reason that stands in the product."""

UPDATES = {
    "message": "asked for",
    "edited_message": "asked for",
    "callback_query": "asked for: every press gets a toast",
    "my_chat_member": "asked for: the bot was blocked, or let in again; staff hear of it",
    "message_reaction": "asked for",
    "channel_post": "nobody's words: the bot serves no channel",
    "edited_channel_post": "nobody's words: the bot serves no channel",
    "business_connection": "the bot is connected to no business account",
    "business_message": "the bot is connected to no business account",
    "edited_business_message": "the bot is connected to no business account",
    "deleted_business_messages": "the bot is connected to no business account",
    "guest_message": "the bot is no guest in other chats",
    "message_reaction_count": "counts of anonymous reactions, in channels only",
    "inline_query": "the bot has no inline mode",
    "chosen_inline_result": "the bot has no inline mode",
    "shipping_query": "the bot sells nothing",
    "pre_checkout_query": "the bot sells nothing",
    "purchased_paid_media": "the bot sells nothing",
    "poll": "the state of a poll; the poll itself came as a message",
    "poll_answer": "the bot makes no polls",
    "chat_member": "who is in the group is no word to anybody",
    "chat_join_request": "who wants to join a group is no word to anybody",
    "chat_boost": "groups and channels only",
    "removed_chat_boost": "groups and channels only",
    "managed_bot": "the bot manages no others",
}
"""Every kind of update. Telegram sends only those that are asked for; what comes all the same is tried below."""


def test_every_kind_is_in_a_list() -> None:
    """The product's own sets are these, and the library knows nothing that is in none."""
    sent = set(CONTENTS) | set(WITH_WORDS) | set(PHOTOS)
    assert {*CONTENT, *SHOWN_AS} == sent - {"text", "rich_message", "something_of_next_year"}
    assert set(SERVICE) == set(NO_REPLY)
    assert all(NO_REPLY.values())
    known = {name.removesuffix("_user") for name in Message.__slots__ if not name.startswith("_")}
    ours = {"effective_attachment", "user_shared", "voice_chat_ended", "id", "guest_bot_caller"}
    assert known - sent - set(SERVICE) - set(ABOUT) - ours == set()


def test_telegram_is_asked_for_what_it_should_be() -> None:
    assert {kind for kind, why in UPDATES.items() if why.startswith("asked for")} == set(ALLOWED_UPDATES)


def _message(ana: Person, number: int, content: dict[str, Any]) -> dict[str, Any]:
    who = {"id": ana.phone.id, "is_bot": False, "first_name": "Ana"}
    chat = {"id": ana.phone.id, "type": "private", "first_name": "Ana"}
    return {"message_id": number, "date": 1772445600, "chat": chat, "from": who, **content}


async def _brings(ana: Person, update: dict[str, Any]) -> None:
    await ana.does(lambda: ana.phone.send_raw(update))


def _seen(clinic: Clinic) -> str:
    """What staff have not read yet, in the group and in private."""
    assert clinic.group is not None
    unread = [message.text for person in (*clinic.staff.values(), clinic.group) for message in person.unread]
    clinic.staff_skim()
    return "\n".join(unread)


def _replies(ana: Person) -> str:
    found = "\n".join(message.text for message in ana.unread)
    ana.skims()
    return found


async def test_every_content_is_answered_and_seen_and_twice_in_a_row_is_a_call(clinic: Clinic) -> None:
    ana = await clinic.treat()
    _seen(clinic)
    for number, (kind, content) in enumerate(CONTENTS.items()):
        await _brings(ana, {"message": _message(ana, 5000 + 10 * number, {kind: content})})
        assert "The bot cannot read this" in _replies(ana), kind
        assert "sent something that the bot cannot read" in _seen(clinic), kind
        assert not await clinic.open_tasks("unreadable"), kind
        await _brings(ana, {"message": _message(ana, 5001 + 10 * number, {kind: content})})
        assert "The bot cannot read this" in _replies(ana), kind
        await clinic.pass_time(seconds=61)  # a group takes 20 messages a minute
        assert "please call" in _seen(clinic), kind
        (task,) = await clinic.open_tasks("unreadable")
        assert clinic.group is not None
        await clinic.group.taps("Done", on=_card(clinic, "cannot read what the patient sends"))
        assert not await clinic.open_tasks("unreadable"), task.id
        await _brings(ana, {"message": _message(ana, 5002 + 10 * number, {"text": "thank you"})})
        _replies(ana)
        _seen(clinic)


def _card(clinic: Clinic, words: str) -> Any:
    assert clinic.group is not None
    return [each for each in clinic.group.phone.messages(clinic.group.chat) if words in each.text][-1]


@pytest.mark.parametrize("edited", [False, True], ids=["new", "edited"])
async def test_words_are_read_wherever_they_stand(clinic: Clinic, edited: bool) -> None:
    ana = await clinic.treat()
    for number, (kind, content) in enumerate(WITH_WORDS.items()):
        filled = _filled(content, "i cant breathe")
        name = "edited_message" if edited else "message"
        await _brings(ana, {name: _message(ana, 6000 + number, {kind: filled})})
        assert "Is this happening to you now?" in _replies(ana), kind
        assert "cant breathe" in _seen(clinic), kind
        await ana.taps("No")
        await ana.is_well()
        _replies(ana), _seen(clinic)
        await clinic.pass_time(seconds=61)


def _filled(thing: Any, words: str) -> Any:
    if isinstance(thing, str):
        return thing.replace("{words}", words)
    if isinstance(thing, dict):
        return {name: _filled(each, words) for name, each in thing.items()}
    return [_filled(each, words) for each in thing] if isinstance(thing, list) else thing


async def test_what_the_app_says_by_itself_disturbs_nobody(clinic: Clinic) -> None:
    ana = await clinic.treat()
    values: dict[str, Any] = {
        "new_chat_members": [{"id": 5, "is_bot": False, "first_name": "E"}],
        "left_chat_member": {"id": 5, "is_bot": False, "first_name": "E"},
        "new_chat_title": "x",
        "new_chat_photo": [SIZE],
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
        "pinned_message": {"message_id": 3, "date": 0, "chat": {"id": ana.phone.id, "type": "private"}},
        "migrate_from_chat_id": -5,
        "migrate_to_chat_id": -1005,
        **dict.fromkeys(
            ("delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created"), True
        ),
    }
    _seen(clinic)
    for number, kind in enumerate(SERVICE):
        for plain in (values.get(kind, {}), True):
            await _brings(ana, {"message": _message(ana, 7000 + number, {kind: plain})})
            assert (_replies(ana), _seen(clinic)) == ("", ""), kind
    await _brings(ana, {"message": _message(ana, 7900, {"pinned_message": {}, "text": "i cant breathe"})})
    assert "Is this happening to you now?" in _replies(ana), "words are read whatever else is in the message"


async def test_every_kind_of_update(clinic: Clinic) -> None:
    """One that nobody asked for, from a patient: if it says who sent it, she is answered and staff see it."""
    ana = await clinic.treat()
    who = {"id": ana.phone.id, "is_bot": False, "first_name": "Ana"}
    for kind in [*UPDATES, "kind_of_next_year"]:
        if UPDATES.get(kind, "").startswith("asked for"):
            continue
        _seen(clinic)
        await _brings(ana, {kind: {"id": "1", "from": who, "user": who}})
        await clinic.pass_time(seconds=90)
        assert _seen(clinic), kind
        _replies(ana)
        await ana.writes("thank you")
        assert "You are welcome" in _replies(ana), f"{kind} stops nothing"


async def test_a_reaction_is_seen_and_answers_nothing(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.react(ana.phone.messages()[-1], "😢"))
    assert "A.R. put a reaction on a message: 😢" in _seen(clinic)
    ana.expects_nothing()
    await clinic.to_check_in("c1")
    ana.skims()
    await ana.does(lambda: ana.phone.react(ana.open_question, "👍"))
    ana.expects("A reaction is no answer that I can read")
    ana.expects("Right now, do you have any of these")
    assert "👍" in _seen(clinic)
    await ana.does(lambda: ana.phone.react(ana.open_question, ""))
    ana.expects_nothing()
    assert (await clinic.runs())[-1].turn == 2


async def test_a_place_that_moves_is_told_once(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await _brings(ana, {"message": _message(ana, 8000, {"location": PLACE | {"live_period": 900}})})
    assert "The bot cannot read this" in _replies(ana) and "place on the map" in _seen(clinic)
    for step in range(3):
        moved = PLACE | {"live_period": 900, "longitude": 44.8 + step}
        await _brings(ana, {"edited_message": _message(ana, 8000, {"location": moved, "edit_date": 1772445700})})
        ana.expects_nothing()
    assert not await clinic.open_tasks("unreadable")
