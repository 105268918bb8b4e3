"""A message's words and buttons as a Bot API call, and a plainer one where Telegram refuses the formatting."""

import base64
import html
import re
from typing import assert_never

from telegram import InputFile
from telegram.constants import MessageLimit, ParseMode

from bot.core.post.message import Body, Button, Message, Method, TopicAct

LONGEST_TOPIC = 128
_TAG = re.compile(r"<[^<>]*>")


def call_of(message: Message) -> tuple[str, dict[str, object]]:
    """The Bot API method and its parameters; raises ValueError for a body that its method cannot carry.

    An EDIT without words changes only the buttons. A reply to a message that is gone is sent all the same.
    """
    body = message.body
    given: dict[str, object] = {"chat_id": message.chat_id}
    if body.topic_act is TopicAct.OPEN:
        return "createForumTopic", given | {"name": body.text[:LONGEST_TOPIC]}
    if body.topic_act is TopicAct.DELETE:
        return "deleteForumTopic", given | {"message_thread_id": body.thread}
    if body.buttons:
        given["reply_markup"] = keyboard(body)
    if message.method is Method.EDIT:
        if body.edits is None:
            raise ValueError("an edit names the message that it changes")
        given["message_id"] = body.edits
        if not body.text:
            return "editMessageReplyMarkup", given
        return "editMessageText", given | _words(body, "text")
    given |= _manner(body)
    match message.method:
        case Method.SEND:
            return "sendMessage", given | _words(body, "text")
        case Method.PHOTO:
            return "sendPhoto", given | _words(body, "caption") | {"photo": _file(body)}
        case Method.DOCUMENT:
            return "sendDocument", given | _words(body, "caption") | {"document": _file(body)}
        case Method.COPY:
            if body.copies_chat is None or body.copies is None:
                raise ValueError("a copy names the message that it copies")
            given |= {"from_chat_id": body.copies_chat, "message_id": body.copies}
            return "copyMessage", given | (_words(body, "caption") if body.text else {})
        case _:
            assert_never(message.method)


def keyboard(body: Body) -> dict[str, object]:
    """The buttons under a message, as the Bot API names them: the library's objects cost more than the call's commit."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in body.buttons]}


def _button(button: Button) -> dict[str, str]:
    does = {"callback_data": button.data, "url": button.url}
    return {"text": button.label} | {name: value for name, value in does.items() if value}


def plainer(body: Body, refusal: str) -> Body | None:
    """The body without what Telegram refused, or None when nothing can be left out.

    Used for advice and alerts only: a plain warning is better than a refused one.
    """
    reason = refusal.lower()
    if body.html and "entit" in reason:
        return body.model_copy(update={"html": False, "text": _without_tags(body.text)})
    if body.buttons and ("button" in reason or "keyboard" in reason or "reply markup" in reason):
        return body.model_copy(update={"buttons": ()})
    if body.thread is not None and ("thread" in reason or "topic" in reason):
        return body.model_copy(update={"thread": None})
    if "too long" in reason and len(body.text) > MessageLimit.MAX_TEXT_LENGTH // 2:
        text = _without_tags(body.text) if body.html else body.text
        return body.model_copy(update={"html": False, "text": text[: MessageLimit.MAX_TEXT_LENGTH // 2]})
    return None


def _words(body: Body, name: str) -> dict[str, object]:
    words: dict[str, object] = {name: body.text}
    if name == "text":
        words["link_preview_options"] = {"is_disabled": True}
    if body.html:
        words["parse_mode"] = ParseMode.HTML.value
    return words


def _manner(body: Body) -> dict[str, object]:
    """Where in the chat and how a new message appears."""
    manner: dict[str, object] = {}
    if body.reply_to is not None:
        manner["reply_parameters"] = {"message_id": body.reply_to, "allow_sending_without_reply": True}
    if body.thread is not None:
        manner["message_thread_id"] = body.thread
    if body.silent:
        manner["disable_notification"] = True
    if body.protect:
        manner["protect_content"] = True
    return manner


def _file(body: Body) -> InputFile:
    content = base64.b64decode(body.file, validate=True)
    if not content:
        raise ValueError("there is no file in the message")
    return InputFile(content, filename=body.file_name or "file")


def _without_tags(text: str) -> str:
    return html.unescape(_TAG.sub("", text))
