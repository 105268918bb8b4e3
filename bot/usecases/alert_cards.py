"""The cards of an alert in the staff's chats: compose, post, and keep them true as people act."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.level import Level
from bot.core.post.channel import KINDS
from bot.core.post.message import Body, Priority, State
from bot.core.wording.alert_card import AlertFacts, AlertStatus, Delivery, Menu, alert_card
from bot.store.tables import AlertRow, ChannelCallRow, OutboxRow, PatientRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock
from bot.usecases.people import Recipient, group_chat
from bot.usecases.policies import policy_of
from bot.usecases.posting import edit, post
from bot.usecases.topics import topic_of

TOPIC_CARD = "topic_card"
"""The kind of a card in the patient's topic, beside the one in the general view."""
NOT_ACCEPTED = timedelta(seconds=60)
"""Advice that Telegram has not accepted within this counts as not delivered, whatever becomes of it later."""


def staff_name(unit: Unit, staff_id: str | None) -> str:
    """The name of a member of staff, also of one who left; empty for nobody."""
    row = unit.find(StaffRow, id=staff_id) if staff_id else None
    return row.name if row else ""


def delivery_of(unit: Unit, alert: AlertRow, now: datetime) -> tuple[Delivery, datetime | None]:
    """What is known of the advice that the patient was given."""
    row = unit.find(OutboxRow, id=alert.advice_id) if alert.advice_id is not None else None
    if row is None:
        return Delivery.UNKNOWN, None
    match State(row.state):
        case State.SENT:
            return Delivery.DELIVERED, row.sent_at
        case State.PENDING | State.SENDING:
            return (Delivery.NOT_DELIVERED if now - row.made_at >= NOT_ACCEPTED else Delivery.ON_THE_WAY), None
        case State.REFUSED | State.DROPPED:
            return Delivery.NOT_DELIVERED, None
        case State.UNKNOWN:
            return Delivery.UNKNOWN, None


def status_of(
    unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, language: str, doing: str = ""
) -> AlertStatus:
    """The changing part of the card, with times by the clinic's clock."""
    level = Level(alert.level)
    zone = clinic.facts.zone
    policy = policy_of(unit, clinic, alert)
    take_by = alert.level_at + policy.acknowledge_within(level)
    delivery, delivered_at = delivery_of(unit, alert, now)

    def at(moment: datetime | None) -> str:
        return clock(moment, zone, language) if moment else ""

    return AlertStatus(
        level=level,
        state=alert.state,
        unconfirmed=alert.unconfirmed,
        delivery=delivery,
        delivered_at=at(delivered_at),
        raised_at=at(alert.level_at),
        take_by=at(take_by),
        contact_by=at(alert.level_at + policy.contact_within(level)),
        minutes_left=int((take_by - now).total_seconds() // 60),
        taken_by=staff_name(unit, alert.taken_by),
        taken_at=at(alert.taken_at),
        contacted_by=staff_name(unit, alert.contacted_by) if alert.outcome else "",
        contacted_at=at(alert.contacted_at),
        outcome=alert.outcome,
        closed_by=staff_name(unit, alert.closed_by),
        closed_at=at(alert.closed_at),
        closed_reason=alert.closed_reason,
        doing=doing,
        calls=calls_of(unit, clinic, alert, language),
    )


def calls_of(unit: Unit, clinic: Clinic, alert: AlertRow, language: str) -> tuple[str, ...]:
    """What became of the last call of each other channel, oldest first; nothing of those that were not tried yet."""
    rows = unit.find_all(ChannelCallRow, alert_id=alert.id, by="id")
    ui = clinic.ui(language)
    last = {row.channel_id: row for row in rows if row.tried_at is not None}
    lines = []
    for row in sorted(last.values(), key=lambda row: row.tried_at or row.made_at):
        kind = ui.plain(f"channel.kind.{row.kind}") if row.kind in KINDS else row.kind
        name = staff_name(unit, row.staff_id) or clinic.facts.name
        key = "alert.rung" if row.state == "done" else "alert.not_rung"
        lines.append(
            ui.say(key, kind=kind, name=name, at=clock(row.tried_at or row.made_at, clinic.facts.zone, language))
        )
    return tuple(lines)


def card_for(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    alert: AlertRow,
    language: str,
    *,
    menu: Menu = Menu.MAIN,
    headline: str = "",
) -> Body:
    """The card of an alert as it is now."""
    facts = AlertFacts.model_validate_json(alert.card).read_in(language)
    ui = clinic.ui(language)
    doing = ui.plain(f"doing.{alert.doing}") if alert.doing else ""
    status = status_of(unit, clinic, now, alert, language, doing)
    return alert_card(alert.id, facts, status, ui, menu=menu, headline=headline)


def post_card(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, to: Recipient, headline: str = "") -> None:
    """Send the card to one chat; an older card of the alert there loses its buttons and points to this one.

    In a group with topics it stands in the general view, where nobody can miss it, and then in her topic too.
    """
    _post_card(unit, clinic, now, alert, to, headline, "alert_card", "")
    group = group_chat(unit, clinic)
    if group is None or group.chat_id != to.chat_id:
        return
    topic = topic_of(unit, clinic, now, unit.get(PatientRow, alert.patient_id), group.chat_id)
    if topic:
        _post_card(unit, clinic, now, alert, to, headline, TOPIC_CARD, topic)


def _post_card(
    unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, to: Recipient, headline: str, kind: str, topic: str
) -> None:
    older = _newest(unit, alert).get((to.chat_id, kind))
    if older is not None:
        facts = AlertFacts.model_validate_json(alert.card)
        words = clinic.ui(to.language).say("alert.superseded", code=facts.case_code)
        edit(unit, now, older, Body(text=words, html=True), priority=Priority.ANSWER)
    body = card_for(unit, clinic, now, alert, to.language, headline=headline).model_copy(update={"topic": topic})
    priority = Priority.ALERT if Level(alert.level).is_red and not topic else Priority.ANSWER
    post(
        unit,
        now,
        to.chat_id,
        body,
        priority,
        kind=kind,
        patient_id=alert.patient_id,
        alert_id=alert.id,
    )


def refresh_cards(
    unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, *, menu: Menu = Menu.MAIN, only_chat: int | None = None
) -> None:
    """Bring the newest card of each chat up to date (or only that of one chat, to show a menu)."""
    group = group_chat(unit, clinic)
    languages = {row.chat_id: row.language for row in unit.many(StaffRow, col(StaffRow.chat_id).is_not(None))}
    for (chat_id, _), row in _newest(unit, alert).items():
        if only_chat is not None and chat_id != only_chat:
            continue
        fallback = group.language if group and group.chat_id == chat_id else clinic.facts.language
        body = card_for(unit, clinic, now, alert, languages.get(chat_id, fallback), menu=menu)
        edit(unit, now, row, body, priority=Priority.ANSWER)


def _newest(unit: Unit, alert: AlertRow) -> dict[tuple[int, str], OutboxRow]:
    """The newest card of the alert in each chat, and in her topic."""
    kinds = col(OutboxRow.kind).in_(("alert_card", TOPIC_CARD))
    rows = unit.many(OutboxRow, OutboxRow.alert_id == alert.id, kinds, order_by=OutboxRow.id)
    return {(row.chat_id, row.kind): row for row in rows}
