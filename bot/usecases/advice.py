"""Give advice: the script's words go out first of all messages, with the card to show at the hospital."""

from datetime import datetime, timedelta

from bot.core.care.clock import hours_since
from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.core.wording.noted import noted
from bot.core.wording.question_card import answer_words
from bot.store.tables import CheckInRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import birth_date, day, day_and_clock
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
        # She reads hers; the hospital reads the language of the place, so it gets a card of its own where they differ.
        for each in dict.fromkeys((language, clinic.facts.language)):
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
    """The handover card: what a doctor in the emergency room must know (clinical brief, section 1)."""
    ui, texts = clinic.ui(language), clinic.texts(talk.script, language)
    subject = talk.run.subjects[-1]
    sessions = [unit.get(SessionRow, each.session_id) for each in reversed(talk.run.subjects)]
    injectors = dict.fromkeys(session.injector_id for session in sessions if session.injector_id)
    people = [person for each in injectors if (person := unit.find(StaffRow, id=each)) is not None]
    reported = "; ".join(
        f"{texts.raw(f'question.{question}.short')}: "
        f"{answer_words(talk.script.questions[question], texts, ui, talk.run.answers[question].given)}"
        for question in talk.run.order
        if question in talk.run.answers and talk.run.answers[question].given.codes != ("none",)
    )
    none = ui.plain("card.none")
    thinner = any("blood_thinner" in each.modifiers for each in talk.run.subjects)
    name = {each.session_id: texts.raw(f"procedure.{each.procedure}") for each in talk.run.subjects}
    alone = len(sessions) == 1

    def each_of(words: dict[str, str]) -> str:
        """The newest treatment first, each by its name where there are several."""
        known = [(session.id, words[session.id]) for session in sessions if words[session.id]]
        return known[0][1] if alone and known else "; ".join(f"{name[which]}: {said}" for which, said in known)

    when = {each.session_id: day_and_clock(each.t0, each.zone, language) for each in talk.run.subjects}
    sites = {each.session_id: ", ".join(texts.raw(f"site.{site}") for site in each.sites) for each in talk.run.subjects}
    return Body(
        text=ui.say(
            "card.text",
            name=talk.patient.name,
            birth_date=birth_date(talk.patient.birth_date, language),
            treated=when[subject.session_id],
            ago=ui.plain("card.ago", hours=int(hours_since(subject.t0, now))),
            procedure=name[sessions[0].id] if alone else each_of(when),
            sites=each_of(sites),
            products=each_of({session.id: session.products for session in sessions}) or none,
            allergies=noted(ui, talk.patient.allergies),
            thinners=ui.plain("card.thinner_present" if thinner else "card.thinner_absent"),
            reported=reported or none,
            injector="; ".join(f"{each.name}, {each.phone}" for each in people) or clinic.facts.phone,
            contact=noted(ui, talk.patient.emergency_contact),
        ),
        html=True,
        protect=True,
    )
