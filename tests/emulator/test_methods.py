"""Every method of the emulator, called by the real python-telegram-bot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
import telegram
from telegram.error import BadRequest

from bot.emulator import GroupPhone, Phone, World
from bot.emulator.methods import METHODS
from bot.emulator.phones import TINY_PNG


@dataclass
class Scene:
    """A bot, a patient and a staff forum."""

    world: World
    bot: telegram.Bot
    ana: Phone
    staff: GroupPhone


@pytest.fixture
def scene(world: World, bot: telegram.Bot, ana: Phone) -> Scene:
    """A bot with someone to talk to."""
    return Scene(world, bot, ana, world.group("Staff", forum=True, members=[ana]))


def yes_no() -> telegram.InlineKeyboardMarkup:
    """A question's keyboard."""
    buttons = [
        telegram.InlineKeyboardButton("Yes", callback_data="y"),
        telegram.InlineKeyboardButton("No", callback_data="n"),
    ]
    return telegram.InlineKeyboardMarkup.from_row(buttons)


async def get_me(scene: Scene) -> None:
    me = await scene.bot.get_me()
    assert me.is_bot
    assert me.id == scene.world.bot.id


async def log_out(scene: Scene) -> None:
    with pytest.raises(BadRequest, match="only server"):
        await scene.bot.log_out()


async def close(scene: Scene) -> None:
    with pytest.raises(BadRequest, match="only server"):
        await scene.bot.close()


async def get_updates(scene: Scene) -> None:
    scene.world.updates.clear()
    scene.ana.type("hello")
    (update,) = await scene.bot.get_updates(allowed_updates=["message"])
    assert update.message is not None
    assert update.message.text == "hello"
    assert scene.world.updates.allowed == frozenset({"message"})


async def set_webhook(scene: Scene) -> None:
    assert await scene.bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", max_connections=7)
    assert scene.world.webhook is not None
    assert scene.world.webhook.secret_token == "s"


async def delete_webhook(scene: Scene) -> None:
    scene.ana.type("hello")
    assert await scene.bot.delete_webhook(drop_pending_updates=True)
    assert len(scene.world.updates) == 0


async def get_webhook_info(scene: Scene) -> None:
    await scene.bot.set_webhook("http://127.0.0.1:9/hook", ip_address="127.0.0.1", allowed_updates=["message"])
    info = await scene.bot.get_webhook_info()
    assert (info.url, info.ip_address, info.max_connections) == ("http://127.0.0.1:9/hook", "127.0.0.1", 40)
    assert list(info.allowed_updates) == ["message"]


async def set_my_commands(scene: Scene) -> None:
    await scene.bot.set_my_commands([telegram.BotCommand("help", "What I can do")], language_code="ru")
    (command,) = await scene.bot.get_my_commands(language_code="ru")
    assert command.command == "help"
    with pytest.raises(BadRequest, match=r"(?i)command_invalid"):
        await scene.bot.set_my_commands([telegram.BotCommand("not good", "x")])


async def get_my_commands(scene: Scene) -> None:
    assert await scene.bot.get_my_commands() == ()


async def delete_my_commands(scene: Scene) -> None:
    scope = telegram.BotCommandScopeChat(scene.ana.id)
    await scene.bot.set_my_commands([telegram.BotCommand("help", "What I can do")], scope=scope)
    await scene.bot.delete_my_commands(scope=scope)
    assert await scene.bot.get_my_commands(scope=scope) == ()


async def my_name(scene: Scene) -> None:
    await scene.bot.set_my_name("Clinic")
    assert (await scene.bot.get_my_name()).name == "Clinic"
    with pytest.raises(BadRequest, match="too long"):
        await scene.bot.set_my_name("x" * 65)


async def my_description(scene: Scene) -> None:
    await scene.bot.set_my_description("After your visit")
    assert (await scene.bot.get_my_description()).description == "After your visit"
    await scene.bot.set_my_description("")
    assert (await scene.bot.get_my_description()).description == ""


async def my_short_description(scene: Scene) -> None:
    await scene.bot.set_my_short_description("Short", language_code="ka")
    assert (await scene.bot.get_my_short_description("ka")).short_description == "Short"
    assert (await scene.bot.get_my_short_description()).short_description == ""


async def send_message(scene: Scene) -> None:
    first = await scene.bot.send_message(scene.ana.id, "How are you?", reply_markup=yes_no(), protect_content=True)
    sent = await scene.bot.send_message(
        scene.ana.id,
        "<b>Look</b>",
        parse_mode="HTML",
        disable_notification=True,
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
        reply_parameters=telegram.ReplyParameters(first.message_id),
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == first.message_id
    view = scene.ana.last
    assert view is not None
    assert (view.text, view.silent, view.reply_to) == ("Look", True, first.message_id)
    question = scene.ana.messages()[-2]
    assert question.buttons == [["Yes", "No"]]
    assert question.protected


async def send_photo(scene: Scene) -> None:
    sent = await scene.bot.send_photo(scene.ana.id, TINY_PNG, caption="<i>day 1</i>", parse_mode="HTML")
    assert sent.caption == "day 1"
    again = await scene.bot.send_photo(scene.ana.id, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    assert scene.ana.last is not None
    assert scene.ana.last.photo is not None
    assert scene.ana.last.photo.content == TINY_PNG
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await scene.bot.send_photo(scene.ana.id, "no-such-file")


async def send_document(scene: Scene) -> None:
    sent = await scene.bot.send_document(scene.ana.id, b"%PDF-", filename="advice.pdf", caption="Read me")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("advice.pdf", "application/pdf")
    with pytest.raises(BadRequest, match="non-empty"):
        await scene.bot.send_document(scene.ana.id, b"", filename="empty.pdf")


async def send_media_group(scene: Scene) -> None:
    media = [telegram.InputMediaPhoto(TINY_PNG, caption="both"), telegram.InputMediaPhoto(TINY_PNG)]
    sent = await scene.bot.send_media_group(scene.ana.id, media)
    assert len({message.media_group_id for message in sent}) == 1
    assert [view.text for view in scene.ana.messages()] == ["both", ""]
    with pytest.raises(BadRequest, match="2-10"):
        await scene.bot.send_media_group(scene.ana.id, media[:1])


async def copy_message(scene: Scene) -> None:
    photo = scene.ana.send_photo(caption="see")
    copied = await scene.bot.copy_message(scene.staff.id, scene.ana.id, photo.id, caption="from Ana")
    assert scene.staff.last is not None
    assert (scene.staff.last.id, scene.staff.last.text) == (copied.message_id, "from Ana")
    with pytest.raises(BadRequest, match="to copy not found"):
        await scene.bot.copy_message(scene.staff.id, scene.ana.id, 999)


async def forward_message(scene: Scene) -> None:
    typed = scene.ana.type("it hurts")
    forwarded = await scene.bot.forward_message(scene.staff.id, scene.ana.id, typed.id)
    assert isinstance(forwarded.forward_origin, telegram.MessageOriginUser)
    assert forwarded.forward_origin.sender_user.id == scene.ana.id
    secret = await scene.bot.send_message(scene.ana.id, "yours alone", protect_content=True)
    with pytest.raises(BadRequest, match="can't be forwarded"):
        await scene.bot.forward_message(scene.staff.id, scene.ana.id, secret.message_id)


async def edit_message_text(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.ana.id, "Question", reply_markup=yes_no())
    await scene.bot.edit_message_text("Thank you", scene.ana.id, sent.message_id)
    view = scene.ana.last
    assert view is not None
    assert (view.text, view.buttons, view.edited) == ("Thank you", [], True)
    with pytest.raises(BadRequest, match="not modified"):
        await scene.bot.edit_message_text("Thank you", scene.ana.id, sent.message_id)
    with pytest.raises(BadRequest, match="to edit not found"):
        await scene.bot.edit_message_text("x", scene.ana.id, 999)


async def edit_message_caption(scene: Scene) -> None:
    sent = await scene.bot.send_photo(scene.ana.id, TINY_PNG, caption="one")
    edited = await scene.bot.edit_message_caption(scene.ana.id, sent.message_id, caption="two")
    assert isinstance(edited, telegram.Message)
    assert edited.caption == "two"


async def edit_message_reply_markup(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.ana.id, "Question", reply_markup=yes_no())
    await scene.bot.edit_message_reply_markup(scene.ana.id, sent.message_id)
    assert scene.ana.last is not None
    assert scene.ana.last.buttons == []
    typed = scene.ana.type("mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await scene.bot.edit_message_reply_markup(scene.ana.id, typed.id, reply_markup=yes_no())


async def delete_message(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.ana.id, "gone soon")
    view = scene.ana.last
    assert view is not None
    await scene.bot.delete_message(scene.ana.id, sent.message_id)
    assert view.deleted
    assert scene.ana.messages() == []
    with pytest.raises(BadRequest, match="to delete not found"):
        await scene.bot.delete_message(scene.ana.id, sent.message_id)


async def answer_callback_query(scene: Scene) -> None:
    await scene.bot.send_message(scene.ana.id, "Question", reply_markup=yes_no())
    press = scene.ana.press("Yes")
    assert await scene.bot.answer_callback_query(press.id, "Saved", show_alert=True)
    assert press.answer is not None
    assert (press.answer.text, press.answer.show_alert) == ("Saved", True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await scene.bot.answer_callback_query("unknown")


async def set_message_reaction(scene: Scene) -> None:
    typed = scene.ana.type("thank you")
    await scene.bot.set_message_reaction(scene.ana.id, typed.id, "👍")
    assert typed.message.reactions[scene.world.bot.id][0]["emoji"] == "👍"


async def get_file(scene: Scene) -> None:
    voice = scene.ana.send_voice(b"OggS voice").message.content["voice"]
    file = await scene.bot.get_file(voice["file_id"])
    assert await file.download_as_bytearray() == b"OggS voice"
    with pytest.raises(BadRequest, match=r"(?i)wrong file_id"):
        await scene.bot.get_file("nothing")


async def send_chat_action(scene: Scene) -> None:
    assert await scene.bot.send_chat_action(scene.ana.id, "typing")
    with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
        await scene.bot.send_chat_action(scene.ana.id, "sleeping")


async def get_chat(scene: Scene) -> None:
    assert (await scene.bot.get_chat(scene.ana.id)).first_name == "Ana"
    assert (await scene.bot.get_chat(scene.staff.id)).is_forum


async def get_chat_member(scene: Scene) -> None:
    member = await scene.bot.get_chat_member(scene.staff.id, scene.ana.id)
    assert isinstance(member, telegram.ChatMemberMember)
    itself = await scene.bot.get_chat_member(scene.staff.id, scene.world.bot.id)
    assert isinstance(itself, telegram.ChatMemberAdministrator)
    assert itself.can_manage_topics


async def get_chat_administrators(scene: Scene) -> None:
    statuses = [member.status for member in await scene.bot.get_chat_administrators(scene.staff.id)]
    assert statuses == ["creator", "administrator"]


async def get_chat_member_count(scene: Scene) -> None:
    assert await scene.bot.get_chat_member_count(scene.staff.id) == 3


async def pin_chat_message(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.ana.id, "keep this")
    await scene.bot.pin_chat_message(scene.ana.id, sent.message_id)
    assert scene.ana.last is not None
    assert scene.ana.last.pinned
    pinned = (await scene.bot.get_chat(scene.ana.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id


async def unpin_chat_message(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.ana.id, "keep this")
    await scene.bot.pin_chat_message(scene.ana.id, sent.message_id)
    await scene.bot.unpin_chat_message(scene.ana.id)
    assert scene.ana.last is not None
    assert not scene.ana.last.pinned
    with pytest.raises(BadRequest, match="to unpin not found"):
        await scene.bot.unpin_chat_message(scene.ana.id)


async def leave_chat(scene: Scene) -> None:
    await scene.bot.leave_chat(scene.staff.id)
    with pytest.raises(telegram.error.Forbidden, match="not a member"):
        await scene.bot.send_message(scene.staff.id, "hello?")


async def create_forum_topic(scene: Scene) -> None:
    topic = await scene.bot.create_forum_topic(scene.staff.id, "Ana")
    await scene.bot.send_message(scene.staff.id, "first", message_thread_id=topic.message_thread_id)
    assert [view.text for view in scene.staff.messages(topic.message_thread_id)] == ["", "first"]
    with pytest.raises(BadRequest, match="thread not found"):
        await scene.bot.send_message(scene.staff.id, "General", message_thread_id=1)


async def edit_forum_topic(scene: Scene) -> None:
    topic = await scene.bot.create_forum_topic(scene.staff.id, "Ana")
    await scene.bot.edit_forum_topic(scene.staff.id, topic.message_thread_id, "Ana, day 2")
    assert scene.staff.topics[topic.message_thread_id].name == "Ana, day 2"


async def close_forum_topic(scene: Scene) -> None:
    topic = await scene.bot.create_forum_topic(scene.staff.id, "Ana")
    await scene.bot.close_forum_topic(scene.staff.id, topic.message_thread_id)
    with pytest.raises(LookupError):
        scene.ana.type("late", chat=scene.staff, thread=topic.message_thread_id)
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await scene.bot.close_forum_topic(scene.staff.id, topic.message_thread_id)


async def reopen_forum_topic(scene: Scene) -> None:
    topic = await scene.bot.create_forum_topic(scene.staff.id, "Ana")
    await scene.bot.close_forum_topic(scene.staff.id, topic.message_thread_id)
    await scene.bot.reopen_forum_topic(scene.staff.id, topic.message_thread_id)
    assert scene.ana.type("again", chat=scene.staff, thread=topic.message_thread_id).text == "again"


async def delete_forum_topic(scene: Scene) -> None:
    topic = await scene.bot.create_forum_topic(scene.staff.id, "Ana")
    await scene.bot.send_message(scene.staff.id, "first", message_thread_id=topic.message_thread_id)
    await scene.bot.delete_forum_topic(scene.staff.id, topic.message_thread_id)
    assert scene.staff.messages() == []
    with pytest.raises(BadRequest, match="thread not found"):
        await scene.bot.send_message(scene.staff.id, "gone", message_thread_id=topic.message_thread_id)


CASES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "getMe": get_me,
    "logOut": log_out,
    "close": close,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": my_name,
    "getMyName": my_name,
    "setMyDescription": my_description,
    "getMyDescription": my_description,
    "setMyShortDescription": my_short_description,
    "getMyShortDescription": my_short_description,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
    "getFile": get_file,
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "leaveChat": leave_chat,
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}


@pytest.mark.parametrize("name", METHODS)
async def test_method_with_the_real_library(name: str, scene: Scene) -> None:
    await CASES[name](scene)
    assert name in {made.method for made in scene.world.calls}
    assert not scene.world.unknown_parameters


def test_every_case_is_a_method() -> None:
    assert set(CASES) == set(METHODS)
