"""The closed set of things that a person can do with a phone over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.emulator.phones import TINY_PNG, Phone
from bot.emulator.presses import Press
from bot.emulator.views import MessageView
from bot.emulator.wire import Wire
from bot.emulator.world import World

LONGEST_WAIT = 30.0

Body = dict[str, Any]
Act = Callable[[World, Phone, Body], Awaitable[MessageView | Wire]]


async def _start(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.start(body.get("payload"))


async def _type(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.type(str(body["text"]), _where(body), thread=body.get("thread"))


async def _reply(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.reply(_message(phone, body), str(body["text"]))


async def _edit(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.edit(_message(phone, body), str(body["text"]))


async def _press(world: World, phone: Phone, body: Body) -> Wire:
    """Press `button`, or send hand-made `data`; with `wait` seconds the bot's answer is waited for."""
    message = _message(phone, body) if "message" in body else None
    if "data" in body:
        pressed = phone.press_data(str(body["data"]), message, chat=_where(body))
    else:
        pressed = phone.press(str(body["button"]), message, chat=_where(body))
    await _wait_for_answer(world, pressed, float(body.get("wait", 0)))
    answer = pressed.answer
    shown = None if answer is None else {"text": answer.text, "show_alert": answer.show_alert, "url": answer.url}
    return {"id": pressed.id, "answer": shown}


async def _wait_for_answer(world: World, pressed: Press, seconds: float) -> None:
    if seconds > 0:
        try:
            await world.until(lambda: pressed.answer is not None or world.closed, min(seconds, LONGEST_WAIT))
        except TimeoutError:
            return


async def _react(world: World, phone: Phone, body: Body) -> Wire:
    phone.react(_message(phone, body), str(body.get("emoji", "👍")))
    return {}


async def _photo(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_photo(
        body.get("content", TINY_PNG), str(body.get("caption", "")), _where(body), thread=body.get("thread")
    )


async def _album(world: World, phone: Phone, body: Body) -> Wire:
    views = phone.send_album([TINY_PNG] * int(body.get("count", 2)), str(body.get("caption", "")), _where(body))
    return {"messages": [view.as_json() for view in views]}


async def _document(world: World, phone: Phone, body: Body) -> MessageView:
    name = str(body.get("name", "letter.pdf"))
    return phone.send_document(body.get("content", b"%PDF-"), name, str(body.get("caption", "")), _where(body))


async def _voice(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_voice(body.get("content", b"OggS"), chat=_where(body))


async def _video(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_video(body.get("content", b"ftyp"), chat=_where(body))


async def _sticker(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_sticker(str(body.get("emoji", "🙂")), _where(body))


async def _location(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_location(chat=_where(body))


async def _contact(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_contact(chat=_where(body))


async def _content(world: World, phone: Phone, body: Body) -> MessageView:
    return phone.send_content(dict(body["message"]), _where(body), thread=body.get("thread"))


async def _raw(world: World, phone: Phone, body: Body) -> Wire:
    return {"update_id": phone.send_raw(body)}


async def _block(world: World, phone: Phone, body: Body) -> Wire:
    phone.block_bot()
    return {}


async def _unblock(world: World, phone: Phone, body: Body) -> Wire:
    phone.unblock_bot()
    return {}


async def _deactivate(world: World, phone: Phone, body: Body) -> Wire:
    phone.deactivate()
    return {}


async def _join(world: World, phone: Phone, body: Body) -> Wire:
    world.groups[int(body["chat"])].add(phone, admin=bool(body.get("admin")))
    return {}


async def _leave(world: World, phone: Phone, body: Body) -> Wire:
    phone.leave(world.groups[int(body["chat"])])
    return {}


def _where(body: Body) -> int | None:
    chat = body.get("chat")
    return None if chat is None else int(chat)


def _message(phone: Phone, body: Body) -> MessageView:
    """The message that an act is about; raises LookupError when the chat does not show it."""
    number = int(body["message"])
    for view in phone.messages(_where(body)):
        if view.id == number:
            return view
    raise LookupError(f"there is no message {number}")


ACTS: dict[str, Act] = {
    "start": _start,
    "type": _type,
    "reply": _reply,
    "edit": _edit,
    "press": _press,
    "react": _react,
    "photo": _photo,
    "album": _album,
    "document": _document,
    "voice": _voice,
    "video": _video,
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
    "content": _content,
    "raw": _raw,
    "block": _block,
    "unblock": _unblock,
    "deactivate": _deactivate,
    "join": _join,
    "leave": _leave,
}
