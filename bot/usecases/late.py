"""What Telegram has not taken in time: an alert's card rings the other channels, a patient's advice makes a call task."""

from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col

from bot.core.alert.policy import Tell
from bot.core.level import Level
from bot.core.post.message import Priority
from bot.store.tables import AlertRow, OutboxRow, PatientRow, StaffRow
from bot.store.unit import Unit, fixed
from bot.usecases.alert_cards import NOT_ACCEPTED, refresh_cards
from bot.usecases.clinic import Clinic
from bot.usecases.people import named
from bot.usecases.raise_task import raise_task
from bot.usecases.ring import RINGING, ring, survives
from bot.usecases.task_words import own_words

CARD_LATE = timedelta(seconds=20)
"""An alert's card that waits longer than this (Telegram is down, or asks to wait) goes by another way too."""
CALL_WITHIN = timedelta(minutes=10)
REACHED_FIRST = (Tell.ON_CALL, Tell.SECOND, Tell.LEAD)


def ring_late(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Ring for every card, and phone for every advice, that is late. 0: what is late stays so, one look is enough."""
    for card in _waiting(unit, "alert_card", now - CARD_LATE):
        survives(unit, partial(card_failed, unit, clinic, now, card, "late"))
    for advice in _waiting(unit, "advice", now - NOT_ACCEPTED):
        survives(unit, partial(not_delivered, unit, clinic, now, advice))
    return 0


def card_failed(unit: Unit, clinic: Clinic, now: datetime, card: OutboxRow, cause: str) -> None:
    """A card does not get through: its person is rung, unless that was done since it was written; the clinic too."""
    alert = unit.find(AlertRow, id=card.alert_id)
    if alert is None or alert.state not in RINGING:
        return
    person = unit.find(StaffRow, chat_id=card.chat_id)
    people = [person] if person else []
    if not person and cause != "late":  # while the group is only late, each person has a card of her own
        people = named(unit, now, REACHED_FIRST, None)
    ring(unit, clinic, now, alert, (each.id for each in people), cause, since=card.made_at)


def not_delivered(unit: Unit, clinic: Clinic, now: datetime, advice: OutboxRow) -> None:
    """A D1 or D2 text has not reached the patient: a task with her number, the card and the other channels say so."""
    alert = unit.first(AlertRow, AlertRow.advice_id == advice.id, AlertRow.state != "closed")
    if alert is None or not Level(alert.level).at_least(Level.D2):
        return
    patient = unit.get(PatientRow, alert.patient_id)
    cause = f"undelivered:{advice.run_id or patient.id}:{advice.kind}"
    about = own_words("task.advice_undelivered")
    if raise_task(unit, clinic, now, "undelivered", now + CALL_WITHIN, patient, cause=cause, about=about):
        refresh_cards(unit, clinic, now, alert)
    people = [each.id for each in named(unit, now, REACHED_FIRST, None)]
    ring(unit, clinic, now, alert, people, "undelivered", since=advice.made_at + NOT_ACCEPTED)


def ring_for_lost_group(unit: Unit, clinic: Clinic, now: datetime) -> None:
    """The staff group is gone: for each alert that nobody has taken, the people on call and the lead are rung."""
    people = [each.id for each in named(unit, now, REACHED_FIRST, None)]
    for alert in unit.many(AlertRow, AlertRow.state != fixed("closed"), col(AlertRow.state).in_(RINGING)):
        ring(unit, clinic, now, alert, people, "group_lost", since=alert.level_at)


def _waiting(unit: Unit, kind: str, before: datetime) -> list[OutboxRow]:
    """Urgent messages of a kind, written before this moment, that wait or are under way; found by partial indexes."""
    old = (OutboxRow.priority <= int(Priority.ALERT), OutboxRow.kind == kind, OutboxRow.made_at <= before)
    states = (fixed("pending"), fixed("sending"))
    return [row for state in states for row in unit.many(OutboxRow, OutboxRow.state == state, *old)]
