"""Photos: kept without metadata, shown to the people who treat and to nobody else, side by side, and never judged."""

import base64
import json
from collections.abc import Callable

import pytest

from bot.emulator import FaultKind, MessageView
from bot.store.tables import AuditRow, OutboxRow, PhotoRow, PictureRow
from bot.usecases.roster import relieve
from tests.support import pictures
from tests.support.clinic import Clinic, Person

MB = 1024 * 1024
OLD = "This button is no longer in use. Please use the newest message."


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def _photos(clinic: Clinic) -> list[PhotoRow]:
    return await clinic.app.store.look(lambda unit: unit.many(PhotoRow, order_by=PhotoRow.received_at))


async def _pictures(clinic: Clinic) -> list[PictureRow]:
    return await clinic.app.store.look(lambda unit: unit.many(PictureRow))


def _no_picture_in_the_group(clinic: Clinic) -> None:
    group = _group(clinic)
    shown = [message for message in group.phone.messages(group.chat) if message.photo or message.document]
    assert not shown


def _downloads(clinic: Clinic) -> int:
    return sum(call.method == "getFile" for call in clinic.world.calls)


async def _shown(clinic: Clinic, person: Person, button: str = "Photos") -> list[MessageView]:
    """Opens the patient's card and asks for her photos; what comes, in order."""
    await person.writes("/patient Ana")
    person.skims()
    await person.taps(button)
    found = [message for message in person.unread if message.photo]
    person.skims()
    return found


async def test_a_photo_is_kept_without_its_metadata(clinic: Clinic) -> None:
    """What a clinician is shown later is ours: upright, and it says nothing of where it was taken."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg(orientation=6)))
    (photo,), (picture,) = await _photos(clinic), await _pictures(clinic)
    assert (photo.state, photo.file_id, photo.next_at, photo.tries) == ("kept", "", None, 1)
    (session,) = {row.session_id for row in await clinic.check_ins()}
    assert (photo.session_id, photo.checkin_id) == (session, (await clinic.check_in("c1")).id)
    for content in (picture.image, picture.thumbnail):
        assert pictures.PLACE.encode() not in content
        assert not pictures.opened(content).getexif()
    assert pictures.opened(picture.image).size == (32, 64)
    _group(clinic).expects("A.R. sent a photo", "day 0, Face", "It is with: Dr. Vega")
    _no_picture_in_the_group(clinic)
    vega = clinic.staff["Dr. Vega"]
    assert vega.expects("A.R.", "day 0, Face").photo is not None
    ana.skims()
    await clinic.the_end()


async def test_they_are_shown_side_by_side(clinic: Clinic) -> None:
    """Those of one site in the order of time, each with its day and check-in, from our own copy; the look is audited."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    await clinic.to_check_in("c3")
    await ana.does(lambda: ana.phone.send_photo(pictures.png()))
    await ana.is_well()
    await clinic.treat_again(ana)
    await ana.does(lambda: ana.phone.send_document(pictures.jpeg(), "IMG_1.JPG"))
    ana.skims()
    clinic.staff_skim()
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patient Ana")
    card = vega.expects("Ana Ruiz", "Photos: day 0: 1, day 1: 1", "Photos (3)")
    assert "Photos: day 0: 1\n" in card.text
    await vega.taps("Photos (3)")
    vega.expects("photos 1 to 3 of 3")
    first, second, third = vega.unread
    captions = [message.text.rpartition(" · ")[0] for message in (first, second, third)]
    assert captions == ["1/3 · day 0", "2/3 · day 1 · c3", "3/3 · day 0"]
    for message in (first, second, third):
        assert message.photo is not None and message.protected
        assert pictures.PLACE.encode() not in message.photo.content
        assert pictures.opened(message.photo.content).format == "JPEG"
    vega.skims()
    looks = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "look_at_photos"))
    assert [(look.actor, look.detail.split(" ", 1)[1]) for look in looks] == [
        (await clinic.staff_id("Dr. Vega"), "1-3 of 3")
    ]
    bodies = await clinic.app.store.look(lambda unit: [row.body for row in unit.many(OutboxRow)])
    assert max(map(len, bodies)) < 20_000, "no copy of a picture lies in the outbox"
    await vega.replies(second, "It heals as it should.")
    ana.expects("Dr. Vega from Clinic Sol", "It heals as it should.")
    vega.skims()
    await clinic.the_end()


async def test_another_site_is_another_series(clinic: Clinic) -> None:
    ana = await clinic.treat(sites=("cheek",))
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    await clinic.pass_time(hours=1)
    await clinic.treat_again(ana, sites=("lips",))
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patient Ana")
    assert [label for label in vega.labels or _labels(vega) if "Photos" in label] == ["📷 Photos (1)", "📷 Photos (1)"]


def _labels(person: Person) -> list[str]:
    return [label for row in person.unread[-1].buttons for label in row]


async def test_only_those_who_treat_see_photos(clinic: Clinic) -> None:
    """Not in the group, not the reception, and not with a button that was made up."""
    rita = await clinic.hire("Rita", "reception")
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    ana.skims()
    clinic.staff_skim()
    code, session = (await clinic.row_of(ana)).id, (await _photos(clinic))[0].session_id
    await rita.writes("/patient Ana")
    card = rita.expects("Photos: day 0: 1")
    assert not [label for row in card.buttons for label in row if "Photos" in label]
    assert "Only a clinician" in await rita.forges(f"c|{code}|photos.{session}.0", card)
    lola = clinic.in_group("Lola")
    await lola.writes("/patient Ana")
    card = _group(clinic).expects("Photos: day 0: 1")
    assert not [label for row in card.buttons for label in row if "Photos" in label]
    assert "private chat" in await lola.forges(f"c|{code}|photos.{session}.0", card)
    for made_up in (f"photos.{session}.99", "photos.nothing.0", "photos.-.0"):
        await clinic.staff["Lola"].forges(f"c|{code}|{made_up}")
        clinic.staff["Lola"].expects("There are no kept photos")
    for made_up in ("photos", "photos.x", "photos.x.y", "photos.x.-1", "photos.x.1.2"):
        assert await clinic.staff["Lola"].forges(f"c|{code}|{made_up}") == OLD
    _no_picture_in_the_group(clinic)
    assert not any(message.photo for person in clinic.staff.values() for message in person.unread)
    await clinic.the_end()


async def test_an_album_of_twenty(clinic: Clinic) -> None:
    """All are kept and shown; she is thanked once, and the group reads of it once."""
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_album([pictures.jpeg(40 + number, 40) for number in range(22)]))
    await clinic.pass_time(minutes=2)
    ana.expects("Our team will look at your photo")
    ana.expects_nothing()
    _group(clinic).expects("A.R. sent a photo")
    _group(clinic).expects_nothing()
    vega = clinic.staff["Dr. Vega"]
    assert len([message for message in vega.unread if message.photo]) == 22
    vega.skims()
    assert {photo.state for photo in await _photos(clinic)} == {"kept"}
    await vega.writes("/patient Ana")
    vega.skims()
    await vega.taps("Photos (22)")
    await clinic.pass_time(minutes=1)
    head = vega.expects("photos 3 to 22 of 22", "Earlier photos (2)")
    assert len([message for message in vega.unread if message.photo]) == 20
    vega.skims()
    await vega.taps("Earlier photos", on=head)
    await clinic.pass_time(minutes=1)
    vega.expects("photos 1 to 2 of 22")
    sizes = [pictures.opened(message.photo.content).width for message in vega.unread if message.photo]
    assert sizes == [40, 41]
    vega.skims()
    await clinic.the_end()


async def test_fifty_megabytes_are_refused_before_any_download(clinic: Clinic) -> None:
    ana = await clinic.treat()
    before = _downloads(clinic)
    await ana.does(lambda: ana.phone.send_document(bytes(50 * MB), "cheek.jpg"))
    ana.expects("The file is too large for us to keep", "send it again as a photo")
    _group(clinic).expects("sent a photo", "Dr. Vega")
    _group(clinic).expects("Please look", "A.R.", "was not kept: the file is too large")
    assert clinic.staff["Dr. Vega"].expects("A.R.").document is not None
    assert _downloads(clinic) == before
    (photo,) = await _photos(clinic)
    assert (photo.state, photo.why, photo.file_id) == ("refused", "too_large", "")
    _no_picture_in_the_group(clinic)
    await clinic.the_end()


async def test_a_heic_file_of_a_phone(clinic: Clinic) -> None:
    """Refused kindly: sent as a photo, Telegram makes a JPEG of it. Staff have the copy meanwhile."""
    ana = await clinic.treat()
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(4000)
    await ana.does(lambda: ana.phone.send_document(heic, "IMG_0042.HEIC"))
    ana.expects("Our team will look at your photo")
    ana.expects("We could not open your photo", "send it again, as a photo and not as a file", "Our team knows")
    assert clinic.staff["Dr. Vega"].expects("A.R.", "day 0").document is not None
    (photo,) = await _photos(clinic)
    assert (photo.state, photo.why) == ("refused", "not_an_image")
    _no_picture_in_the_group(clinic)


NO_PICTURES: dict[str, tuple[bytes, str, str]] = {
    "a text": (b"Dear doctor, it hurts.", "not_an_image", "no picture that the bot can open"),
    "a polyglot": (pictures.jpeg_and_zip(), "two_things", "Do NOT open it"),
    "a bomb": (pictures.png_bomb(), "too_large", "too large"),
    "half a picture": (pictures.jpeg(600, 400)[:2500], "broken", "is damaged"),
}


@pytest.mark.parametrize("what", NO_PICTURES)
async def test_what_is_no_picture(clinic: Clinic, what: str) -> None:
    """It is refused at once, staff get a task and have their copy, and she is asked for it again, once for several."""
    content, why, words = NO_PICTURES[what]
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_document(content, "cheek.jpg"))
    await ana.does(lambda: ana.phone.send_document(content, "cheek2.jpg"))
    ana.expects("Our team will look at your photo")
    ana.expects("We could not open your photo", "as a photo and not as a file")
    ana.expects("Our team will look at your photo")
    ana.expects_nothing()
    photos = await _photos(clinic)
    assert [(photo.state, photo.why, photo.file_id) for photo in photos] == [("refused", why, "")] * 2
    assert not await _pictures(clinic)
    _group(clinic).expects("Please look", "A.R.", words)
    assert [task.kind for task in await clinic.open_tasks("other")] == ["other"]
    clinic.staff_skim()
    await _group(clinic).taps("Done", on=_task(clinic))
    await ana.does(lambda: ana.phone.send_document(content, "cheek3.jpg"))
    assert len(await clinic.open_tasks("other")) == 1, "a new one after the first was done"
    ana.skims()
    clinic.staff_skim()
    await clinic.the_end()


def _task(clinic: Clinic) -> MessageView:
    group = _group(clinic)
    return next(message for message in group.phone.messages(group.chat) if "Please look" in message.text)


async def test_telegram_does_not_give_it_out(clinic: Clinic) -> None:
    """Four tries with growing pauses, then a person is told; nothing else waits for it."""
    ana = await clinic.treat()
    clinic.fault(
        FaultKind.REFUSED, method="getFile", times=None, description="wrong file_id or temporarily unavailable"
    )
    before = _downloads(clinic)
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    ana.expects("Our team will look at your photo")
    clinic.staff_skim()
    tries = [_downloads(clinic) - before]
    for minutes in (1, 6, 31):
        ana.expects_nothing()
        _group(clinic).expects_nothing()
        await clinic.pass_time(minutes=minutes)
        tries.append(_downloads(clinic) - before)
    assert tries == [1, 2, 3, 4]
    _group(clinic).expects("Please look", "Telegram does not have the file any more")
    ana.expects("We could not open your photo")
    (photo,) = await _photos(clinic)
    assert (photo.state, photo.why) == ("failed", "gone")
    await clinic.pass_time(hours=1)
    assert _downloads(clinic) - before == 4
    clinic.staff_skim()
    ana.skims()


async def test_an_outage_uses_no_tries_up(clinic: Clinic) -> None:
    """Telegram says wait for an hour; afterwards the photo is kept."""
    ana = await clinic.treat()
    flood = clinic.fault(FaultKind.FLOOD, method="getFile", times=None)
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    await clinic.pass_time(hours=1)
    (photo,) = await _photos(clinic)
    assert (photo.state, photo.tries) == ("waiting", 0)
    clinic.world.faults.active.remove(flood)
    await clinic.pass_time(minutes=2)
    (photo,) = await _photos(clinic)
    assert photo.state == "kept"
    assert not await clinic.open_tasks("other")


async def test_nobody_is_on_call(clinic: Clinic) -> None:
    """The second on call gets it; without anybody on call, the leads."""
    ana = await clinic.treat()
    await clinic.remove("Dr. Vega")
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    assert clinic.staff["Dr. Marín"].expects("A.R.").photo is not None
    await clinic.remove("Dr. Marín")
    clinic.staff["Dr. Marín"].skims()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    assert clinic.staff["Lola"].expects("A.R.").photo is not None
    _group(clinic).expects("A.R. sent a photo", "It is with: Dr. Marín")
    _group(clinic).expects("A.R. sent a photo", "It is with: Lola")
    _no_picture_in_the_group(clinic)


async def test_nobody_has_a_private_chat(clinic: Clinic) -> None:
    """Then, and only then, a task: the photo is kept all the same."""
    ana = await clinic.treat()
    for name in ("Dr. Vega", "Dr. Marín", "Lola"):
        await clinic.remove(name)
        clinic.staff[name].skims()
    _group(clinic).skims()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    _group(clinic).expects("A.R. sent a photo", "NOBODY has a private chat")
    _group(clinic).expects("Please look", "nobody who treats has a private chat")
    assert [photo.state for photo in await _photos(clinic)] == ["kept"]
    _no_picture_in_the_group(clinic)
    ana.skims()
    await clinic.the_end()


async def test_who_blocked_the_bot_does_not_keep_it_from_the_others(clinic: Clinic) -> None:
    """The copy is refused: the next person gets it, and the group is told."""
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    clinic.fault(FaultKind.BLOCKED, vega, times=None)
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    holders = [name for name, person in clinic.staff.items() if any(message.photo for message in person.unread)]
    assert holders == ["Dr. Marín"]
    _group(clinic).expects("A.R. sent a photo", "It is with: Dr. Vega")
    _group(clinic).expects("did not reach its first reader", "It is with: Dr. Marín")
    _no_picture_in_the_group(clinic)


async def test_all_have_blocked_the_bot(clinic: Clinic) -> None:
    """Each is tried once, and in the end staff have a task in the group."""
    ana = await clinic.treat()
    for person in clinic.staff.values():
        clinic.fault(FaultKind.BLOCKED, person, times=None)
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    _group(clinic).expects("did not reach its first reader", "It is with: Dr. Marín")
    _group(clinic).expects("did not reach its first reader", "It is with: Lola")
    _group(clinic).expects("did not reach its first reader", "NOBODY has a private chat")
    _group(clinic).expects("Please look", "nobody who treats has a private chat")
    assert sum(call.method == "copyMessage" for call in clinic.world.calls) == 3
    assert [photo.state for photo in await _photos(clinic)] == ["kept"]


async def test_a_reply_in_private_reaches_her(clinic: Clinic) -> None:
    """The one who relieves gets the next photo; a reply under either of them reaches the patient."""
    ana = await clinic.treat()
    lola = await clinic.staff_row(clinic.staff["Lola"])
    app, now = clinic.app, clinic.now
    await clinic.pass_time(minutes=1)
    await app.store.run(lambda unit: relieve(unit, app.clinic, now, lola, 1))
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg(), "is this fine?"))
    ana.skims()
    copy = clinic.staff["Lola"].expects("A.R.")
    _group(clinic).expects("writes", "is this fine?")
    await clinic.staff["Lola"].replies(copy, "Please come in today.")
    ana.expects("Lola from Clinic Sol", "Please come in today.")
    clinic.staff_skim()
    await clinic.the_end()


KINDS: dict[str, Callable[[Person], object]] = {
    "video": lambda ana: ana.phone.send_video(),
    "round video": lambda ana: ana.phone.send_content(
        {"video_note": {"file_id": "x", "file_unique_id": "x", "length": 240, "duration": 3}}
    ),
    "animation": lambda ana: ana.phone.send_content(
        {
            "animation": {"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9, "duration": 3},
            "document": {"file_id": "x", "file_unique_id": "x", "mime_type": "image/gif"},
        }
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_moving_pictures_go_to_no_group_either(clinic: Clinic, kind: str) -> None:
    ana = await clinic.treat()
    await ana.does(lambda: KINDS[kind](ana))
    _group(clinic).expects("cannot read", "It is with: Dr. Vega")
    _group(clinic).expects_nothing()
    ana.expects("The bot cannot read this")
    assert clinic.staff["Dr. Vega"].unread
    copies = [call for call in clinic.world.calls if call.method == "copyMessage"]
    assert {int(call.params["chat_id"]) for call in copies} == {clinic.staff["Dr. Vega"].phone.id}
    assert not await _photos(clinic)


async def test_my_data_has_her_photos(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    await ana.does(lambda: ana.phone.send_document(b"no picture", "a.png"))
    ana.skims()
    await ana.writes("/mydata")
    document = ana.expects("This is everything").document
    assert document is not None
    kept, refused = json.loads(document.content)["photos"]
    assert (kept["state"], refused["state"], refused["why"], refused["jpeg_base64"]) == (
        "kept", "refused", "not_an_image", "",
    )  # fmt: skip
    assert pictures.opened(base64.b64decode(kept["jpeg_base64"])).size == (64, 32)


async def test_a_photo_before_consent_is_not_kept(clinic: Clinic) -> None:
    ana = await clinic.treat(enrolled=False)
    ana.skims()
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    assert not await _photos(clinic)
    assert not any(message.photo for person in clinic.staff.values() for message in person.unread)
