"""The handover card for the emergency room: what it says, as a message at once, and as a PDF when the message goes."""

from datetime import datetime

from bot.core.care.clock import hours_since
from bot.core.engine.run import Answer, Subject
from bot.core.errors import Refused
from bot.core.flow.model import Script
from bot.core.post.message import Body, Method, Priority
from bot.core.wording.handover import HandoverFacts, HandoverPaper, handover_paper
from bot.core.wording.noted import noted
from bot.core.wording.question_card import answer_words
from bot.store.tables import PatientRow, RunRow, SessionRow, StaffRow
from bot.store.tables_nurse import HandoverRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import birth_date, day_and_clock
from bot.usecases.posting import audit, post, to_patient
from bot.usecases.subjects import open_sessions, subject_of
from bot.usecases.talk import Talk, talk_of

Known = tuple[tuple[Subject, ...], Script, tuple[tuple[str, Answer], ...]]
"""The treatments (the newest last), the script that names them, and what was answered, in order."""


def of_talk(talk: Talk) -> Known:
    """What a conversation knows."""
    answered = tuple((each, talk.run.answers[each]) for each in talk.run.order if each in talk.run.answers)
    return talk.run.subjects, talk.script, answered


def languages(clinic: Clinic, patient: PatientRow) -> tuple[str, ...]:
    """She reads hers; the hospital reads the language of the place, so it gets a card of its own where they differ."""
    return tuple(dict.fromkeys((patient.language, clinic.facts.language)))


def facts_in(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, known: Known, language: str
) -> HandoverFacts:
    """What a doctor in the emergency room must know (clinical brief, section 1)."""
    subjects, script, answered = known
    ui, texts = clinic.ui(language), clinic.texts(script, language)
    sessions = [unit.get(SessionRow, each.session_id) for each in reversed(subjects)]
    injectors = dict.fromkeys(session.injector_id for session in sessions if session.injector_id)
    people = [person for each in injectors if (person := unit.find(StaffRow, id=each)) is not None]
    reported = "; ".join(
        f"{texts.raw(f'question.{question}.short')}: {answer_words(script.questions[question], texts, ui, answer.given)}"
        for question, answer in answered
        if answer.given.codes != ("none",)
    )
    none = ui.plain("card.none")
    thinner = any("blood_thinner" in each.modifiers for each in subjects)
    name = {each.session_id: texts.raw(f"procedure.{each.procedure}") for each in subjects}
    alone = len(sessions) == 1

    def each_of(words: dict[str, str]) -> str:
        """The newest treatment first, each by its name where there are several."""
        said = [(session.id, words[session.id]) for session in sessions if words[session.id]]
        return said[0][1] if alone and said else "; ".join(f"{name[which]}: {what}" for which, what in said)

    when = {each.session_id: day_and_clock(each.t0, each.zone, language) for each in subjects}
    sites = {each.session_id: ", ".join(texts.raw(f"site.{site}") for site in each.sites) for each in subjects}
    newest = subjects[-1]
    return HandoverFacts(
        name=patient.name,
        birth_date=birth_date(patient.birth_date, language),
        treated=when[newest.session_id],
        ago=ui.plain("card.ago", hours=int(hours_since(newest.t0, now))),
        procedure=name[sessions[0].id] if alone else each_of(when),
        sites=each_of(sites),
        products=each_of({session.id: session.products for session in sessions}) or none,
        allergies=noted(ui, patient.allergies),
        thinners=ui.plain("card.thinner_present" if thinner else "card.thinner_absent"),
        reported=reported or none,
        injector="; ".join(f"{each.name}, {each.phone}" for each in people) or clinic.facts.phone,
        contact=noted(ui, patient.emergency_contact),
    )


def hand_to_patient(unit: Unit, clinic: Clinic, now: datetime, talk: Talk) -> None:
    """The card as a PDF to the patient, behind all that she must read and answer now: the text card went before."""
    for language in languages(clinic, talk.patient):
        body = _paper(unit, clinic, now, talk.patient, of_talk(talk), language, talk.patient.language)
        to_patient(unit, now, talk.patient, body, Priority.ANSWER, kind="handover", method=Method.DOCUMENT)


def hand_to_staff(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow) -> None:
    """The card as it would be now, to the private chat of a member of staff: names do not belong in a group.

    Errors: Refused when she has no session, or staff no private chat.
    """
    if staff.chat_id is None:
        raise Refused("staff.private_only")
    known = _known(unit, clinic, now, patient)
    for language in languages(clinic, patient):
        body = _paper(unit, clinic, now, patient, known, language, staff.language)
        post(
            unit,
            now,
            staff.chat_id,
            body,
            Priority.ANSWER,
            kind="handover",
            method=Method.DOCUMENT,
            patient_id=patient.id,
        )
    audit(unit, now, staff.id, "handover", f"patient:{patient.id}")


def paper_of(unit: Unit, handover_id: str) -> HandoverPaper | None:
    """The page behind a message; None when it was deleted with the patient's data."""
    row = unit.find(HandoverRow, id=handover_id)
    return HandoverPaper.model_validate_json(row.facts) if row else None


def _known(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> Known:
    """From the newest conversation in which something was answered; without one, from the sessions alone."""
    for row in unit.many(RunRow, RunRow.patient_id == patient.id, order_by=RunRow.opened_at.desc(), limit=3):  # type: ignore[attr-defined]
        if row.body != "{}":
            known = of_talk(talk_of(unit, clinic, patient, row))
            if known[2]:
                return known
    sessions = open_sessions(unit, patient)
    if not sessions:
        raise Refused("worse.no_session")
    whole = clinic.together(unit, now, [session.revision for session in reversed(sessions)])
    return tuple(subject_of(each, patient) for each in sessions), whole.script, ()


def _paper(
    unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, known: Known, language: str, reader: str
) -> Body:
    """A message that carries the page; the PDF itself is made when it goes."""
    ui = clinic.ui(language)
    at = day_and_clock(now, clinic.facts.zone, language)
    paper = handover_paper(ui, facts_in(unit, clinic, now, patient, known, language), code=patient.case_code, at=at)
    row = unit.add(
        HandoverRow,
        id=clinic.new_id(),
        patient_id=patient.id,
        made_at=now,
        language=language,
        facts=paper.model_dump_json(),
    )
    words = clinic.ui(reader).say("nurse.handover.caption", language=ui.plain("nurse.handover.language"))
    return Body(
        text=words, html=True, document=row.id, file_name=f"card-{patient.case_code}-{language}.pdf", protect=False
    )
