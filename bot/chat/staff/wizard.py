"""The conversation that registers a patient or a session: one question a message, kept in a row, safe to leave half-way."""

import base64
import io
import re
from datetime import date, datetime, timedelta

import phonenumbers
import segno
from pydantic import BaseModel

from bot.chat.staff.draft_card import AGO_MIN, ask_step, summary
from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.core.flow.model import Script
from bot.core.post.message import Body, Method, Priority
from bot.core.wording.noted import NONE_KNOWN, NOT_ASKED
from bot.store.tables import PatientRow, StaffRow, WizardRow
from bot.store.unit import Unit
from bot.usecases.dates import calendar_day
from bot.usecases.enrol import NewPatient, NewSession, add_session, enrol_patient, link_of, note_patient
from bot.usecases.gate import cancel_next, plan_next
from bot.usecases.join import read_dates
from bot.usecases.posting import audit, post

HEALTH_STEPS = ("allergies", "contact")
"""Asked of every new patient, and again with a further session as long as they were skipped."""
PATIENT_STEPS = ("name", "birth_date", "phone", *HEALTH_STEPS)
NEXT_DAY = "next_day"
"""The only step of planning a next session."""
NO_PLAN = "0"
"""What staff send when no next session is planned any more."""
SESSION_STEPS = ("procedure", "t0", "sites", "modifiers", "products", "injector", "confirm")

OLDEST = timedelta(hours=12)
DRAFT = "draft"
"""What the row of this conversation is called; others that staff are in the middle of have other names."""
LONGEST_NAME = 80
LONGEST_WORDS = 500
_CLOCK = re.compile(r"(?:(\d{1,2})[./](\d{1,2})\s+)?([01]?\d|2[0-3])[:.h]([0-5]\d)")
_COLUMNS = {"allergies": "allergies", "contact": "emergency_contact"}
Toast = tuple[str, dict[str, str]]


class Draft(BaseModel):
    """What was entered so far. ``patient_id`` is set when only a session is added; ``health`` says then what to ask."""

    step: str
    patient_id: str = ""
    name: str = ""
    birth_date: str = ""
    phone: str = ""
    allergies: str = NOT_ASKED
    contact: str = NOT_ASKED
    health: tuple[str, ...] = ()
    procedure: str = ""
    t0: datetime | None = None
    sites: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    products: str = ""
    injector_id: str = ""

    def steps(self, asked: Asked) -> tuple[str, ...]:
        """The steps of this draft in order; a clinic with one procedure is not asked which."""
        session = SESSION_STEPS if len(asked.clinic.scripts) > 1 else SESSION_STEPS[1:]
        return (*(self.health if self.patient_id else PATIENT_STEPS), *session)

    def script(self, asked: Asked) -> Script:
        """The script of the chosen procedure."""
        return asked.clinic.current(self.procedure or next(iter(asked.clinic.scripts)))


def is_open(unit: Unit, now: datetime, staff: StaffRow) -> bool:
    """Is a member of staff in the middle of it, so that her words belong to it? One that was left long ago is not."""
    row = unit.find(WizardRow, staff_id=staff.id, name=DRAFT)
    return row is not None and now - row.at <= OLDEST


def begin_patient(asked: Asked) -> None:
    """Start /new."""
    _ask(asked, Draft(step="name"))


def begin_session(asked: Asked, patient: PatientRow) -> None:
    """Start /session for a patient. Errors: Refused outside a private chat."""
    if not asked.private:
        raise Refused("staff.private_only")
    draft = Draft(
        step="",
        patient_id=patient.id,
        name=patient.name,
        birth_date=patient.birth_date,
        phone=patient.phone,
        allergies=patient.allergies,
        contact=patient.emergency_contact,
        health=tuple(step for step in HEALTH_STEPS if getattr(patient, _COLUMNS[step]) == NOT_ASKED),
    )
    _ask(asked, draft.model_copy(update={"step": draft.steps(asked)[0]}))


def begin_next(asked: Asked, patient: PatientRow) -> None:
    """Ask for the day of a patient's next session. Errors: Refused outside a private chat."""
    if not asked.private:
        raise Refused("staff.private_only")
    _save(asked, Draft(step=NEXT_DAY, patient_id=patient.id, name=patient.name))
    asked.say("next_session.ask", code=patient.case_code)


def cancel(asked: Asked, _words: str) -> None:
    """Forget the draft."""
    gone = asked.unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
    asked.say("wizard.cancelled" if gone else "wizard.nothing")


def _load(asked: Asked) -> Draft | None:
    row = asked.unit.find(WizardRow, staff_id=asked.staff.id, lock=True)
    if row is None or row.name != DRAFT or asked.now - row.at > OLDEST:
        return None
    return Draft.model_validate_json(row.body)


def _save(asked: Asked, draft: Draft) -> None:
    body = draft.model_dump_json()
    if not asked.unit.change(WizardRow, WizardRow.staff_id == asked.staff.id, name=DRAFT, body=body, at=asked.now):
        asked.unit.insert(WizardRow(staff_id=asked.staff.id, name=DRAFT, body=body, at=asked.now))


def _ask(asked: Asked, draft: Draft, *, edits: int | None = None) -> None:
    _save(asked, draft)
    text, rows = ask_step(asked, draft)
    asked.show(text, rows, edits=edits)


def _next(asked: Asked, draft: Draft) -> None:
    steps = draft.steps(asked)
    _ask(asked, draft.model_copy(update={"step": steps[steps.index(draft.step) + 1]}))


def typed(asked: Asked, text: str) -> bool:
    """Words for the open step; False when no draft is open. A wrong value is explained and asked for again."""
    draft = _load(asked)
    if draft is None:
        return False
    match draft.step:
        case "name" if 2 <= len(text) <= LONGEST_NAME and any(char.isalpha() for char in text):
            _next(asked, draft.model_copy(update={"name": " ".join(text.split())}))
        case "birth_date":
            born = _birth_date(asked, text)
            _next(asked, draft.model_copy(update={"birth_date": born.isoformat()}))
        case "phone":
            _next(asked, draft.model_copy(update={"phone": read_phone(asked, text)}))
        case "t0":
            _next(asked, draft.model_copy(update={"t0": _moment(asked, text)}))
        case step if step == NEXT_DAY:
            _plan_next(asked, draft, text)
        case "contact":
            _next(asked, draft.model_copy(update={"contact": _contact(asked, draft, text)}))
        case "allergies" | "products":
            if len(text) > LONGEST_WORDS:
                raise Refused("wizard.too_long", most=str(LONGEST_WORDS))
            _next(asked, draft.model_copy(update={draft.step: text}))
        case _:
            asked.say("wizard.name_wrong" if draft.step == "name" else "wizard.use_buttons")
    return True


def _plan_next(asked: Asked, draft: Draft, text: str) -> None:
    """ "12.4" (the next one that comes) or "12.4.2026", by the clinic's calendar; 0 gives the plan up. Errors: Refused."""
    patient = asked.unit.get(PatientRow, draft.patient_id)
    if text.strip().casefold() == NO_PLAN:
        cancel_next(asked.unit, asked.now, patient, "given up by staff")
        audit(asked.unit, asked.now, asked.staff.id, "cancel_next_session", f"patient:{patient.id}")
        asked.unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
        asked.say("next_session.cancelled", code=patient.case_code)
        return
    found = re.fullmatch(r"\s*(\d{1,2})[./ -](\d{1,2})(?:[./ -](\d{4}))?\.?\s*", text)
    if found is None:
        raise Refused("next_session.wrong")
    today = asked.clinic.local(asked.now).date()
    days = []
    for year in (int(found[3]),) if found[3] else (today.year, today.year + 1):
        try:
            days.append(date(year, int(found[2]), int(found[1])))
        except ValueError:
            continue
    if not days:
        raise Refused("next_session.wrong")
    on_day = next((day for day in days if day > today), days[0])
    plan_next(asked.unit, asked.clinic, asked.now, asked.staff, patient, on_day)
    asked.unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
    shown = calendar_day(on_day, asked.staff.language)
    asked.say("next_session.saved", day=shown, code=patient.case_code)


def _birth_date(asked: Asked, text: str) -> date:
    """Day first, as the hint says; the year has four digits. Errors: Refused."""
    found = re.fullmatch(r"\s*(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})\s*", text)
    try:
        born = date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        born = None
    if born is None and re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", text):
        born = next(iter(read_dates(text)), None)
    today = asked.clinic.local(asked.now).date()
    if born is None or born.year < today.year - 120:
        raise Refused("wizard.birth_wrong")
    if born > today:
        raise Refused("enrol.birth_in_future")
    if (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < 18:
        raise Refused("enrol.under_age")
    return born


def read_phone(asked: Asked, text: str) -> str:
    """The number in E.164, read by the clinic's own country when it has no country code. Errors: Refused."""
    try:
        number = phonenumbers.parse(text, _region(asked))
    except phonenumbers.NumberParseException:
        raise Refused("wizard.phone_wrong") from None
    if not phonenumbers.is_possible_number(number):
        raise Refused("wizard.phone_wrong")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _region(asked: Asked) -> str | None:
    """The clinic's own country, by its phone number."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(asked.clinic.facts.phone, None))
    except phonenumbers.NumberParseException:
        return None


def _contact(asked: Asked, draft: Draft, text: str) -> str:
    """Name and number of somebody else, "Luis Ruiz, +34600654321". Errors: Refused."""
    found = list(phonenumbers.PhoneNumberMatcher(text, _region(asked), leniency=phonenumbers.Leniency.POSSIBLE))
    if len(found) != 1:
        raise Refused("wizard.contact_wrong")
    name = " ".join((text[: found[0].start] + text[found[0].end :]).replace("()", "").split()).strip(" ,;:-")
    if not 2 <= len(name) <= LONGEST_NAME or not any(char.isalpha() for char in name):
        raise Refused("wizard.contact_wrong")
    number = phonenumbers.format_number(found[0].number, phonenumbers.PhoneNumberFormat.E164)
    if number == draft.phone:
        raise Refused("wizard.contact_own")
    return f"{name}, {number}"


def _moment(asked: Asked, text: str) -> datetime:
    """ "14:30" today (yesterday when that is still to come), or "21.11 14:30", by the clinic's clock. Errors: Refused."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise Refused("wizard.time_wrong")
    local = asked.clinic.local(asked.now)
    moment = local.replace(hour=int(found[3]), minute=int(found[4]), second=0, microsecond=0)
    if found[1]:
        try:
            moment = moment.replace(day=int(found[1]), month=int(found[2]))
        except ValueError:
            raise Refused("wizard.time_wrong") from None
    elif moment > local:
        moment -= timedelta(days=1)
    if moment > local:
        raise Refused("session.in_future")
    return moment


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """A button of the open step. A button of an earlier step, or of a draft that is gone, changes nothing."""
    draft = _load(asked)
    step, _, value = rest.partition("|")
    if draft is None or draft.step != step:
        return "toast.old", {}
    script = draft.script(asked)
    match step:
        case "procedure" if value in asked.clinic.scripts:
            _next(asked, draft.model_copy(update={"procedure": value}))
        case "t0" if value.isdigit() and int(value) in AGO_MIN:
            _next(asked, draft.model_copy(update={"t0": asked.now - timedelta(minutes=int(value))}))
        case "sites" | "modifiers" if value == "done":
            if step == "sites" and not draft.sites:
                return "wizard.toast.site", {}
            _next(asked, draft)
        case "sites" if value in script.sites:
            _ask(asked, draft.model_copy(update={"sites": _flip(script.sites, draft.sites, value)}), edits=message_id)
        case "modifiers" if value in script.modifiers:
            flipped = _flip(script.modifiers, draft.modifiers, value)
            _ask(asked, draft.model_copy(update={"modifiers": flipped}), edits=message_id)
        case "phone" | "products" | "allergies" | "contact" if value == "skip":
            _next(asked, draft.model_copy(update={step: ""}))
        case "allergies" | "contact" if value == "none":
            _next(asked, draft.model_copy(update={step: NONE_KNOWN}))
        case "injector":
            known = asked.unit.find(StaffRow, id=value)
            _next(asked, draft.model_copy(update={"injector_id": known.id if known else asked.staff.id}))
        case "confirm" if value == "save":
            _finish(asked, draft)
        case "confirm" if value == "again":
            _ask(asked, draft.model_copy(update={"step": draft.steps(asked)[0], "sites": (), "modifiers": ()}))
        case _:
            return "toast.old", {}
    return "toast.noted", {}


def _flip(order: tuple[str, ...], chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(each for each in order if (each in chosen) != (each == value))


def _finish(asked: Asked, draft: Draft) -> None:
    unit, clinic = asked.unit, asked.clinic
    token = ""
    if draft.patient_id:
        patient = unit.get(PatientRow, draft.patient_id)
        entered = {_COLUMNS[step]: str(getattr(draft, step)) for step in draft.health}
        note_patient(unit, asked.now, asked.staff, patient, **entered)
    else:
        new = NewPatient(
            name=draft.name,
            birth_date=date.fromisoformat(draft.birth_date),
            phone=draft.phone,
            zone=clinic.facts.zone,
            language=clinic.facts.language,
            allergies=draft.allergies,
            emergency_contact=draft.contact,
        )
        patient, token = enrol_patient(unit, clinic, asked.now, asked.staff, new)
    session = NewSession(
        procedure=draft.script(asked).procedure,
        t0=draft.t0 or asked.now,
        sites=draft.sites,
        modifiers=draft.modifiers,
        products=draft.products,
        injector_id=draft.injector_id or asked.staff.id,
    )
    add_session(unit, clinic, asked.now, asked.staff, patient, session)
    unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
    asked.show(asked.ui.say("wizard.saved", code=patient.case_code) + "\n\n" + summary(asked, draft))
    if token:
        hand_out_link(asked, patient, token)


def hand_out_link(asked: Asked, patient: PatientRow, token: str) -> None:
    """The link and its QR code, for the patient to open on her own phone."""
    link = link_of(asked.clinic, token)
    body = Body(
        text=asked.ui.say("wizard.link", code=patient.case_code, link=link, hours=asked.clinic.facts.link_hours),
        html=True,
        file=qr_code(link),
        file_name="aftercare-link.png",
        protect=True,
    )
    post(
        asked.unit,
        asked.now,
        asked.chat_id,
        body,
        Priority.ANSWER,
        kind="link",
        method=Method.PHOTO,
    )
    audit(asked.unit, asked.now, asked.staff.id, "hand_out_link", f"patient:{patient.id}")


def qr_code(link: str) -> str:
    """The picture of a link, PNG in base64."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=8, border=3)
    return base64.b64encode(picture.getvalue()).decode()
