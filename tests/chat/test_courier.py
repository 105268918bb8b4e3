"""The courier against the emulator: every fault, every method, and a warning that gets through in plain words."""

import asyncio
import inspect

import pytest

from bot.chat.courier import LONGEST_SEND, TelegramCourier
from bot.chat.request import AiohttpRequest
from bot.core.post.message import Body, Button, Message, Method, Priority, Refusal, Sent, TopicAct
from bot.cycle.deliver_outbox import LEASE_S
from bot.emulator import FaultKind
from tests.chat.telegram_side import line

PICTURE = "iVBORw0KGgo="


def message(chat_id: int, body: Body, *, priority: Priority = Priority.ANSWER, method: Method = Method.SEND) -> Message:
    return Message(id=1, chat_id=chat_id, priority=priority, method=method, body=body)


async def test_every_method() -> None:
    async with line() as telegram:
        courier, ana = TelegramCourier(telegram.bot), telegram.ana
        sent = await courier.send(message(ana.id, Body(text="<i>hello</i>", html=True)))
        assert (sent.kind, ana.messages()[0].text) == ("sent", "hello")
        edit = Body(text="changed", edits=ana.messages()[0].id)
        for _ in range(2):
            assert await courier.send(message(ana.id, edit, method=Method.EDIT)) == sent
        assert ana.messages()[0].text == "changed"
        for method in (Method.PHOTO, Method.DOCUMENT):
            body = Body(text="look", file=PICTURE, file_name="a.png")
            assert (await courier.send(message(ana.id, body, method=method))).kind == "sent"
        copy = Body(text="", copies_chat=ana.id, copies=ana.messages()[0].id)
        assert (await courier.send(message(ana.id, copy, method=Method.COPY))).kind == "sent"
        assert [view.text for view in ana.messages()] == ["changed", "look", "look", "changed"]
        assert telegram.world.unknown_parameters == {}


async def test_a_kept_photo_is_put_in_when_it_goes() -> None:
    """The outbox names it only; one that was forgotten meanwhile is refused, and a database that is away costs nothing."""

    async def picture(photo_id: str) -> bytes | None:
        if photo_id == "away":
            raise OSError("the words of an error")
        return b"\xff\xd8 kept" if photo_id == "ph1" else None

    async with line() as telegram:
        courier, ana = TelegramCourier(telegram.bot, picture=picture), telegram.ana
        outcomes = {}
        for photo_id in ("ph1", "forgotten", "away"):
            body = Body(text="1/1 · day 0", photo=photo_id, protect=True)
            outcomes[photo_id] = await courier.send(message(ana.id, body, method=Method.PHOTO))
        assert [each.kind for each in outcomes.values()] == ["sent", "refusal", "never_sent"]
        assert "words" not in repr(outcomes["away"])
        (view,) = ana.messages()
        assert (view.text, view.protected) == ("1/1 · day 0", True)
        assert view.photo is not None and view.photo.content == b"\xff\xd8 kept"
        none = Body(text="", photo="ph1")
        assert (await TelegramCourier(telegram.bot).send(message(ana.id, none, method=Method.PHOTO))).kind == "refusal"


@pytest.mark.parametrize(
    ("kind", "more", "outcome", "arrived"),
    [
        (FaultKind.FLOOD, {"retry_after": 300}, "wait", False),
        (FaultKind.ERROR_BEFORE, {}, "may_have_arrived", False),
        (FaultKind.ERROR_AFTER, {}, "may_have_arrived", True),
        (FaultKind.CUT_BEFORE, {}, "may_have_arrived", False),
        (FaultKind.CUT_AFTER, {}, "may_have_arrived", True),
        (FaultKind.HANG_BEFORE, {}, "may_have_arrived", False),
        (FaultKind.HANG_AFTER, {}, "may_have_arrived", True),
        (FaultKind.NOT_JSON, {}, "may_have_arrived", True),
        (FaultKind.OUTAGE, {}, "may_have_arrived", False),
        (FaultKind.BLOCKED, {}, "refusal", False),
        (FaultKind.CHAT_NOT_FOUND, {}, "refusal", False),
        (FaultKind.REFUSED, {"description": "message is too long"}, "refusal", False),
        (FaultKind.UNAUTHORIZED, {}, "never_sent", False),
        (FaultKind.CONFLICT, {}, "never_sent", False),
    ],
)
async def test_every_fault_of_a_call_has_its_outcome(
    kind: FaultKind, more: dict[str, object], outcome: str, arrived: bool
) -> None:
    async with line(read_timeout=0.1) as telegram:
        telegram.fail(kind, **more)
        result = await TelegramCourier(telegram.bot).send(message(telegram.ana.id, Body(text="hello")))
        assert (result.kind, bool(telegram.ana.messages())) == (outcome, arrived)


async def test_a_group_that_moved_says_where_to() -> None:
    async with line() as telegram:
        group = telegram.world.group("Staff", members=[telegram.ana])
        new = telegram.world.migrate(group)
        result = await TelegramCourier(telegram.bot).send(message(group.id, Body(text="alert")))
        assert result.kind == "refusal"
        assert (result.why, result.moved_to) == ("migrated", new.id)


async def test_no_connection_is_never_sent() -> None:
    async with line() as telegram:
        await telegram.request.shutdown()
        result = await TelegramCourier(telegram.bot).send(message(telegram.ana.id, Body(text="hello")))
        assert result.kind == "never_sent"


@pytest.mark.parametrize("priority", [Priority.ADVICE, Priority.ALERT])
async def test_a_warning_that_is_refused_for_its_looks_arrives_in_plain_words(priority: Priority) -> None:
    async with line() as telegram:
        long_data = "x" * 65
        body = Body(
            text="<b>Go to the ER &amp; call",
            html=True,
            thread=99,
            reply_to=12345,
            buttons=((Button(label="Call", data=long_data),),),
        )
        result = await TelegramCourier(telegram.bot).send(message(telegram.ana.id, body, priority=priority))
        assert result.kind == "sent"
        assert [view.text for view in telegram.ana.messages()] == ["Go to the ER & call"]


async def test_what_a_topic_refuses_goes_to_the_general_view_at_once() -> None:
    """Whatever its priority: a refusal says for sure that nothing was sent."""
    async with line() as telegram:
        courier = TelegramCourier(telegram.bot)
        group = telegram.world.group("Staff", forum=True)
        opened = await courier.send(message(group.id, Body(text="K7M2 A.R.", topic_act=TopicAct.OPEN)))
        assert isinstance(opened, Sent) and list(group.topics) == [opened.message_id]
        words = Body(text="she writes", thread=opened.message_id)
        assert await courier.send(message(group.id, words)) == Sent(message_id=opened.message_id + 1)
        gone = await courier.send(message(group.id, Body(text="", topic_act=TopicAct.DELETE, thread=opened.message_id)))
        assert isinstance(gone, Sent) and not group.topics
        again = await courier.send(message(group.id, words))
        assert isinstance(again, Sent) and again.thread_lost
        assert [view.thread_id for view in group.messages() if view.text == "she writes"] == [None]
        second = await courier.send(
            message(group.id, Body(text="", topic_act=TopicAct.DELETE, thread=opened.message_id))
        )
        assert isinstance(second, Refusal) and "not found" in second.reason
        assert telegram.world.unknown_parameters == {}


async def test_what_is_no_warning_is_not_sent_in_other_words() -> None:
    async with line() as telegram:
        result = await TelegramCourier(telegram.bot).send(message(telegram.ana.id, Body(text="<b>hi", html=True)))
        assert (result.kind, telegram.ana.messages()) == ("refusal", [])


async def test_what_cannot_be_rendered_is_refused() -> None:
    async with line() as telegram:
        result = await TelegramCourier(telegram.bot).send(
            message(telegram.ana.id, Body(text="hello", file="?"), method=Method.PHOTO)
        )
        assert result.kind == "refusal"


async def test_one_send_ends_within_its_limit_and_the_limit_within_the_lease() -> None:
    assert LONGEST_SEND < LEASE_S
    async with line() as telegram:
        telegram.fail(FaultKind.HANG_AFTER)
        courier = TelegramCourier(telegram.bot, longest=0.05)
        async with asyncio.timeout(5):
            result = await courier.send(message(telegram.ana.id, Body(text="hello")))
        assert result.kind == "may_have_arrived"
    limits = inspect.signature(AiohttpRequest).parameters
    names = ("connect_timeout", "media_write_timeout", "read_timeout")
    assert sum(limits[name].default for name in names) < LONGEST_SEND
