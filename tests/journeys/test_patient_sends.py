"""Whatever a patient sends gets a reply, and staff see it: photos, voices, stickers, strange text, unknown content."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.emulator import MessageView
from bot.store.tables import InboxRow
from tests.support import pictures
from tests.support.clinic import Clinic, Person

SCREEN = "Right now, do you have any of these"


def _raw(person: Person, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "message": {
            "message_id": 900_001,
            "date": int(person.clinic.now.timestamp()),
            "chat": {"id": person.phone.id, "type": "private", "first_name": "Ana"},
            "from": {"id": person.phone.id, "is_bot": False, "first_name": "Ana", "language_code": "en"},
            **content,
        }
    }


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def _inbox_is_done(clinic: Clinic) -> None:
    states = await clinic.app.store.look(lambda unit: {row.state for row in unit.many(InboxRow)})
    assert states == {"done"}


THINGS: dict[str, Callable[[Person], Any]] = {
    "voice": lambda ana: ana.phone.send_voice(),
    "video": lambda ana: ana.phone.send_video(),
    "sticker": lambda ana: ana.phone.send_sticker(),
    "document": lambda ana: ana.phone.send_document(b"%PDF-1.7"),
    "location": lambda ana: ana.phone.send_location(),
    "contact": lambda ana: ana.phone.send_contact(),
    "venue": lambda ana: ana.phone.send_content(
        {"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "Bar", "address": "Main St"}}
    ),
    "dice": lambda ana: ana.phone.send_content({"dice": {"emoji": "🎲", "value": 3}}),
    "broken poll": lambda ana: ana.phone.send_content(
        {
            "poll": {
                "id": "1",
                "question": "",
                "options": [{"persistent_id": "0", "text": "", "voter_count": 0}],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
            }
        }
    ),
    "unknown": lambda ana: ana.phone.send_raw(_raw(ana, {"hologram": {"beams": 3}})),
    "unknown empty": lambda ana: ana.phone.send_raw(_raw(ana, {})),
}


PLACE = "place on the map"
NAMED = {"unknown empty": "unknown", "broken poll": "unknown", "document": "file", "location": PLACE, "venue": PLACE}


@pytest.mark.parametrize("thing", THINGS)
async def test_what_the_bot_cannot_read(clinic: Clinic, thing: str) -> None:
    """She is told so, staff see it, and the open question is asked again; the second time a person calls."""
    ana = await clinic.treat()
    await ana.does(lambda: THINGS[thing](ana))
    ana.expects("The bot cannot read this", "/worse")
    group = _group(clinic)
    group.expects("sent something that the bot cannot read", NAMED.get(thing, thing))
    clinic.staff_skim()
    ana.expects_nothing()
    assert [(task.kind, task.told_at) for task in await clinic.open_tasks()] == [("unread", None)], (
        "told when it is late"
    )
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana", SCREEN)
    await ana.does(lambda: THINGS[thing](ana))
    ana.expects("The bot cannot read this")
    ana.expects("1 of", SCREEN)
    group.expects("cannot read", NAMED.get(thing, thing))
    group.expects("The bot cannot read what the patient sends: please call", "A.R.")
    clinic.staff_skim()
    assert [task.kind for task in await clinic.open_tasks()] == ["unread", "unreadable"]
    await _inbox_is_done(clinic)
    await clinic.the_end()


async def test_words_in_between_begin_the_count_anew(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(ana.phone.send_voice)
    await ana.writes("sorry, that was by mistake")
    await ana.does(ana.phone.send_sticker)
    ana.skims()
    clinic.staff_skim()
    assert [task.kind for task in await clinic.open_tasks()] == ["unread", "unread"]


async def test_a_video_is_shown_to_one_person_and_not_to_the_group(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(ana.phone.send_video)
    ana.expects("The bot cannot read this")
    note = _group(clinic).expects("A.R. sent something", "(video)", "It is with: Dr. Vega")
    copy = clinic.staff["Dr. Vega"].expects("A.R.", "day 0")
    assert copy.kind == "video"
    assert [message.kind for message in note_and_after(clinic, note.id)] == ["text"]
    await clinic.the_end()


def note_and_after(clinic: Clinic, first: int) -> list[MessageView]:
    """What stands in the group from this message on."""
    group = _group(clinic)
    return [message for message in group.phone.messages(group.chat) if message.id >= first]


async def test_a_photo(clinic: Clinic) -> None:
    """It goes to who is on call, is never judged, and answers nothing; the group reads who has it."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await ana.does(ana.phone.send_photo)
    ana.expects("Our team will look at your photo. The bot cannot judge photos.")
    ana.expects("1 of", SCREEN)
    group = _group(clinic)
    group.expects("A.R. sent a photo", "day 0", "Face", "It is with: Dr. Vega")
    assert not any(message.photo for message in group.phone.messages(group.chat))
    assert clinic.staff["Dr. Vega"].expects("A.R.", "day 0", "Face").photo is not None
    (run,) = await clinic.runs()
    assert run.level == "D5"
    assert run.state == "open"
    await clinic.the_end()


async def test_a_photo_with_red_words(clinic: Clinic) -> None:
    """The caption is read like any other words."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_photo(caption="it turned white here"))
    ana.expects("Our team will look at your photo")
    ana.expects("Is any patch white, grey, blue or purple like lace?")
    clinic.staff_skim()
    await clinic.the_end()


async def test_a_document_with_red_words(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_document(b"x", caption="cant breathe since I took this"))
    ana.expects("If this is happening now", "Call 112 now")
    ana.expects("Is this happening to you now?")
    _group(clinic).expects("sent something that the bot cannot read")
    clinic.staff_skim()
    await clinic.the_end()


async def test_an_album(clinic: Clinic) -> None:
    """Three pictures at once: staff get all three, she is thanked once and asked once."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await ana.does(lambda: ana.phone.send_album([pictures.jpeg()] * 3, "left, right, front"))
    ana.expects("Our team will look at your photo")
    ana.expects("1 of", SCREEN)
    ana.expects("our team will read this")  # the words under the first picture
    ana.expects("1 of", SCREEN)
    ana.expects_nothing()
    vega = clinic.staff["Dr. Vega"]
    assert len([message for message in vega.unread if message.photo]) == 3
    vega.skims()
    _group(clinic).expects("A.R. sent a photo", "Dr. Vega")
    _group(clinic).expects("writes", "left, right, front")
    _group(clinic).skims()
    await clinic.the_end()


async def test_an_edited_message(clinic: Clinic) -> None:
    """A correction is read and shown to staff; it never answers a question."""
    ana = await clinic.treat()
    await ana.writes("my chek is fine")
    ana.expects("Our team will read this")
    clinic.staff_skim()
    mine = [message for message in ana.phone.messages() if not message.from_bot][-1]
    await ana.does(lambda: ana.phone.edit(mine, "my cheek turned white"))
    ana.expects("Is any patch white, grey, blue or purple like lace?")
    _group(clinic).expects("changed a message to", "my cheek turned white")
    clinic.staff_skim()
    await ana.does(lambda: ana.phone.edit(mine, "No"))
    ana.expects("our team will read this")
    ana.expects("Is any patch white")
    _group(clinic).expects("changed a message to", "No")
    await clinic.the_end()


STRANGE = (
    "😀😀😀",
    "👩🏽‍⚕️🏳️‍🌈",
    "وجهي بخير والحمد لله",
    "שלום, הכול בסדר",
    "\u202eevil \u200f\u200e reversed",
    "a\u0300\u0301\u0302" * 200,
    "<b>bold</b> & <script>alert(1)</script> {name} %s",
    "zero\x00byte",
    "\x00",
    "\u200b",
    "   \n\n\t  ",
    "🆗" * 2000,
)


async def test_strange_words(clinic: Clinic) -> None:
    """Any text is answered, shown to staff as it was written, and kept for a person."""
    ana = await clinic.treat()
    group = _group(clinic)
    for text in STRANGE:
        await ana.does(lambda text=text: ana.phone.send_raw(_raw(ana, {"text": text})))  # type: ignore[misc]
        reply = ana.unread[0].text
        assert reply.startswith(("Thank you. Our team will read this", "The bot cannot read this")), ascii(text)
        ana.skims()
        assert group.expects("A.R.").text.startswith(("💬", "📎", "📋")), ascii(text)
        group.skims()
        await clinic.pass_time(minutes=1)  # a group takes 20 messages a minute
    await _inbox_is_done(clinic)
    clinic.staff_skim()
    await clinic.the_end()


async def test_halves_of_characters(clinic: Clinic) -> None:
    """Lone surrogates in the raw JSON: no database and no Telegram call can carry them, and nothing is lost by it."""
    ana = await clinic.treat()
    for text in ("\ud83d", "cheek \ude00 ok", "a\ud800b", "\udc00\ud800"):
        await ana.does(lambda text=text: ana.phone.send_raw(_raw(ana, {"text": text})))  # type: ignore[misc]
        ana.expects("Our team will read this")
        _group(clinic).expects("writes")
        clinic.staff_skim()
        await _inbox_is_done(clinic)
    await clinic.to_check_in("c1")
    await ana.is_well(until="FT")
    ana.skims()
    await ana.does(lambda: ana.phone.send_raw(_raw(ana, {"text": "halves \ud83d"})))
    ana.expects("fits normal healing")
    await _inbox_is_done(clinic)
    clinic.staff_skim()
    await clinic.the_end()


async def test_a_text_of_a_hundred_thousand_characters(clinic: Clinic) -> None:
    """Far more than Telegram lets through: it is read, its beginning is shown, and a red word in it counts."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_raw(_raw(ana, {"text": "all is well " * 8400})))
    ana.expects("Our team will read this")
    _group(clinic).expects("all is well all is well")
    clinic.staff_skim()
    await ana.does(
        lambda: ana.phone.send_raw(_raw(ana, {"text": "word " * 1500 + "i cant breathe " + "word " * 18000}))
    )
    ana.expects("If this is happening now", "112")
    await _inbox_is_done(clinic)


@pytest.mark.parametrize(
    "content",
    [
        {"text": 5},
        {"text": None},
        {"text": {"a": 1}},
        {"photo": []},
        {"photo": [{"file_id": "x"}]},
        {"entities": 7, "text": "x"},
        {"date": "yesterday", "text": "x"},
        {"reply_to_message": {"message_id": 1}, "text": "x"},
        {"forward_origin": {"type": "from_the_moon"}, "text": "x"},
    ],
    ids=str,
)
async def test_broken_updates(clinic: Clinic, content: dict[str, Any]) -> None:
    """What cannot be understood is kept, a person is told, and what comes next is handled as always."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_raw(_raw(ana, content)))
    await clinic.pass_time(minutes=2)
    staff_saw = bool(_group(clinic).unread)
    assert ana.unread or staff_saw
    ana.skims()
    clinic.staff_skim()
    await ana.writes("hello")
    ana.expects("Hello! Next check-in")


async def test_red_words_in_a_message_that_the_library_cannot_read(clinic: Clinic) -> None:
    """Whatever else is broken in the update, the words in it are read."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_raw(_raw(ana, {"entities": 7, "text": "i cant breathe"})))
    ana.expects("If this is happening now", "Call 112 now")
    ana.expects("Is this happening to you now?")
    _group(clinic).expects("i cant breathe")
    await _inbox_is_done(clinic)


@pytest.mark.parametrize("kind", ["poll_answer", "message_reaction", "chat_boost", "business_message", "new_thing"])
async def test_updates_that_nobody_asked_for(clinic: Clinic, kind: str) -> None:
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_raw({kind: {"user": {"id": ana.phone.id, "is_bot": False}}}))
    await clinic.pass_time(minutes=2)
    ana.skims()
    clinic.staff_skim()
    await ana.writes("hello")
    ana.expects("Hello! Next check-in")
