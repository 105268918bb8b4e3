"""A person's phone: what the bot hears of what is done on it, read by the real library."""

import json
from collections.abc import Callable

import pytest
import telegram

from bot.emulator import Clock, Phone, World
from bot.emulator.phones import TINY_PNG
from bot.emulator.wire import Wire


def taken(world: World) -> list[telegram.Update]:
    """Every waiting update as the library reads it, after a journey over the wire as JSON."""
    raw = json.loads(json.dumps(world.updates.take(0, 100)))
    world.updates.clear()
    return [telegram.Update.de_json(update, None) for update in raw]


def newest(world: World) -> telegram.Message:
    """The message in the newest update."""
    message = taken(world)[-1].message
    assert message is not None
    return message


def ask(world: World, phone: Phone, text: str = "?", *labels: str) -> None:
    """Put a question of the bot on a phone."""
    row = [{"text": label, "callback_data": f"data-{label}"} for label in labels]
    world.add_message(world.chats[phone.id], world.bot, {"text": text}, markup={"inline_keyboard": [row]})


def test_start_brings_the_payload_and_lets_the_bot_write(world: World) -> None:
    ana = world.user(first_name="Ana", language_code="ka")
    ana.start("token_43")
    message = newest(world)
    assert message.text == "/start token_43"
    assert message.entities[0].type == "bot_command"
    assert message.from_user is not None
    assert message.from_user.language_code == "ka"


@pytest.mark.parametrize(
    ("send", "check"),
    [
        (lambda ana: ana.type("hello"), lambda m: m.text == "hello"),
        (lambda ana: ana.send_photo(TINY_PNG, "day 1"), lambda m: m.photo and m.caption == "day 1"),
        (lambda ana: ana.send_document(b"%PDF-", "x.pdf"), lambda m: m.document.file_name == "x.pdf"),
        (lambda ana: ana.send_voice(), lambda m: m.voice.mime_type == "audio/ogg"),
        (lambda ana: ana.send_video(), lambda m: m.video.width == 640),
        (lambda ana: ana.send_sticker("😷"), lambda m: m.sticker.emoji == "😷"),
        (lambda ana: ana.send_location(1.5, 2.5), lambda m: m.location.latitude == 1.5),
        (lambda ana: ana.send_contact("+995"), lambda m: m.contact.phone_number == "+995"),
        (lambda ana: ana.send_content({"rich_message": {"blocks": []}}), lambda m: m.text is None),
    ],
)
def test_what_is_sent_is_what_the_library_reads(
    send: Callable[[Phone], object], check: Callable[[telegram.Message], bool], world: World, ana: Phone
) -> None:
    send(ana)
    assert check(newest(world))


def test_an_album_is_several_messages_with_one_group(world: World, ana: Phone) -> None:
    ana.send_album([TINY_PNG, TINY_PNG], "both")
    messages = [update.message for update in taken(world)]
    assert [message.caption for message in messages if message] == ["both", None]
    assert len({message.media_group_id for message in messages if message}) == 1


def test_replies_and_edits(world: World, ana: Phone) -> None:
    ask(world, ana)
    assert ana.last is not None
    answer = ana.reply(ana.last, "much beter")
    ana.edit(answer, "much better")
    said, edited = taken(world)
    assert said.message is not None
    assert said.message.reply_to_message is not None
    assert said.message.reply_to_message.text == "?"
    assert edited.edited_message is not None
    assert edited.edited_message.text == "much better"
    assert answer.edited
    with pytest.raises(ValueError, match="own messages"):
        ana.edit(ana.last, "not mine")


def test_a_press_finds_the_newest_button_by_label_or_data(world: World, ana: Phone) -> None:
    ask(world, ana, "old", "Yes", "Later")
    ask(world, ana, "new", "Yes", "No")
    assert ana.press("Yes").message.content["text"] == "new"
    assert ana.press("data-Later").message.content["text"] == "old"
    old = ana.messages()[0]
    press = ana.press("Yes", old)
    query = taken(world)[-1].callback_query
    assert query is not None
    assert (query.id, query.data, query.chat_instance) == (press.id, "data-Yes", world.chats[ana.id].instance)
    assert query.message is not None
    assert query.message.message_id == old.id


def test_a_press_on_what_is_not_there_lists_what_is(world: World, ana: Phone) -> None:
    with pytest.raises(LookupError, match="no message of the bot"):
        ana.press_data("forged")
    ask(world, ana, "?", "Yes", "No")
    with pytest.raises(LookupError, match="'Yes', 'No'"):
        ana.press("Maybe")


def test_a_press_on_a_deleted_message_shows_a_stub(world: World, ana: Phone) -> None:
    ask(world, ana, "?", "Yes")
    view = ana.last
    assert view is not None
    world.delete(view.message)
    ana.press("Yes", view)
    query = taken(world)[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


def test_hand_made_data_and_raw_updates(world: World, ana: Phone) -> None:
    ask(world, ana, "?", "Yes")
    ana.press_data("forged")
    query = taken(world)[-1].callback_query
    assert query is not None
    assert query.data == "forged"
    raw: Wire = {"something_new": {"x": 1}}
    update_id = ana.send_raw(raw)
    assert world.updates.take(0, 10) == [{"update_id": update_id} | raw]
    assert ana.send_raw({"update_id": 7, "message": {}}) == 7


def test_blocking_and_unblocking_are_told(world: World, ana: Phone) -> None:
    ana.block_bot()
    with pytest.raises(PermissionError, match="start"):
        ana.type("nobody hears")
    ana.start()
    blocked, unblocked, started = taken(world)
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert started.message is not None


def test_a_deleted_account_is_silent(world: World, ana: Phone) -> None:
    ana.deactivate()
    with pytest.raises(PermissionError, match="deleted the account"):
        ana.type("nobody hears")
    assert taken(world) == []


def test_reactions_are_told_only_when_asked_for(world: World, ana: Phone) -> None:
    view = ana.type("thanks")
    ana.react(view, "👍")
    assert len(taken(world)) == 1
    world.updates.allow(["message_reaction"])
    ana.react(view, "")
    reaction = taken(world)[0].message_reaction
    assert reaction is not None
    assert (len(reaction.old_reaction), len(reaction.new_reaction)) == (1, 0)


def test_views_tell_what_kind_of_message_they_show(world: World, ana: Phone) -> None:
    kinds = [ana.type("x").kind, ana.send_photo(caption="c").kind, ana.send_voice().kind]
    assert kinds == ["text", "photo", "voice"]


def test_messages_carry_the_world_time(world: World, ana: Phone, clock: Clock) -> None:
    clock.advance(3600)
    assert ana.type("later").date == int(clock())


def test_user_ids(world: World) -> None:
    assert world.user(id=42).id == 42
    with pytest.raises(ValueError, match="user 42 already"):
        world.user(id=42)
    assert world.user().id != world.user().id
