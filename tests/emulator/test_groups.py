"""Groups: members, topics, privacy mode, and losing the bot."""

import pytest

from bot.emulator import GroupPhone, Phone, World
from bot.emulator.wire import Wire


def heard(world: World) -> list[Wire]:
    """What the bot hears, without the update ids."""
    updates = world.updates.take(0, 100)
    world.updates.clear()
    return [{name: body for name, body in update.items() if name != "update_id"} for update in updates]


def texts(world: World) -> list[str]:
    """The texts that the bot hears."""
    return [update["message"].get("text", "") for update in heard(world) if "message" in update]


@pytest.fixture
def staff(world: World, ana: Phone) -> GroupPhone:
    """A basic group with one member, whose arrival is no news any more."""
    group = world.group("Staff", members=[ana])
    world.updates.clear()
    return group


def test_an_admin_bot_hears_everything(world: World, staff: GroupPhone, ana: Phone) -> None:
    ana.type("hello all", chat=staff)
    (update,) = heard(world)
    assert update["message"]["chat"] == {"id": staff.id, "type": "group", "title": "Staff"}
    assert update["message"]["from"]["id"] == ana.id


def test_privacy_mode_hides_what_is_not_for_the_bot(world: World, staff: GroupPhone, ana: Phone) -> None:
    staff.set_bot_admin(False)
    world.updates.clear()
    world.add_message(staff.chat, world.bot, {"text": "Alert"})
    assert staff.last is not None
    ana.type("among us", chat=staff)
    ana.type("/on_call", chat=staff)
    ana.type("hey @aftercare_bot", chat=staff)
    ana.reply(staff.last, "I go")
    assert texts(world) == ["/on_call", "hey @aftercare_bot", "I go"]


def test_members_come_and_go(world: World, staff: GroupPhone, ana: Phone) -> None:
    world.updates.allow(["message", "chat_member"])
    ben = world.user(first_name="Ben")
    staff.add(ben)
    staff.add(ben, admin=True)
    ben.leave(staff)
    kinds = [next(iter(update)) for update in heard(world)]
    assert kinds == ["chat_member", "message", "chat_member", "chat_member", "message"]
    assert staff.members == [ana]
    with pytest.raises(LookupError, match="Ben is not in Staff"):
        staff.remove(ben)
    with pytest.raises(PermissionError, match="Ben is not in Staff"):
        ben.type("let me in", chat=staff)


def test_buttons_are_pressed_in_a_group(world: World, staff: GroupPhone, ana: Phone) -> None:
    markup: Wire = {"inline_keyboard": [[{"text": "Taken", "callback_data": "t:1"}]]}
    world.add_message(staff.chat, world.bot, {"text": "Alert"}, markup=markup)
    ana.press("Taken", chat=staff)
    (update,) = heard(world)
    assert update["callback_query"]["message"]["chat"]["id"] == staff.id


def test_topics(world: World, ana: Phone) -> None:
    forum = world.group("Forum", forum=True, members=[ana])
    with pytest.raises(LookupError, match="no open topic 7"):
        ana.type("into nothing", chat=forum, thread=7)
    with pytest.raises(KeyError):
        world.delete_topic(forum, 7)


def test_a_kicked_bot_is_told_and_hears_nothing(world: World, staff: GroupPhone, ana: Phone) -> None:
    world.kick_bot(staff)
    ana.type("now among us", chat=staff)
    (update,) = heard(world)
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


def test_a_migrated_group_lives_on_under_its_new_id(world: World, staff: GroupPhone, ana: Phone) -> None:
    new = world.migrate(staff)
    old_notice, new_notice = (update["message"] for update in heard(world))
    assert old_notice["migrate_to_chat_id"] == new.id
    assert new_notice["migrate_from_chat_id"] == staff.id
    with pytest.raises(PermissionError, match="supergroup now"):
        ana.type("into the old one", chat=staff)
    ana.type("into the new one", chat=new)
    assert texts(world) == ["into the new one"]
    with pytest.raises(ValueError, match="only a basic group"):
        world.migrate(new)
