"""Messages as Bot API calls, and plainer ones."""

import base64

import pytest
from telegram import InputFile

from bot.chat.render import call_of, plainer
from bot.core.post.message import Body, Button, Message, Method, Priority

BUTTONS = ((Button(label="Yes", data="1|yes"), Button(label="Site", url="https://example.org/")),)
FILE = base64.b64encode(b"picture").decode()
BODIES: dict[Method, Body] = {
    Method.SEND: Body(text="hello"),
    Method.EDIT: Body(text="hello", edits=9),
    Method.PHOTO: Body(text="hello", file=FILE, file_name="a.png"),
    Method.DOCUMENT: Body(text="hello", file=FILE, file_name="plan.ics"),
    Method.COPY: Body(text="", copies_chat=6, copies=8),
}
NAMES = {
    Method.SEND: "sendMessage",
    Method.EDIT: "editMessageText",
    Method.PHOTO: "sendPhoto",
    Method.DOCUMENT: "sendDocument",
    Method.COPY: "copyMessage",
}


def message(method: Method, body: Body) -> Message:
    return Message(id=1, chat_id=5, priority=Priority.ANSWER, method=method, body=body)


@pytest.mark.parametrize("method", Method)
def test_every_method_has_its_call(method: Method) -> None:
    name, given = call_of(message(method, BODIES[method]))
    assert (name, given["chat_id"]) == (NAMES[method], 5)
    assert "parse_mode" not in given
    assert "reply_markup" not in given


def test_words_buttons_and_manner() -> None:
    body = Body(text="<b>hi</b>", html=True, buttons=BUTTONS, reply_to=3, thread=4, silent=True, protect=True)
    _, given = call_of(message(Method.SEND, body))
    assert given["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "1|yes"}, {"text": "Site", "url": "https://example.org/"}]
        ]
    }
    assert (given["parse_mode"], given["message_thread_id"]) == ("HTML", 4)
    assert (given["disable_notification"], given["protect_content"]) == (True, True)


def test_files_are_opened() -> None:
    _, given = call_of(message(Method.PHOTO, BODIES[Method.PHOTO]))
    photo = given["photo"]
    assert isinstance(photo, InputFile)
    assert (photo.input_file_content, photo.filename, given["caption"]) == (b"picture", "a.png", "hello")


def test_an_edit_without_words_changes_the_buttons_only() -> None:
    name, given = call_of(message(Method.EDIT, Body(text="", edits=9, buttons=BUTTONS)))
    assert name == "editMessageReplyMarkup"
    assert "text" not in given


@pytest.mark.parametrize(
    ("method", "body"),
    [
        (Method.EDIT, Body(text="hello")),
        (Method.PHOTO, Body(text="hello")),
        (Method.DOCUMENT, Body(text="hello", file="not base64!")),
        (Method.COPY, Body(text="", copies=8)),
    ],
)
def test_what_a_method_cannot_carry_is_refused(method: Method, body: Body) -> None:
    with pytest.raises(ValueError, match=r".+"):
        call_of(message(method, body))


@pytest.mark.parametrize(
    ("body", "refusal", "left"),
    [
        (Body(text="<b>a &amp; b", html=True), "Can't parse entities: ...", Body(text="a & b")),
        (Body(text="a", buttons=BUTTONS), "BUTTON_DATA_INVALID", Body(text="a")),
        (Body(text="a", thread=7), "Message thread not found", Body(text="a")),
        (Body(text="a", thread=7), "TOPIC_CLOSED", Body(text="a")),
        (Body(text="a" * 5000), "Message is too long", Body(text="a" * 2048)),
        (Body(text="a"), "Message is too long", None),
        (Body(text="a"), "Can't parse entities", None),
        (Body(text="a"), "something else", None),
    ],
)
def test_what_is_refused_is_left_out(body: Body, refusal: str, left: Body | None) -> None:
    assert plainer(body, refusal) == left
