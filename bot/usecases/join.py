"""A patient opens her link: language, consent, birth date, name, hour, and a test message. One step a message."""

import re
from datetime import date, datetime, time, timedelta

from sqlmodel import col

from bot.core.errors import TokenExpired, TokenUnknown, TokenUsed
from bot.core.post.message import Body, Button
from bot.store.tables import InvitationRow, PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock
from bot.usecases.enrol import hash_of
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import finish_by_cause, raise_task
from bot.usecases.task_words import own_words
from bot.usecases.timetable import next_checkin_words, replan
from bot.usecases.zones import zone_for_clock

WRONG_BIRTH_DATES = 3
HOURS = (8, 9, 10, 12, 14, 16, 18, 20, 21)
LANGUAGE_NAMES = {"en": "English", "es": "Español", "ru": "Русский"}
_DATE = re.compile(r"\s*(\d{1,4})\s*[-./ ]\s*(\d{1,2})\s*[-./ ]\s*(\d{1,4})\s*")
_CLOCK = re.compile(
    r"\s*([01]?\d|2[0-3])\s*[:.\-h ]\s*([0-5]\d)\s*(?:([ap])\.?\s*m\.?|h(?:s|rs|oras)?\.?)?\s*", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]")


def open_link(
    unit: Unit, clinic: Clinic, now: datetime, chat_id: int, token: str, phone_language: str = ""
) -> PatientRow:
    """The chat opens a link. A second opening by the same chat goes on where it was.

    Until she has chosen, the language of her phone (Telegram's code) is hers: an emergency text may be needed before.
    Errors: TokenUnknown, TokenExpired, TokenUsed; the chat is then told to ask the clinic for a new link.
    """
    invitation = unit.first(InvitationRow, InvitationRow.token_hash == hash_of(token), lock=True)
    if invitation is None or invitation.kind != "patient" or invitation.patient_id is None:
        raise TokenUnknown("join.token_unknown")
    patient = unit.get(PatientRow, invitation.patient_id)
    if patient.stage in ("deceased", "forgotten"):
        raise TokenUnknown("join.token_unknown")
    if invitation.used_at is not None:
        if patient.chat_id == chat_id:
            return _resume(unit, clinic, now, patient)
        raise TokenUsed("join.token_used")
    if invitation.expires_at <= now:
        raise TokenExpired("join.token_expired")
    other = unit.find(PatientRow, chat_id=chat_id)
    if other is not None and other.id != patient.id:
        # The same person was registered twice, or a phone was handed on: a person must look.
        cause = f"same_chat:{patient.id}"
        about = own_words("task.same_chat", code=other.case_code)
        raise_task(unit, clinic, now, "other", now + timedelta(hours=1), patient, cause=cause, about=about)
        raise TokenUsed("join.other_patient")
    unit.change(InvitationRow, InvitationRow.token_hash == invitation.token_hash, used_at=now)
    patient.chat_id, patient.reachable = chat_id, True
    first = "language" if len(clinic.languages) > 1 else "consent"
    fresh = patient.stage in ("invited", "consenting")
    if fresh:
        patient.stage = "consenting"
        patient.language = clinic.spoken(phone_language) or patient.language
    patient.enrolling = first if fresh else "birth_date"
    unit.change_one(
        PatientRow,
        patient.id,
        chat_id=chat_id,
        reachable=True,
        stage=patient.stage,
        enrolling=patient.enrolling,
        language=patient.language,
    )
    audit(unit, now, f"patient:{patient.id}", "open_link", f"patient:{patient.id}")
    show_step(unit, clinic, now, patient)
    return patient


def _resume(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> PatientRow:
    if patient.enrolling:
        show_step(unit, clinic, now, patient)
    else:
        when = next_checkin_words(unit, patient, now) or clinic.ui(patient.language).plain("next.none")
        _say(unit, clinic, now, patient, "join.welcome_back", next_checkin=when)
    return patient


def show_step(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """Ask what comes next in the enrolment."""
    ui = clinic.ui(patient.language)

    def button(key: str, data: str) -> Button:
        return Button(label=ui.plain(key), data=f"j|{data}")

    rows: tuple[tuple[Button, ...], ...] = ()
    values: dict[str, str] = {}
    match patient.enrolling:
        case "language":
            rows = tuple(
                (Button(label=LANGUAGE_NAMES.get(each, each), data=f"j|language.{each}"),) for each in clinic.languages
            )
        case "consent":
            rows = ((button("join.agree", "consent.agree"),), (button("join.decline", "consent.decline"),))
        case "name":
            values = {"name": patient.name}
            rows = ((button("join.name_right", "name.right"),), (button("join.name_wrong", "name.wrong"),))
        case "zone":
            values = {"time": clock(now, patient.zone, patient.language)}
            rows = ((button("join.zone_right", "zone.right"),), (button("join.zone_wrong", "zone.wrong"),))
        case "hour":
            buttons = [Button(label=f"{hour}:00", data=f"j|hour.{hour}") for hour in HOURS]
            rows = tuple(tuple(buttons[index : index + 3]) for index in range(0, len(buttons), 3))
        case "test":
            rows = ((button("join.test_works", "test.works"),),)
        case _:
            pass
    text = ui.say(f"join.ask.{patient.enrolling}", **values)
    to_patient(unit, now, patient, Body(text=text, html=True, buttons=rows), kind=f"join:{patient.enrolling}")


def join_press(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, data: str) -> str:
    """A button of the enrolment; returns the key of the toast. A button of an earlier step changes nothing."""
    step, _, value = data.partition(".")
    if step != patient.enrolling:
        return "toast.old"
    match step:
        case "language" if value in clinic.languages:
            patient.language = value
            fresh = patient.stage == "consenting"
            return _go(unit, clinic, now, patient, "consent" if fresh else "")
        case "consent" if value == "agree":
            patient.consented_at = now
            text = clinic.ui(patient.language).raw("join.ask.consent")
            unit.change_one(PatientRow, patient.id, consented_at=now, consent_text=hash_of(text)[:16])
            audit(unit, now, f"patient:{patient.id}", "consent", f"patient:{patient.id}")
            return _go(unit, clinic, now, patient, "birth_date")
        case "consent":
            return _decline(unit, clinic, now, patient)
        case "name" if value == "right":
            return _go(unit, clinic, now, patient, "zone")
        case "name":
            return _wrong_person(unit, clinic, now, patient)
        case "zone" if value == "right":
            return _go(unit, clinic, now, patient, "hour" if patient.stage == "consenting" else "")
        case "zone":
            return _go(unit, clinic, now, patient, "clock")
        case "hour" if value in {str(hour) for hour in HOURS}:
            patient.checkin_hour = int(value)
            unit.change_one(PatientRow, patient.id, checkin_hour=patient.checkin_hour)
            if patient.stage != "consenting":
                replan(unit, clinic, now, patient)
                return _go(unit, clinic, now, patient, "")
            return _go(unit, clinic, now, patient, "test")
        case "test":
            return _activate(unit, clinic, now, patient)
        case _:
            return "toast.old"


def join_words(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str) -> bool:
    """Typed words during the enrolment; False for anything but the date or the time that is asked for."""
    match patient.enrolling:
        case "birth_date":
            told = read_dates(text)
            if told:
                _birth_date(unit, clinic, now, patient, told)
            return bool(told)
        case "clock":
            return _clock(unit, clinic, now, patient, text)
        case _:
            return False


def not_understood(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, *, words: bool) -> None:
    """What came does not answer the step that is open: say what is wanted."""
    unclear = {"birth_date": "join.birth_unclear", "clock": "join.clock_unclear"}.get(patient.enrolling)
    if words and unclear is not None:
        _say(unit, clinic, now, patient, unclear)
    else:
        show_step(unit, clinic, now, patient)


def decline(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """The patient does not want to begin (/stop before the end of the enrolment)."""
    _decline(unit, clinic, now, patient)


def read_clock(text: str) -> time | None:
    """The time that the words mean: 14:30, 14.30, 14:30 h, 2:30 pm, 2:30 p. m."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(found[2]))


def _clock(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, text: str) -> bool:
    shown = read_clock(text)
    zone = zone_for_clock(now, shown, clinic.facts.zone) if shown else None
    if zone is None:
        # Words are read as words, whatever step is open; figures that are no time are asked for once more.
        figures = shown is not None or (":" in text and not _LETTERS.search(text))
        if figures:
            _say(unit, clinic, now, patient, "join.clock_unclear")
        return figures
    patient.zone = zone
    unit.change_one(PatientRow, patient.id, zone=zone)
    if patient.stage != "consenting":
        replan(unit, clinic, now, patient)
    _go(unit, clinic, now, patient, "zone")
    return True


def _birth_date(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, told: set[date]) -> None:
    if date.fromisoformat(patient.birth_date) in told:
        _go(unit, clinic, now, patient, "name")
        return
    invitation = unit.first(
        InvitationRow,
        InvitationRow.patient_id == patient.id,
        order_by=col(InvitationRow.made_at).desc(),
        lock=True,
    )
    wrong = (invitation.wrong_answers if invitation else 0) + 1
    unit.change(InvitationRow, InvitationRow.patient_id == patient.id, wrong_answers=wrong)
    if wrong >= WRONG_BIRTH_DATES:
        _wrong_person(unit, clinic, now, patient)
        return
    _say(unit, clinic, now, patient, "join.birth_wrong", left=str(WRONG_BIRTH_DATES - wrong))


def read_dates(text: str) -> set[date]:
    """Every date that the words may mean: 3.7.1990 is the third of July, or the seventh of March."""
    found = _DATE.fullmatch(text)
    if found is None:
        return set()
    first, second, third = (int(part) for part in found.groups())
    ways = {(first, second, third), (third, second, first), (third, first, second)}
    dates: set[date] = set()
    for year, month, day in ways:
        for full in (year,) if year >= 1000 else (1900 + year, 2000 + year) if year < 100 else ():
            try:
                dates.add(date(full, month, day))
            except ValueError:
                continue
    return dates


def _go(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, step: str) -> str:
    patient.enrolling = step
    unit.change_one(PatientRow, patient.id, enrolling=step, language=patient.language)
    if step:
        show_step(unit, clinic, now, patient)
    else:
        when = next_checkin_words(unit, patient, now) or clinic.ui(patient.language).plain("next.none")
        _say(unit, clinic, now, patient, "join.changed", next_checkin=when)
    return "toast.noted"


def _decline(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> str:
    _say(unit, clinic, now, patient, "join.declined")
    about = own_words("task.declined")
    cause = f"declined:{patient.id}:{now.date()}"
    raise_task(unit, clinic, now, "other", now + timedelta(hours=2), patient, cause=cause, about=about)
    finish_by_cause(unit, now, f"not_started:{patient.id}")
    audit(unit, now, f"patient:{patient.id}", "decline", f"patient:{patient.id}")
    _unbind(unit, patient)
    return "toast.noted"


def _wrong_person(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> str:
    """The chat is not the patient's: nothing of her is shown, the link is dead, staff are told."""
    _say(unit, clinic, now, patient, "join.not_you")
    about = own_words("task.wrong_person")
    cause = f"wrong_person:{patient.id}:{now.timestamp():.0f}"
    raise_task(unit, clinic, now, "other", now + timedelta(hours=1), patient, cause=cause, about=about)
    audit(unit, now, "bot", "wrong_person", f"patient:{patient.id}")
    _unbind(unit, patient)
    return "toast.noted"


def _unbind(unit: Unit, patient: PatientRow) -> None:
    unit.change_one(PatientRow, patient.id, chat_id=None, stage="invited", enrolling="")
    patient.chat_id, patient.stage, patient.enrolling = None, "invited", ""


def _activate(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> str:
    patient.stage, patient.enrolling = "active", ""
    unit.change_one(PatientRow, patient.id, stage="active", enrolling="", reachable=True)
    replan(unit, clinic, now, patient)
    finish_by_cause(unit, now, f"not_started:{patient.id}")
    audit(unit, now, f"patient:{patient.id}", "activate", f"patient:{patient.id}")
    when = next_checkin_words(unit, patient, now) or clinic.ui(patient.language).plain("next.none")
    _say(unit, clinic, now, patient, "join.ready", next_checkin=when)
    return "toast.noted"


def ask_again(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, step: str) -> None:
    """Start one step anew at the patient's wish: /language, /hour, /clock."""
    patient.enrolling = step
    unit.change_one(PatientRow, patient.id, enrolling=step)
    show_step(unit, clinic, now, patient)


def _say(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, key: str, **values: str) -> None:
    to_patient(unit, now, patient, Body(text=clinic.ui(patient.language).say(key, **values), html=True), kind="join")
