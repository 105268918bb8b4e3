"""A staff group with topics: each patient has her own, and whatever becomes of it, nothing is lost."""

from collections.abc import AsyncIterator

import pytest

from bot.emulator import Fault, FaultKind, MessageView
from bot.store.tables_topics import TopicRow
from tests.support.clinic import Clinic, Person, open_clinic, real_flows
from tests.support.scenes import hard_to_breathe


@pytest.fixture
async def clinic(sqlite_url: str) -> AsyncIterator[Clinic]:
    """A clinic whose staff group is a forum, and has said /here."""
    async with open_clinic(sqlite_url, flows=real_flows()) as opened:
        assert opened.group is not None and opened.group.chat is not None
        opened.group.chat = opened.world.migrate(opened.group.chat, forum=True)
        opened.staff_skim()
        await opened.settle()
        opened.staff_skim()
        yield opened


def _forum(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


def _in_topic(clinic: Clinic, name: str) -> list[MessageView]:
    """Everything in the one topic whose name has these words."""
    group = _forum(clinic).chat
    assert group is not None
    (thread,) = [topic.id for topic in group.topics.values() if name in topic.name]
    return group.messages(thread)


def _general(clinic: Clinic) -> str:
    group = _forum(clinic).chat
    assert group is not None
    return "\n".join(each.text for each in group.messages() if each.thread_id is None)


def _words(messages: list[MessageView]) -> str:
    return "\n".join(each.text for each in messages)


async def _types_in(clinic: Clinic, name: str, topic: str, text: str) -> None:
    group = _forum(clinic).chat
    assert group is not None
    (thread,) = [each.id for each in group.topics.values() if topic in each.name]
    clinic.staff[name].phone.type(text, group, thread=thread)
    await clinic.settle()


async def test_words_go_to_her_topic_and_staff_answer_there(clinic: Clinic) -> None:
    ana = await clinic.treat()
    group = _forum(clinic).chat
    assert group is not None and not group.topics, "no topic before there is a need for one"
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    (topic,) = group.topics.values()
    code = (await clinic.row_of(ana)).case_code
    assert topic.name == f"{code} A.R.", "no more than the cards show"
    shown = _words(_in_topic(clinic, "A.R."))
    assert "Whatever staff write here goes to the patient" in shown
    assert "how much is the next session?" in shown and "Please read and answer" in shown
    assert "next session" not in _general(clinic)
    await _types_in(clinic, "Dr. Vega", "A.R.", "// she is the one with the lips")
    ana.expects_nothing()
    await _types_in(clinic, "Dr. Vega", "A.R.", "It is 200 euros.")
    ana.expects("Dr. Vega from Clinic Sol", "It is 200 euros.")
    ana.expects_nothing()
    assert not await clinic.open_tasks("unread")
    await ana.writes("and the one after?")
    ana.expects("Our team will read this")
    assert len(group.topics) == 1
    assert "and the one after?" in _words(_in_topic(clinic, "A.R."))


async def test_two_patients_at_once_never_see_each_others_words(clinic: Clinic) -> None:
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    ana.phone.type("may I swim?")
    bea.phone.type("which day is my appointment?")
    await clinic.settle()
    await _types_in(clinic, "Dr. Vega", "B.S.", "On Tuesday.")
    await _types_in(clinic, "Dr. Marín", "A.R.", "Not this week.")
    seen = {who.name: _words(who.unread) for who in (ana, bea)}
    assert "Not this week." in seen["Ana Ruiz"] and "Tuesday" not in seen["Ana Ruiz"]
    assert "On Tuesday." in seen["Bea Soto"] and "Not this week." not in seen["Bea Soto"]
    in_anas, in_beas = _words(_in_topic(clinic, "A.R.")), _words(_in_topic(clinic, "B.S."))
    assert "swim" in in_anas and "appointment" not in in_anas
    assert "appointment" in in_beas and "swim" not in in_beas


async def test_an_alert_stands_in_the_general_view_and_in_her_topic(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    assert "EMERGENCY (D1)" in _general(clinic)
    card = next(each for each in _in_topic(clinic, "A.R.") if "EMERGENCY (D1)" in each.text)
    vega = clinic.in_group("Dr. Vega")
    await vega.taps("I take it", on=card)
    shown = [each for each in _forum(clinic).chat.messages() if "EMERGENCY (D1)" in each.text]  # type: ignore[union-attr]
    assert len(shown) == 2
    assert all("Dr. Vega" in each.text for each in shown), "both say who took it"
    await vega.replies(card, "We are calling the ambulance.")
    assert "We are calling the ambulance." in _words(ana.unread)


async def test_a_photo_is_announced_in_her_topic_and_shown_in_private(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(ana.phone.send_photo)
    await ana.does(ana.phone.send_voice)
    topic = _in_topic(clinic, "A.R.")
    assert "sent a photo" in _words(topic)
    assert not any(each.photo for each in topic), "no picture in a group"
    assert any(each.kind == "voice" for each in topic)


async def test_forget_deletes_the_topic(clinic: Clinic) -> None:
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    await ana.writes("how much is the next session?")
    await bea.writes("how much is mine?")
    group = _forum(clinic).chat
    assert group is not None and len(group.topics) == 2
    await ana.writes("/forget")
    await ana.taps("Yes, delete")
    assert [topic.name.split()[1] for topic in group.topics.values()] == ["B.S."]
    assert "next session" not in _words(group.messages())
    assert not [task for task in await clinic.open_tasks() if task.cause.startswith("delete_copies")], "nothing is left"
    assert [row.chat_id for row in await clinic.app.store.look(lambda unit: unit.many(TopicRow))] == [group.id]


async def test_a_topic_that_cannot_be_deleted_is_a_task(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    group = _forum(clinic).chat
    assert group is not None
    await ana.does(lambda: group.set_bot_admin(False))
    await ana.writes("/forget")
    await ana.taps("Yes, delete")
    assert [task.kind for task in await clinic.open_tasks() if task.cause.startswith("delete_copies")] == ["other"]
    assert "Please delete by hand" in _general(clinic)


def _topic(clinic: Clinic) -> int:
    group = _forum(clinic).chat
    assert group is not None
    return next(iter(group.topics))


async def test_a_topic_deleted_by_hand(clinic: Clinic) -> None:
    """The message goes to the general view at once, someone is told, and after a day she gets a new topic."""
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    group = _forum(clinic).chat
    assert group is not None
    clinic.world.delete_topic(group, _topic(clinic))
    await ana.writes("are you there?")
    assert "are you there?" in _general(clinic)
    assert "takes no messages any more" in _general(clinic)
    assert "takes no messages any more" in _words(clinic.staff["Lola"].unread)
    await ana.writes("hello again, anybody?")
    assert "anybody?" in _general(clinic) and not group.topics
    assert _general(clinic).count("takes no messages any more") == 1, "told once"
    await clinic.pass_time(days=1, minutes=1)
    await ana.writes("good morning to you all")
    assert "good morning to you all" in _words(_in_topic(clinic, "A.R."))


async def test_a_closed_topic_of_a_bot_that_is_no_admin_any_more(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    group = _forum(clinic).chat
    assert group is not None
    group.topics[_topic(clinic)].is_closed = True
    group.set_bot_admin(False)
    await clinic.settle()
    await ana.writes("are you there?")
    assert "are you there?" in _general(clinic) and "takes no messages any more" in _general(clinic)


async def test_no_right_to_make_topics(clinic: Clinic) -> None:
    ana = await clinic.treat()
    group = _forum(clinic).chat
    assert group is not None
    group.set_bot_admin(False)
    await clinic.settle()
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    assert "how much is the next session?" in _general(clinic)
    assert "could not make a topic" in _general(clinic) and not group.topics
    assert "could not make a topic" in _words(clinic.staff["Lola"].unread)
    assert not [task for task in await clinic.open_tasks() if task.cause.startswith("group_lost")]
    group.set_bot_admin(True)
    await clinic.settle()
    await clinic.pass_time(days=1)
    await ana.writes("and now, please?")
    assert "and now, please?" in _words(_in_topic(clinic, "A.R."))


async def test_the_group_has_no_topics_any_more(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    group = _forum(clinic).chat
    assert group is not None
    for thread in list(group.topics):
        clinic.world.delete_topic(group, thread)
    group.chat.is_forum = False
    await ana.writes("are you there?")
    assert "are you there?" in _general(clinic) and "takes no messages any more" in _general(clinic)
    await clinic.in_group("Lola").writes("good morning all")
    await clinic.pass_time(days=2)
    await ana.writes("still there, anybody?")
    assert "still there, anybody?" in _general(clinic) and "could not make" not in _general(clinic)


async def test_who_writes_as_the_group_is_told_that_nothing_was_sent(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    ana.skims()
    group = _forum(clinic).chat
    assert group is not None
    message = {
        "message_id": 9001,
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": group.chat.wire(),
        "chat": group.chat.wire(),
        "date": int(clinic.now.timestamp()),
        "text": "200 euros",
        "message_thread_id": _topic(clinic),
        "is_topic_message": True,
    }
    await ana.does(lambda: ana.phone.send_raw({"message": message}))
    ana.expects_nothing()
    assert "Nothing was sent" in _words(_in_topic(clinic, "A.R."))


async def test_an_alert_never_waits_behind_relayed_chat(clinic: Clinic) -> None:
    """A patient floods her topic; another's D1 reaches the general view in the same second."""
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    for number in range(40):
        bea.phone.type(f"and what about number {number}?")
    await clinic.settle()
    said = clinic.now
    await ana.writes("my lips are huge n cant breath")
    group = _forum(clinic).chat
    assert group is not None
    first = next(
        call.at
        for call in clinic.world.calls
        if call.error is None and call.params.get("chat_id") in (group.id, str(group.id))
        and "EMERGENCY (D1)" in str(call.params.get("text")) and call.params.get("message_thread_id") is None
    )  # fmt: skip
    assert first - said.timestamp() < 1.5
    shown = sum("and what about number" in each.text for each in group.messages())
    assert shown < 40, "the flood itself waits"
    await clinic.pass_time(minutes=10)
    assert sum("and what about number" in each.text for each in group.messages()) >= 40, "and none of it is lost"
    refused = [call for call in clinic.world.calls if "Too Many" in str(call.error)]
    assert not refused, "the pace is ours, not Telegram's"


async def test_telegram_does_not_answer_when_a_topic_is_made(clinic: Clinic) -> None:
    """Nobody knows whether there is a topic: the words go to the general view."""
    ana = await clinic.treat()
    clinic.world.faults.add(Fault(FaultKind.CUT_AFTER, method="createForumTopic"))
    await ana.writes("how much is the next session?")
    assert "how much is the next session?" in _general(clinic)
