"""Raise an alert for a patient, or join the one that is open: it can only be raised, never doubled."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.care.clock import at_wall_clock, day_of, hours_since
from bot.core.engine.events import AlertRaised
from bot.core.engine.run import Subject
from bot.core.flow.conditions import Given
from bot.core.level import Level
from bot.core.wording.alert_card import AlertFacts
from bot.core.wording.catalog import Catalog
from bot.core.wording.question_card import answer_words
from bot.store.tables import AlertLogRow, AlertRow, CheckInRow, OutboxRow, PolicyRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import refresh_cards
from bot.usecases.clinic import Clinic
from bot.usecases.escalate_alert import climb
from bot.usecases.posting import audit
from bot.usecases.talk import Talk

LAST_ANSWERS = 3
LAST_WORDS = 3


def log(unit: Unit, alert_id: str, now: datetime, what: str, who: str = "", detail: str = "") -> None:
    """A line of the alert's timeline."""
    unit.add(AlertLogRow, alert_id=alert_id, at=now, what=what, who=who, detail=detail)


def open_alert(unit: Unit, patient_id: str) -> AlertRow | None:
    """The patient's open alert, kept for this transaction, or None."""
    return unit.first(AlertRow, AlertRow.patient_id == patient_id, AlertRow.state != "closed", lock=True)


def raise_alert(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    talk: Talk,
    event: AlertRaised,
    *,
    words: str = "",
    advice_id: int | None = None,
) -> AlertRow:
    """Make or raise the patient's alert and take the first step of the ladder, all in this transaction.

    A worse level, a confirmation, or a red flag after staff had already spoken to the patient starts the ladder
    anew; more of the same only adds to the card.
    """
    alert = open_alert(unit, talk.patient.id)
    if alert is None:
        alert = _new(unit, clinic, now, talk, event, words, advice_id)
        log(unit, alert.id, now, "raised", detail=" ".join(event.rules))
        audit(unit, now, "bot", "raise_alert", f"alert:{alert.id}", event.level.value)
        climb(unit, clinic, now, alert, calls=event.calls)
    else:
        _join(unit, clinic, now, talk, alert, event, words, advice_id)
    if event.level.at_least(Level.D2) and not event.unconfirmed:
        _plan_rechecks(unit, clinic, now, talk, alert)
    return alert


def _new(
    unit: Unit, clinic: Clinic, now: datetime, talk: Talk, event: AlertRaised, words: str, advice_id: int | None
) -> AlertRow:
    policy = clinic.policy
    unit.insert_new(PolicyRow(id=policy.revision, policy=policy.model_dump_json(), published_at=now))
    alert = AlertRow(
        id=clinic.new_id(),
        patient_id=talk.patient.id,
        session_id=talk.run.subjects[-1].session_id,
        run_id=talk.run.id,
        level=event.level.value,
        rules=" ".join(event.rules),
        unconfirmed=event.unconfirmed,
        policy=policy.revision,
        raised_at=now,
        level_at=now,
        next_at=now,
        advice_id=advice_id,
        card=_facts(clinic, now, talk, event, None, words, advice_id).model_dump_json(),
    )
    unit.insert(alert)
    return alert


def _join(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    talk: Talk,
    alert: AlertRow,
    event: AlertRaised,
    words: str,
    advice_id: int | None,
) -> None:
    before = Level(alert.level)
    worse = event.level.severity > before.severity
    confirmed = alert.unconfirmed and not event.unconfirmed and event.level is Level.D1
    spoken = alert.state == "contacted" and event.level.is_red
    known = AlertFacts.model_validate_json(alert.card)
    alert.rules = " ".join(dict.fromkeys((*alert.rules.split(), *event.rules)))
    alert.run_id = talk.run.id
    alert.unconfirmed = alert.unconfirmed and not confirmed
    alert.advice_id = advice_id or alert.advice_id
    alert.card = _facts(clinic, now, talk, event, known, words, advice_id).model_dump_json()
    anew = worse or confirmed or spoken
    if anew:
        alert.level = event.level.value if worse else alert.level
        alert.state, alert.step, alert.rounds, alert.no_answers = "sent", 0, 0, 0
        alert.level_at = alert.next_at = now
        # What was noted before was about something else; the log keeps it, and the card asks for a new contact.
        alert.outcome, alert.contacted_at, alert.contacted_by = "", None, None
    unit.change_one(
        AlertRow,
        alert.id,
        level=alert.level,
        rules=alert.rules,
        run_id=alert.run_id,
        unconfirmed=alert.unconfirmed,
        advice_id=alert.advice_id,
        card=alert.card,
        state=alert.state,
        step=alert.step,
        rounds=alert.rounds,
        no_answers=alert.no_answers,
        level_at=alert.level_at,
        next_at=alert.next_at,
        outcome=alert.outcome,
        contacted_at=alert.contacted_at,
        contacted_by=alert.contacted_by,
    )
    log(unit, alert.id, now, "raised_again" if anew else "joined", detail=" ".join(event.rules))
    audit(unit, now, "bot", "raise_alert" if anew else "join_alert", f"alert:{alert.id}", alert.level)
    if anew:
        climb(unit, clinic, now, alert, calls=event.calls)
    else:
        refresh_cards(unit, clinic, now, alert)


def _facts(
    clinic: Clinic,
    now: datetime,
    talk: Talk,
    event: AlertRaised,
    known: AlertFacts | None,
    words: str,
    advice_id: int | None,
) -> AlertFacts:
    """What the card says, in the clinic's language and in every other that the bot speaks: staff read their own."""

    def told_in(language: str) -> AlertFacts:
        before = known.read_in(language) if known else None
        return _facts_in(language, clinic, now, talk, event, before, words, advice_id)

    others = {language: told_in(language) for language in clinic.messages if language != clinic.facts.language}
    return told_in(clinic.facts.language).model_copy(update={"others": others})


def _facts_in(
    language: str,
    clinic: Clinic,
    now: datetime,
    talk: Talk,
    event: AlertRaised,
    known: AlertFacts | None,
    words: str,
    advice_id: int | None,
) -> AlertFacts:
    ui, texts = clinic.ui(language), clinic.texts(talk.script, language)
    subject = talk.run.subjects[-1]
    patient = talk.patient
    ids = tuple(dict.fromkeys((*(known.rule_ids if known else ()), *event.rules)))
    answered = [question for question in talk.run.order if question in talk.run.answers][-LAST_ANSWERS:]
    said = (*(known.said if known else ()), *((words,) if words else ()))[-LAST_WORDS:]
    advice = known.advice if known else ""
    if advice_id is not None:
        advice = ui.plain(f"advice.short.{event.level.value}")

    def rule_name(rule: str) -> str:
        if rule.startswith("text:"):
            return ui.plain("alert.wrote", symptom=_symptom(texts.raw, talk, rule.removeprefix("text:")))
        return texts.raw(f"rule.{rule.removesuffix('+')}")

    notes = (texts.raw(f"note.{note}") for note in event.notes)
    asked_anew = {
        texts.raw(f"question.{talk.script.symptom_questions[symptom]}.short")
        for rule in event.rules
        if (symptom := rule.removeprefix("text:")) in talk.script.symptom_questions and symptom != rule
    }
    return AlertFacts(
        case_code=patient.case_code,
        initials="".join(part[0].upper() + "." for part in patient.name.split()) or "?",
        phone=patient.phone,
        procedure=texts.raw(f"procedure.{subject.procedure}"),
        sites=", ".join(texts.raw(f"site.{site}") for site in subject.sites),
        modifiers=", ".join(
            texts.raw(f"modifier.{modifier}")
            for modifier in dict.fromkeys(each for one in talk.run.subjects for each in one.modifiers)
        ),
        day=day_of(subject.t0, now, subject.zone),
        hour=int(hours_since(subject.t0, now)),
        rules=tuple(rule_name(rule) for rule in ids),
        rule_ids=ids,
        notes=tuple(dict.fromkeys((*(known.notes if known else ()), *notes))),
        answers=tuple(
            (
                texts.raw(f"question.{question}.short"),
                answer_words(talk.script.questions[question], texts, ui, talk.run.answers[question].given),
            )
            for question in answered
        ),
        said=said,
        advice=advice,
        denied=tuple(each for each in (known.denied if known else ()) if each not in asked_anew),
        asking=event.unconfirmed or talk.run.unconfirmed,
        also=tuple(_other(each, now, ui, texts) for each in reversed(talk.run.subjects[:-1])),
    )


def _other(subject: Subject, now: datetime, ui: Catalog, texts: Catalog) -> str:
    """A line about another treatment that the same questions were about."""
    return ui.say(
        "alert.patient",
        initials="+",
        procedure=texts.raw(f"procedure.{subject.procedure}"),
        sites=", ".join(texts.raw(f"site.{site}") for site in subject.sites),
        day=day_of(subject.t0, now, subject.zone),
        hour=int(hours_since(subject.t0, now)),
    )


def _symptom(raw: object, talk: Talk, symptom: str) -> str:
    question = talk.script.symptom_questions.get(symptom)
    if question is None or not callable(raw):
        return symptom
    if question == "NOW":
        return symptom
    return str(raw(f"question.{question}.short"))


def _plan_rechecks(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, alert: AlertRow) -> None:
    """Ask again at 30 minutes, 2 hours and the next morning, until staff close the alert (clinical brief, section 1)."""
    follow_up = talk.script.plan.follow_up
    if unit.count(CheckInRow, CheckInRow.alert_id == alert.id, CheckInRow.state == "planned"):
        return
    session_id = talk.run.subjects[-1].session_id
    zone = talk.patient.zone
    moments = [now + timedelta(seconds=after) for after in follow_up.recheck_after_s]
    if follow_up.recheck_next_morning:
        local = now.astimezone(ZoneInfo(zone))
        tomorrow = local.date() + timedelta(days=1 if local.time() >= talk.script.plan.quiet_to else 0)
        moments.append(at_wall_clock(tomorrow, talk.script.plan.quiet_to, zone))
    taken = unit.count(CheckInRow, CheckInRow.session_id == session_id, CheckInRow.step == "recheck")
    unit.insert_all(
        [
            CheckInRow(
                id=clinic.new_id(),
                patient_id=talk.patient.id,
                session_id=session_id,
                kind="recheck",
                step="recheck",
                occurrence=taken + number,
                sets=" ".join(follow_up.recheck_sets),
                due_at=moment,
                local_due=moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M"),
                zone=zone,
                alert_id=alert.id,
            )
            for number, moment in enumerate(moments, start=1)
        ]
    )


def note_doing(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, given: Given) -> None:
    """The patient said what she is doing now: staff see it on the card."""
    alert = open_alert(unit, talk.patient.id)
    if alert is None:
        return
    alert.doing = given.codes[0]
    unit.change_one(AlertRow, alert.id, doing=alert.doing)
    log(unit, alert.id, now, "patient_doing", detail=alert.doing)
    refresh_cards(unit, clinic, now, alert)


def note_reply(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, question: str, given: Given) -> None:
    """She answered the question about her emergency words; a no stands on the card. Only staff can close the alert."""
    alert = open_alert(unit, talk.patient.id)
    if alert is None or not alert.unconfirmed:
        return
    no = given == talk.script.well[question]
    if no:
        log(unit, alert.id, now, "patient_denied", detail=question)

    def noted_in(language: str, facts: AlertFacts) -> AlertFacts:
        short = clinic.texts(talk.script, language).raw(f"question.{question}.short")
        denied = tuple(dict.fromkeys((*facts.denied, short))) if no else facts.denied
        return facts.model_copy(update={"denied": denied, "asking": talk.run.unconfirmed})

    facts = AlertFacts.model_validate_json(alert.card)
    others = {language: noted_in(language, each) for language, each in facts.others.items()}
    facts = noted_in(clinic.facts.language, facts).model_copy(update={"others": others})
    alert.card = facts.model_dump_json()
    unit.change_one(AlertRow, alert.id, card=alert.card)
    refresh_cards(unit, clinic, now, alert)


def advice_settled(unit: Unit, clinic: Clinic, now: datetime, advice: OutboxRow) -> None:
    """The advice was delivered, or was not: every card says so."""
    alert = unit.first(AlertRow, AlertRow.advice_id == advice.id, AlertRow.state != "closed")
    if alert is not None:
        log(unit, alert.id, now, f"advice_{advice.state}")
        refresh_cards(unit, clinic, now, alert)
