"""The cards of an alert in the staff's chats: compose, post, and keep them true as people act."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.level import Level
from bot.core.post.channel import KINDS
from bot.core.post.message import Body, Priority, State
from bot.core.wording.alert_card import AlertFacts, AlertStatus, Delivery, Menu, alert_card
from bot.store.tables import AlertRow, ChannelCallRow, OutboxRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock
from bot.usecases.people import Recipient, group_chat
from bot.usecases.posting import edit, post

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
    take_by = alert.level_at + clinic.policy.acknowledge_within(level)
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
        contact_by=at(alert.level_at + clinic.policy.contact_within(level)),
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
    """Send the card to one chat; an older card of the alert there loses its buttons and points to this one."""
    older = _newest(unit, alert).get(to.chat_id)
    if older is not None:
        facts = AlertFacts.model_validate_json(alert.card)
        words = clinic.ui(to.language).say("alert.superseded", code=facts.case_code)
        edit(unit, now, older, Body(text=words, html=True), priority=Priority.ANSWER)
    body = card_for(unit, clinic, now, alert, to.language, headline=headline)
    priority = Priority.ALERT if Level(alert.level).is_red else Priority.ANSWER
    post(
        unit,
        now,
        to.chat_id,
        body,
        priority,
        kind="alert_card",
        patient_id=alert.patient_id,
        alert_id=alert.id,
    )


def refresh_cards(
    unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, *, menu: Menu = Menu.MAIN, only_chat: int | None = None
) -> None:
    """Bring the newest card of each chat up to date (or only that of one chat, to show a menu)."""
    group = group_chat(unit, clinic)
    languages = {row.chat_id: row.language for row in unit.many(StaffRow, col(StaffRow.chat_id).is_not(None))}
    for chat_id, row in _newest(unit, alert).items():
        if only_chat is not None and chat_id != only_chat:
            continue
        fallback = group.language if group and group.chat_id == chat_id else clinic.facts.language
        body = card_for(unit, clinic, now, alert, languages.get(chat_id, fallback), menu=menu)
        edit(unit, now, row, body, priority=Priority.ANSWER)


def _newest(unit: Unit, alert: AlertRow) -> dict[int, OutboxRow]:
    """The newest card of the alert in each chat."""
    rows = unit.many(OutboxRow, OutboxRow.alert_id == alert.id, OutboxRow.kind == "alert_card", order_by=OutboxRow.id)
    return {row.chat_id: row for row in rows}
