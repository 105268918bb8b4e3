"""Give advice: the script's words go out first of all messages, with the card to show at the hospital."""

from datetime import datetime, timedelta

from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.core.wording.handover import handover_text
from bot.store.tables import CheckInRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import day, day_and_clock
from bot.usecases.handover import facts_in, languages, of_talk
from bot.usecases.posting import to_patient
from bot.usecases.talk import Talk


def give_advice(
    unit: Unit, clinic: Clinic, now: datetime, talk: Talk, level: Level, advice: str, *, provisional: bool
) -> int | None:
    """Post the advice before anything else; returns its outbox id, so that staff can see whether it arrived.

    D5 has no text of its own here: the closing words carry it.
    """
    language = talk.patient.language
    texts = clinic.texts(talk.script, language)
    ui = clinic.ui(language)
    zone = talk.run.zone
    words = texts.script(
        f"advice.{advice}",
        next_day=day(now + timedelta(days=1), zone, language),
        next_checkin=_next_checkin(unit, clinic, talk, now),
    )
    text = f"{ui.say('advice.if_now')}\n\n{words}" if provisional else words
    mark = ui.say(f"advice.mark.{level.value}")
    row = to_patient(
        unit,
        now,
        talk.patient,
        Body(text=f"{mark}\n\n{text}", html=True),
        Priority.ADVICE,
        kind="advice",
        run_id=talk.run.id,
    )
    if level.at_least(Level.D2) and not provisional:
        for each in languages(clinic, talk.patient):
            to_patient(unit, now, talk.patient, _card(unit, clinic, now, talk, each), Priority.ADVICE, kind="card")
    return row.id if row else None


def _next_checkin(unit: Unit, clinic: Clinic, talk: Talk, now: datetime) -> str:
    from_now = unit.first(
        CheckInRow,
        CheckInRow.patient_id == talk.patient.id,
        CheckInRow.state == "planned",
        CheckInRow.due_at > now,
        order_by=CheckInRow.due_at,
    )
    if from_now is None:
        return clinic.ui(talk.patient.language).plain("next.none")
    return day_and_clock(from_now.due_at, talk.patient.zone, talk.patient.language)


def _card(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, language: str) -> Body:
    """The handover card as a message: what a doctor in the emergency room must know (clinical brief, section 1)."""
    facts = facts_in(unit, clinic, now, talk.patient, of_talk(talk), language)
    return Body(text=handover_text(clinic.ui(language), facts), html=True, protect=True)
