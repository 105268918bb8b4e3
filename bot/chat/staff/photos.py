"""The kept photos of a patient: how many on which day, and the photos themselves, in a private chat only."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import col

from bot.chat.staff.reply import Asked, step_name
from bot.core.care.clock import day_of
from bot.core.errors import Refused
from bot.core.post.message import Body, Button, Method, Priority
from bot.store.tables import CheckInRow, PatientRow, PhotoRow, SessionRow
from bot.usecases.dates import day_and_clock
from bot.usecases.people import CARING
from bot.usecases.posting import audit, post

AT_ONCE = 20
"""So many photos are sent for one press: a chat takes about one a second."""
NO_SESSION = "-"


@dataclass(frozen=True, slots=True)
class Series:
    """The photos of one site over time: those of all sessions that share a site, oldest first.

    ``name`` is the newest of these sessions; photos without a session come with the newest series.
    """

    name: str
    photos: tuple[PhotoRow, ...]


def kept(asked: Asked, patient: PatientRow) -> list[PhotoRow]:
    """Every kept photo of a patient, oldest first, without the pictures."""
    return asked.unit.many(
        PhotoRow, PhotoRow.patient_id == patient.id, PhotoRow.state == "kept", order_by=PhotoRow.received_at
    )


def series_of(photos: list[PhotoRow], sessions: list[SessionRow]) -> list[Series]:
    """The photos by site; ``sessions`` newest first."""
    found: list[Series] = []
    free = [photo for photo in photos if photo.session_id is None]
    left = list(sessions)
    while left:
        newest, sites = left[0], set(left[0].sites.split())
        same = {newest.id}
        # A chain counts too: cheek and lips, then lips alone, are one series.
        while more := {each.id for each in left if each.id not in same and sites & set(each.sites.split())}:
            same |= more
            sites |= {site for each in left if each.id in more for site in each.sites.split()}
        left = [each for each in left if each.id not in same]
        mine = [photo for photo in photos if photo.session_id in same or (photo in free and not found)]
        if mine:
            found.append(Series(newest.id, tuple(mine)))
    if free and not found:
        found.append(Series(NO_SESSION, tuple(free)))
    return found


def line(asked: Asked, photos: list[PhotoRow], session: SessionRow, patient: PatientRow) -> list[str]:
    """How many photos there are of a session, by day; nothing when there are none."""
    days = Counter(
        day_of(session.t0, photo.received_at, patient.zone) for photo in photos if photo.session_id == session.id
    )
    words = ", ".join(asked.ui.plain("patient.photos_day", day=day, count=days[day]) for day in sorted(days))
    return [asked.ui.say("patient.photos", days=words)] if days else []


def line_without_session(asked: Asked, photos: list[PhotoRow]) -> list[str]:
    """How many photos belong to no session."""
    count = sum(photo.session_id is None for photo in photos)
    return [asked.ui.say("patient.photos_other", count=count)] if count else []


def buttons(asked: Asked, patient: PatientRow) -> list[tuple[Button, ...]]:
    """A button for each series, for those who may see photos, where nobody else reads along."""
    if not asked.private or asked.staff.role not in CARING:
        return []
    return [
        (
            Button(
                label=asked.ui.plain("photos.button.show", count=len(series.photos)),
                data=f"c|{patient.id}|photos.{series.name}.0",
            ),
        )
        for series in series_of(kept(asked, patient), _sessions(asked, patient))
    ]


def send(asked: Asked, patient: PatientRow, name: str, skip: int) -> None:
    """Send the newest photos of a series, oldest first, but for the ``skip`` newest. Every look is audited.

    The outbox names each photo; its picture is put in when the message goes, so that no copy of it is kept.
    """
    if not asked.private:
        raise Refused("staff.private_only")
    if asked.staff.role not in CARING:
        raise Refused("photos.role")
    sessions = {each.id: each for each in _sessions(asked, patient)}
    found = series_of(kept(asked, patient), list(sessions.values()))
    photos = next((series.photos for series in found if series.name == name), ())
    end = len(photos) - skip
    first = max(0, end - AT_ONCE)
    shown = photos[first : max(end, 0)]
    if not shown:
        asked.say("photos.none")
        return
    detail = f"{name} {first + 1}-{end} of {len(photos)}"
    audit(asked.unit, asked.now, asked.staff.id, "look_at_photos", f"patient:{patient.id}", detail)
    rows: tuple[tuple[Button, ...], ...] = ()
    if first:
        label = asked.ui.plain("photos.button.earlier", count=first)
        rows = ((Button(label=label, data=f"c|{patient.id}|photos.{name}.{skip + AT_ONCE}"),),)
    asked.say("photos.head", rows, code=patient.case_code, first=first + 1, last=end, count=len(photos))
    for number, photo in enumerate(shown, first + 1):
        caption = _caption(asked, patient, photo, sessions, number, len(photos))
        body = Body(text=caption, html=True, photo=photo.id, protect=True)
        post(
            asked.unit,
            asked.now,
            asked.chat_id,
            body,
            Priority.ANSWER,
            kind="photo",
            method=Method.PHOTO,
            patient_id=patient.id,
        )


def _caption(
    asked: Asked, patient: PatientRow, photo: PhotoRow, sessions: dict[str, SessionRow], number: int, count: int
) -> str:
    at = day_and_clock(photo.received_at, asked.clinic.facts.zone, asked.staff.language)
    session = sessions.get(photo.session_id or "")
    if session is None:
        return asked.ui.say("photos.caption_free", number=number, count=count, at=at)
    day = day_of(session.t0, photo.received_at, patient.zone)
    checkin = asked.unit.find(CheckInRow, id=photo.checkin_id) if photo.checkin_id else None
    if checkin is None:
        return asked.ui.say("photos.caption", number=number, count=count, day=day, at=at)
    step = step_name(asked.ui, checkin)
    return asked.ui.say("photos.caption_step", number=number, count=count, day=day, step=step, at=at)


def _sessions(asked: Asked, patient: PatientRow) -> list[SessionRow]:
    return asked.unit.many(SessionRow, SessionRow.patient_id == patient.id, order_by=col(SessionRow.t0).desc())
