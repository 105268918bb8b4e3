"""The page of one patient, her photos, and what staff may do with her: the verbs of the chat."""

from datetime import date

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.curve import picture_of
from bot.console.pages.board import cards
from bot.console.shown import bare
from bot.core.care.clock import day_of
from bot.core.errors import Gone, Refused
from bot.core.roles import CLINICAL
from bot.core.wording.noted import noted
from bot.store.tables import PatientRow, PhotoRow, PictureRow
from bot.store.unit import Unit
from bot.usecases.board import alerts_as_shown
from bot.usecases.dates import birth_date, calendar_day
from bot.usecases.gate import plan_next
from bot.usecases.leave import mark
from bot.usecases.patient_page import PatientPage, look_at_patient
from bot.usecases.people import CARING
from bot.usecases.posting import audit
from bot.usecases.raise_task import finish_task
from bot.usecases.task_words import read
from bot.usecases.write_to_patient import write_to_patient

MARKS = ("active", "paused", "in_hospital", "deceased")


async def show(asked: Asked) -> Response:
    """Everything about her; a look is a line in the audit trail."""

    def work(unit: Unit) -> tuple[PatientPage, dict[str, object]]:
        page = look_at_patient(unit, asked.clinic, asked.now, asked.staff, asked.path("patient"))
        rows = [page.open_alert] if page.open_alert else []
        return page, cards(asked, alerts_as_shown(unit, asked.clinic, asked.now, asked.language, rows))

    page, alert = await asked.run(work)
    patient = page.patient
    chosen = [photo for name in ("left", "right") for photo in page.photos if photo.id == asked.arg(name)]
    pair = chosen if len(chosen) == 2 else [page.photos[-1], page.photos[0]] if len(page.photos) > 1 else []
    t0_of = {session.id: session.t0 for session in page.sessions}
    return asked.page(
        "patient.html",
        page=page,
        patient=patient,
        born=birth_date(patient.birth_date, asked.language),
        allergies=noted(asked.ui, patient.allergies),
        contact=noted(asked.ui, patient.emergency_contact),
        sessions=[(each, _session_words(asked, page, each.id)) for each in page.sessions],
        curves=[picture_of(curve) for curve in page.curves],
        pair=pair,
        may_see_photos=asked.staff.role in CARING,
        may_mark_deceased=asked.staff.role in CLINICAL,
        marks=_marks(patient.stage),
        day_on=calendar_day(page.gate.on_day, asked.language) if page.gate else "",
        photo_day=lambda photo: day_of(t0_of[photo.session_id], photo.received_at, patient.zone)
        if photo.session_id in t0_of else None,
        bare=bare,
        about=lambda task: read(asked.ui, task.about),
        **alert,
    )  # fmt: skip


def _marks(stage: str) -> tuple[str, ...]:
    """What the chat offers at this stage."""
    match stage:
        case "active":
            return ("paused", "in_hospital", "deceased")
        case "paused" | "in_hospital":
            return ("active", "deceased")
        case _:
            return ()


def _session_words(asked: Asked, page: PatientPage, session_id: str) -> dict[str, object]:
    session = next(each for each in page.sessions if each.id == session_id)
    script = asked.clinic.scripts.get(session.procedure)
    texts = asked.clinic.texts(script, asked.language) if script else None

    def word(kind: str, name: str) -> str:
        key = f"{kind}.{name}"
        return texts.raw(key) if texts is not None and texts.has(key) else name

    return {
        "procedure": word("procedure", session.procedure),
        "sites": ", ".join(word("site", each) for each in session.sites.split()),
        "modifiers": ", ".join(word("modifier", each) for each in session.modifiers.split()),
        "day": day_of(session.t0, asked.now, page.patient.zone),
    }


async def photo(asked: Asked) -> Response:
    """The whole picture, opened here and handed on by nobody else; a look is a line in the audit trail."""

    def work(unit: Unit) -> bytes:
        row, picture = _picture(unit, asked.path("photo"))
        audit(unit, asked.now, asked.staff.id, "look_photo", f"photo:{row.id}")
        return picture.image

    return _jpeg(await asked.run(work))


async def thumbnail(asked: Asked) -> Response:
    """The small one, as it stands on the page of a patient (whose look was noted)."""
    return _jpeg(await asked.look(lambda unit: _picture(unit, asked.path("photo"))[1].thumbnail))


def _picture(unit: Unit, photo_id: str) -> tuple[PhotoRow, PictureRow]:
    row = unit.find(PhotoRow, id=photo_id)
    picture = unit.find(PictureRow, photo_id=photo_id)
    if row is None or picture is None:
        raise Gone(f"photo {photo_id}")
    return row, picture


def _jpeg(picture: bytes) -> Response:
    return Response(picture, media_type="image/jpeg")


async def mark_as(asked: Asked) -> Response:
    """Paused, in hospital, active again, deceased. Errors: Refused for a role that must not, or an unconfirmed press."""
    stage = asked.form.get("stage")
    if stage not in MARKS:
        raise Refused("patient.unknown_stage")
    if stage == "deceased" and asked.staff.role not in CLINICAL:
        raise Refused("patient.role")
    if stage == "deceased" and asked.form.get("really") != "yes":
        raise Refused("console.patient.not_confirmed")

    def work(unit: Unit) -> None:
        mark(unit, asked.clinic, asked.now, asked.staff, _patient(unit, asked), stage)

    await asked.run(work)
    return _back(asked, "done")


async def plan(asked: Asked) -> Response:
    """Plan the next session for a day. Errors: Refused for a day that is none."""
    try:
        on_day = date.fromisoformat(asked.form.get("on_day"))
    except ValueError:
        raise Refused("next_session.wrong") from None

    def work(unit: Unit) -> None:
        plan_next(unit, asked.clinic, asked.now, asked.staff, _patient(unit, asked), on_day)

    await asked.run(work)
    return _back(asked, "done")


async def write(asked: Asked) -> Response:
    """Write to her."""
    words = asked.form.raw("words")
    await asked.run(
        lambda unit: write_to_patient(unit, asked.clinic, asked.now, asked.staff, _patient(unit, asked), words)
    )
    return _back(asked, "sent")


async def task_done(asked: Asked) -> Response:
    """A task of hers is done."""
    await asked.run(lambda unit: finish_task(unit, asked.now, asked.staff, asked.path("task")))
    return _back(asked, "done")


def _patient(unit: Unit, asked: Asked) -> PatientRow:
    patient = unit.find(PatientRow, id=asked.path("patient"))
    if patient is None or patient.stage == "forgotten":
        raise Gone(f"patient {asked.path('patient')}")
    return patient


def _back(asked: Asked, said: str) -> Response:
    return asked.go(f"/patients/{asked.path('patient')}", said)
