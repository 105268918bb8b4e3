"""The canary: a patient who is nobody reports an emergency through the whole product, on a timer; is its alert accepted?

Her words and her tap go into the inbox as Telegram's would; the question, the advice and the alert go out to one test
chat. A round that does not get so far before the next one begins has failed, and no heartbeat is sent for it.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.engine.advance import advance
from bot.core.engine.events import AlertRaised, Tapped, Withdrew
from bot.core.wording.question_card import tap
from bot.store import inbox
from bot.store.tables import (
    AlertLogRow,
    AlertRow,
    AnswerRow,
    CheckInRow,
    OutboxRow,
    PatientRow,
    RunRow,
    StaffRow,
)
from bot.store.tables_nurse import AlertMarkRow, CanaryRow, HandoverRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.handle_alert import end_alert
from bot.usecases.step import step
from bot.usecases.synthetic import CANARY, keep_patient
from bot.usecases.talk import Talk, open_talk

log = logging.getLogger(__name__)

OVER = "canary"
"""Why the canary's conversation and alert end; no person ends them."""


@dataclass(frozen=True, slots=True)
class Flight:
    """What one look did: a round ``began``, its alert was ``seen`` by Telegram, updates wait in ``chats``."""

    began: bool = False
    seen: bool = False
    chats: tuple[int, ...] = ()


def fly(unit: Unit, clinic: Clinic, now: datetime, chat_id: int, every: timedelta) -> Flight:
    """Begin a round when its time has come, or take the one under way a step further. One process does, of many."""
    slot = int(now.timestamp() // every.total_seconds())
    row = unit.first(CanaryRow, order_by=col(CanaryRow.slot).desc(), lock=True)
    if row is None or row.slot < slot:
        return _begin(unit, clinic, now, chat_id, slot, row)
    match row.stage:
        case "opened":
            return _tap(unit, clinic, now, chat_id, row)
        case "answered":
            return _look(unit, clinic, now, chat_id, row)
        case _:
            return Flight()


def _begin(unit: Unit, clinic: Clinic, now: datetime, chat_id: int, slot: int, before: CanaryRow | None) -> Flight:
    if before is not None and before.ended_at is None:
        unit.change_one(CanaryRow, before.slot, stage="failed", ended_at=now)
        log.error("the canary's round of %s failed: its alert was not accepted", before.started_at.isoformat())
    if not unit.add_new(CanaryRow, slot=slot, started_at=now):
        return Flight()
    if _taken(unit, chat_id):
        unit.change_one(CanaryRow, slot, stage="failed", ended_at=now)
        log.error("CANARY_CHAT_ID is the chat of a patient or of a member of staff: give it an account of its own")
        return Flight(began=True)
    _tidy(unit, slot)
    keep_patient(unit, clinic, now, CANARY, chat_id)
    message = {
        "message_id": 1,
        "date": int(now.timestamp()),
        "chat": {"id": chat_id, "type": "private", "first_name": "Canary"},
        "from": _person(chat_id),
        "text": "/worse",
    }
    return Flight(began=True, chats=_put(unit, now, chat_id, slot, 0, {"message": message}))


def _tap(unit: Unit, clinic: Clinic, now: datetime, chat_id: int, row: CanaryRow) -> Flight:
    """Her question reached Telegram: she taps what raises an alert, or the first answer on the way to one."""
    talk = open_talk(unit, clinic, unit.get(PatientRow, CANARY))
    if talk is None or talk.run.asking is None:
        return Flight()
    question = unit.find(OutboxRow, run_id=talk.run.id, kind=f"question:{talk.run.asking}", by="-id")
    if question is None or question.state != "sent" or question.message_id is None:
        return Flight()
    code, raises = _worst(talk, now)
    press = {
        "id": "",
        "from": _person(chat_id),
        "message": {"message_id": question.message_id},
        "data": tap(talk.run.id, talk.run.asking, code),
    }
    if raises:
        unit.change_one(CanaryRow, row.slot, stage="answered")
    chats = _put(unit, now, chat_id, row.slot, 1 + min(talk.run.turn, 97), {"callback_query": press})
    return Flight(chats=chats)


def _worst(talk: Talk, now: datetime) -> tuple[str, bool]:
    """The answer that raises an alert by what the engine says; else the first one."""
    asking = talk.run.asking
    assert asking is not None
    codes = [code for code in talk.script.questions[asking].codes if code != "none"]
    for code in codes:
        turn = advance(talk.script, talk.run, Tapped(question=asking, code=code), now)
        if any(isinstance(event, AlertRaised) for event in turn.events):
            return code, True
    picked = talk.run.picked
    return ("done" if picked else codes[0]), False


def _look(unit: Unit, clinic: Clinic, now: datetime, chat_id: int, row: CanaryRow) -> Flight:
    """Did Telegram accept the advice and the card? Then the round is over, and so is its alert."""
    patient = unit.get(PatientRow, CANARY)
    alert = unit.first(AlertRow, AlertRow.patient_id == CANARY, AlertRow.state != "closed", lock=True)
    if alert is None or alert.raised_at < row.started_at or alert.advice_id is None:
        return Flight()
    advice = unit.find(OutboxRow, id=alert.advice_id)
    card = unit.find(OutboxRow, alert_id=alert.id, kind="alert_card", chat_id=chat_id, state="sent")
    if advice is None or advice.state != "sent" or card is None:
        return Flight()
    talk = open_talk(unit, clinic, patient)
    if talk is not None:
        step(unit, clinic, now, talk, Withdrew(why=OVER))
    end_alert(unit, clinic, now, alert, OVER, "resolved")
    unit.change_one(CanaryRow, row.slot, stage="seen", ended_at=now)
    return Flight(seen=True)


def _taken(unit: Unit, chat_id: int) -> bool:
    """Does the chat belong to somebody?"""
    patient = unit.find(PatientRow, chat_id=chat_id)
    return (patient is not None and patient.id != CANARY) or unit.find(StaffRow, chat_id=chat_id) is not None


def _tidy(unit: Unit, slot: int) -> None:
    """Forget what earlier rounds wrote, so that the canary costs no more after a year than after a day."""
    alerts = [alert.id for alert in unit.find_all(AlertRow, patient_id=CANARY)]
    unit.remove(AlertLogRow, col(AlertLogRow.alert_id).in_(alerts))
    unit.remove(AlertMarkRow, col(AlertMarkRow.alert_id).in_(alerts))
    unit.remove(AnswerRow, AnswerRow.patient_id == CANARY)
    unit.remove(AlertRow, AlertRow.patient_id == CANARY)
    unit.remove(HandoverRow, HandoverRow.patient_id == CANARY)
    unit.remove(RunRow, RunRow.patient_id == CANARY)
    unit.remove(CheckInRow, CheckInRow.patient_id == CANARY)
    unit.remove(OutboxRow, OutboxRow.patient_id == CANARY, col(OutboxRow.state).not_in(("pending", "sending")))
    unit.change(OutboxRow, OutboxRow.patient_id == CANARY, OutboxRow.state == "pending", state="dropped")
    unit.remove(CanaryRow, CanaryRow.slot < slot - 100)


def _put(unit: Unit, now: datetime, chat_id: int, slot: int, number: int, update: dict[str, object]) -> tuple[int, ...]:
    """Into the inbox, as if it had come. Telegram's numbers are positive: these can be none of them."""
    update_id = -(slot * 100 + number + 1)
    raw = json.dumps({"update_id": update_id, **update})
    return (chat_id,) if inbox.put(unit, [(update_id, chat_id, raw)], now) else ()


def _person(chat_id: int) -> dict[str, object]:
    return {"id": chat_id, "is_bot": False, "first_name": "Canary"}
