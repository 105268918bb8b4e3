"""The one match that turns every event of a turn into rows: answers, messages, alerts, tasks, check-in states."""

from datetime import datetime
from typing import assert_never

from bot.core.alert.cover import advice_now
from bot.core.engine.advance import Turn, asked_now
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    Ended,
    FellSilent,
    Noted,
    OutOfDate,
    Picked,
    Recorded,
    Reminded,
    TaskRaised,
)
from bot.core.engine.run import RunState
from bot.core.engine.told import treatments
from bot.core.level import Level
from bot.core.post.message import Body, Method, Priority
from bot.core.wording.closing import closing
from bot.core.wording.question_card import answered_card, question_card
from bot.store.tables import AlertRow, AnswerRow, CheckInRow, OutboxRow, RunRow
from bot.store.unit import Unit
from bot.usecases.advice import give_advice
from bot.usecases.clinic import Clinic
from bot.usecases.cover import cover_now
from bot.usecases.posting import edit, to_patient
from bot.usecases.raise_alert import note_doing, note_reply, raise_alert
from bot.usecases.raise_task import raise_task
from bot.usecases.talk import Talk
from bot.usecases.timetable import last_of_course, next_checkin_words, when_closed


def record(
    unit: Unit, clinic: Clinic, now: datetime, talk: Talk, turn: Turn, *, words: str, tapped: int | None
) -> None:
    """Write a turn. Messages get their order here: advice, then alerts, then the next question, then confirmations."""
    before, talk.run = talk.run, turn.run
    _save(unit, now, talk, turn)
    left = _left_open(unit, talk, before.asking, turn)
    lead = ""
    advice_id: int | None = None
    confirm: list[Recorded] = []
    emergency_words = {pull.question for pull in before.pulled if pull.level is Level.D1}
    for event in turn.events:
        match event:
            case AdviceGiven():
                cover = cover_now(unit, now) if event.level is Level.D3 else None
                advice = advice_now(clinic.policy, event.level, event.advice, now, clinic.facts.zone, cover)
                advice_id = give_advice(unit, clinic, now, talk, event.level, advice, provisional=event.provisional)
            case AlertRaised():
                raise_alert(unit, clinic, now, talk, event, words=words, advice_id=advice_id)
            case Asked():
                _ask(unit, clinic, now, talk, event, lead)
                lead = ""
            case Picked():
                _repaint(unit, clinic, now, talk, event, tapped)
            case Recorded():
                _answer(unit, now, talk, event, words)
                confirm.append(event)
                if event.question == talk.script.plan.follow_up.question:
                    note_doing(unit, clinic, now, talk, event.given)
                elif not event.assumed and event.question in emergency_words:
                    note_reply(unit, clinic, now, talk, event.question, event.given)
            case Reminded():
                ui = clinic.ui(talk.patient.language)
                lead = ui.say("remind.half_way" if event.half_way else "remind.waiting")
            case TaskRaised():
                raise_task(
                    unit, clinic, now, event.task, event.due_at, talk.patient, cause=f"{event.task}:{talk.run.id}"
                )
            case FellSilent():
                state = "broken_off" if event.half_way else "no_answer"
                unit.change_one(CheckInRow, talk.row.checkin_id, state=state)
            case Ended():
                _end(unit, clinic, now, talk, event)
            case Noted() | OutOfDate():
                pass
            case _:
                assert_never(event)
    for recorded in confirm:
        pressed = tapped if recorded.question == before.asking else None
        _confirm(unit, clinic, now, talk, recorded, before.asking, pressed)
    if left is not None:
        # After everything that she must read: it only tidies up.
        bare = Body.model_validate_json(left.body).model_copy(update={"buttons": ()})
        edit(unit, now, left, bare, priority=Priority.CHECK_IN)


def _left_open(unit: Unit, talk: Talk, asking: str | None, turn: Turn) -> OutboxRow | None:
    """The message of a question that is asked anew, or left without an answer: its buttons must go."""
    answered = {event.question for event in turn.events if isinstance(event, Recorded)}
    goes_on = any(isinstance(event, Asked | Ended) for event in turn.events)
    if asking is None or not goes_on or asking in answered:
        return None
    return _last_question(unit, talk, asking)


def _save(unit: Unit, now: datetime, talk: Talk, turn: Turn) -> None:
    run = turn.run
    ended = run.state is RunState.ENDED
    unit.change_one(
        RunRow,
        run.id,
        body=run.model_dump_json(),
        turn=run.turn,
        level=run.level.value,
        state=run.state.value,
        wake_at=run.wake_at,
        ended_at=now if ended and talk.row.ended_at is None else talk.row.ended_at,
    )


def _ask(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, asked: Asked, lead: str) -> None:
    ui = clinic.ui(talk.patient.language)
    texts = clinic.texts(talk.script, talk.patient.language)
    question = talk.script.questions[asked.question]
    body = question_card(question, texts, ui, talk.run.id, asked, talk.run.picked)
    if lead:
        body = body.model_copy(update={"text": f"{lead}\n\n{body.text}"})
    first = talk.run.turn <= 1
    planned = talk.run.kind.value in ("planned", "recheck")
    if first and planned:
        greeting = ui.say(
            "checkin.recheck" if talk.run.kind.value == "recheck" else "checkin.greeting",
            name=talk.patient.name.split()[0] if talk.patient.name else "",
        )
        body = body.model_copy(update={"text": f"{greeting}\n\n{body.text}"})
    to_patient(
        unit,
        now,
        talk.patient,
        body,
        Priority.CHECK_IN if (first and planned) or lead else Priority.ANSWER,
        kind=f"question:{asked.question}",
        run_id=talk.run.id,
        checkin_id=talk.row.checkin_id if first else None,
    )


def _last_question(unit: Unit, talk: Talk, question: str) -> OutboxRow | None:
    kind = f"question:{question}"
    return unit.find(OutboxRow, run_id=talk.run.id, patient_id=talk.patient.id, kind=kind, by="-id")


def _change_question(unit: Unit, now: datetime, talk: Talk, question: str, body: Body, message_id: int | None) -> None:
    """Change the message of a question: by the id of the tapped message, else the last one that asked it."""
    if message_id is not None:
        body = body.model_copy(update={"edits": message_id})
        to_patient(unit, now, talk.patient, body, method=Method.EDIT, kind="edit", run_id=talk.run.id)
    elif (row := _last_question(unit, talk, question)) is not None:
        edit(unit, now, row, body)


def _repaint(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, event: Picked, tapped: int | None) -> None:
    question = talk.script.questions[event.question]
    asked = asked_now(talk.script, talk.run, now)
    texts = clinic.texts(talk.script, talk.patient.language)
    body = question_card(question, texts, clinic.ui(talk.patient.language), talk.run.id, asked, event.picked)
    _change_question(unit, now, talk, event.question, body, tapped)


def _confirm(
    unit: Unit, clinic: Clinic, now: datetime, talk: Talk, event: Recorded, was_asking: str | None, tapped: int | None
) -> None:
    """Say in the question's own message what counts now. A detail that silence answered was never shown: nothing to edit."""
    if event.assumed and event.question != was_asking:
        return
    question = talk.script.questions[event.question]
    texts = clinic.texts(talk.script, talk.patient.language)
    ui = clinic.ui(talk.patient.language)
    body = answered_card(question, texts, ui, "", event.given, event.assumed)
    _change_question(unit, now, talk, event.question, body, tapped)


def _answer(unit: Unit, now: datetime, talk: Talk, event: Recorded, words: str) -> None:
    unit.add(
        AnswerRow,
        run_id=talk.run.id,
        patient_id=talk.patient.id,
        question=event.question,
        codes=" ".join(event.given.codes),
        number=event.given.number,
        words=words if "said" in event.given.codes else "",
        assumed=event.assumed,
        changed=event.changed,
        at=now,
    )


def _is_watched(unit: Unit, talk: Talk) -> bool:
    """Do staff still look after a red flag of this patient?"""
    return bool(
        unit.count(
            AlertRow,
            AlertRow.patient_id == talk.patient.id,
            AlertRow.state != "closed",
            AlertRow.level != Level.D4.value,
        )
    )


def _end(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, event: Ended) -> None:
    unit.change_one(RunRow, talk.run.id, ended_as=event.how)
    if event.how == "withdrawn":
        state = "cancelled" if event.why != "replaced" else None
        if state:
            unit.change_one(CheckInRow, talk.row.checkin_id, state=state, ended_at=now, reason=event.why)
        else:
            half_way = "broken_off" if talk.run.order else "no_answer"
            unit.change_one(CheckInRow, talk.row.checkin_id, state=half_way, ended_at=now)
        return
    unit.change_one(CheckInRow, talk.row.checkin_id, state="done", ended_at=now)
    told = treatments(talk.script, talk.run, now)
    language = talk.patient.language
    texts = clinic.texts(talk.script, language)
    last = event.level in (Level.D4, Level.D5) and last_of_course(unit, talk.patient, talk.row.checkin_id)
    body = closing(
        texts,
        clinic.ui(language),
        level=event.level,
        day=told[0].day,
        procedure=texts.raw(f"procedure.{told[0].procedure}"),
        expected=event.expected,
        self_care=event.self_care,
        next_checkin=next_checkin_words(unit, talk.patient, now),
        last=last,
        watched=_is_watched(unit, talk),
        several=tuple((texts.raw(f"procedure.{each.procedure}"), each.day, each.expected) for each in told),
    )
    to_patient(unit, now, talk.patient, body, kind="closing", run_id=talk.run.id)
    when_closed(unit, clinic, now, talk.patient, last=last)
