"""Photos that patients send: noted at once, fetched later by the cycle, and kept; none is ever judged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core.post.files import MOST_BYTES, NotFetched, Trouble
from bot.core.post.message import Body
from bot.store.tables import PatientRow, PhotoRow, PictureRow, SessionRow, TaskRow
from bot.store.unit import Unit, table_of
from bot.usecases.clinic import Clinic
from bot.usecases.posting import to_patient
from bot.usecases.raise_task import raise_task
from bot.usecases.talk import Talk
from bot.usecases.task_words import own_words

LEASE = timedelta(minutes=4)
"""Longer than a photo can take: until then no other worker fetches it, and after it any may."""
PAUSES = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
"""How long until the second, third and last try."""
WITHOUT_LINE = timedelta(minutes=1)
GIVEN_UP = timedelta(days=2)
"""So long a photo waits for a Telegram that cannot be reached."""
LOOK_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as its message announces it; ``size`` is 0 where Telegram names none."""

    file_id: str
    size: int = 0


def note_photo(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, sent: SentFile, talk: Talk | None
) -> PhotoRow:
    """Remember that a photo came, with the session and check-in that it belongs to; the cycle fetches it.

    One that is announced as too large is refused at once, and staff are told.
    """
    session = None if talk else current_session(unit, now, patient)
    row = PhotoRow(
        id=clinic.new_id(),
        patient_id=patient.id,
        session_id=talk.row.session_id if talk else session.id if session else None,
        checkin_id=talk.row.checkin_id if talk else None,
        file_id=sent.file_id,
        received_at=now,
        next_at=now,
    )
    unit.insert(row)
    if sent.size > MOST_BYTES:
        _end(unit, clinic, now, row, "refused", Trouble.TOO_LARGE, tell_her=False)
        row.state = "refused"
    return row


def current_session(unit: Unit, now: datetime, patient: PatientRow) -> SessionRow | None:
    """The newest treatment that is being followed."""
    return unit.first(
        SessionRow,
        SessionRow.patient_id == patient.id,
        SessionRow.state == "open",
        SessionRow.t0 <= now,
        order_by=col(SessionRow.t0).desc(),
    )


def claim_photo(unit: Unit, clinic: Clinic, now: datetime) -> PhotoRow | None:
    """The photo that waits longest, under a lease; None when none is due.

    The try is counted before it is made: a file that ends the process is not tried for ever.
    """
    due = unit.many(
        PhotoRow,
        PhotoRow.state == "waiting",
        col(PhotoRow.next_at) <= now,
        order_by=PhotoRow.next_at,
        limit=1,
        skip_locked=True,
    )
    for row in due:
        if row.tries > len(PAUSES):
            _end(unit, clinic, now, row, "failed", Trouble.BROKEN)
            return claim_photo(unit, clinic, now)
        unit.change_one(PhotoRow, row.id, tries=row.tries + 1, next_at=now + LEASE)
        row.tries += 1
        return row
    return None


def keep_photo(unit: Unit, row: PhotoRow, image: bytes, thumbnail: bytes) -> bool:
    """Keep the picture. False when the photo is no longer ours: its patient was forgotten, or the lease ran out."""
    if not _settle(unit, row, state="kept", next_at=None, file_id=""):
        return False
    unit.add(PictureRow, photo_id=row.id, image=image, thumbnail=thumbnail)
    return True


def not_fetched(unit: Unit, clinic: Clinic, now: datetime, row: PhotoRow, result: NotFetched) -> None:
    """No picture this time: again after a pause, or a person is told when it was the last try."""
    if not result.asked and now - row.received_at < GIVEN_UP:
        _settle(unit, row, tries=row.tries - 1, next_at=now + WITHOUT_LINE)
    elif result.again and row.tries <= len(PAUSES):
        _settle(unit, row, next_at=now + PAUSES[row.tries - 1])
    else:
        _end(unit, clinic, now, row, "failed" if result.again else "refused", result.why)


def forget_photos(unit: Unit, patient: PatientRow) -> None:
    """Delete every photo of a patient, also those that are being fetched."""
    mine = select(PhotoRow.id).where(PhotoRow.patient_id == patient.id)
    unit.remove(PictureRow, col(PictureRow.photo_id).in_(mine))
    unit.remove(PhotoRow, PhotoRow.patient_id == patient.id)


def picture_of(unit: Unit, photo_id: str) -> bytes | None:
    """The kept picture of a photo, or None."""
    found = unit.find(PictureRow, photo_id=photo_id)
    return found.image if found else None


def thumbnails(unit: Unit, patient: PatientRow, most: int) -> dict[str, bytes]:
    """The small pictures of the newest ``most`` photos of a patient, by the photo's id."""
    picture, photo = table_of(PictureRow), table_of(PhotoRow)
    query = (
        select(picture.c.photo_id, picture.c.thumbnail)
        .join(photo, photo.c.id == picture.c.photo_id)
        .where(photo.c.patient_id == patient.id)
        .order_by(photo.c.received_at.desc())
        .limit(most)
    )
    return {row[0]: row[1] for row in unit.connection.execute(query)}


def _settle(unit: Unit, row: PhotoRow, **values: object) -> bool:
    """Change a photo that is still in the try that ``row`` was claimed for."""
    mine = (PhotoRow.id == row.id, PhotoRow.state == "waiting", PhotoRow.tries == row.tries)
    return unit.change(PhotoRow, *mine, **values) == 1


def _end(
    unit: Unit, clinic: Clinic, now: datetime, row: PhotoRow, state: str, why: Trouble, *, tell_her: bool = True
) -> None:
    """It will not be kept: staff look at their copy, and she is asked for it again. Several in a row are one task."""
    if not _settle(unit, row, state=state, why=why.value, next_at=None, file_id=""):
        return
    mine = f"photo:{row.patient_id}:"
    if unit.count(TaskRow, col(TaskRow.cause).startswith(mine), col(TaskRow.done_at).is_(None)):
        return
    patient = unit.get(PatientRow, row.patient_id)
    about = own_words(f"task.photo_failed.{why.value}")
    raise_task(unit, clinic, now, "other", now + LOOK_WITHIN, patient, cause=mine + row.id, about=about)
    if tell_her:
        text = clinic.ui(patient.language).say("hear.photo_not_kept")
        to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")
