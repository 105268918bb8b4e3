"""/alerts: the open alerts by urgency with the time left, and the buttons of an alert's card."""

from datetime import datetime

from bot.chat.staff.reply import Asked, Rows
from bot.core.alert.escalate import Outcome
from bot.core.errors import Gone
from bot.core.level import Level
from bot.core.post.message import Button, Method, Priority
from bot.core.wording.alert_card import MARKS, AlertFacts, Menu
from bot.store.tables import AlertRow
from bot.usecases.alert_cards import card_for, staff_name
from bot.usecases.handle_alert import close_alert, contact_alert, take_alert
from bot.usecases.policies import policy_of
from bot.usecases.posting import post

MOST = 20
Toast = tuple[str, dict[str, str]]


def run(asked: Asked, _words: str) -> None:
    """List the open alerts, the most urgent first."""
    rows = asked.unit.many(AlertRow, AlertRow.state != "closed", limit=200)
    rows.sort(key=lambda row: (-Level(row.level).severity, row.level_at))
    if not rows:
        asked.say("alerts.none")
        return
    lines = [asked.ui.say("alerts.head", count=len(rows)), ""]
    buttons: list[tuple[Button, ...]] = []
    for row in rows[:MOST]:
        facts = AlertFacts.model_validate_json(row.card)
        lines.append(f"{MARKS[Level(row.level)]} <b>{facts.case_code}</b> {facts.initials} · {_state(asked, row)}")
        label = asked.ui.plain("alerts.button.open", code=facts.case_code)
        buttons.append((Button(label=label, data=f"s|{row.id}|show"),))
    asked.show("\n".join(lines), tuple(buttons))


def _state(asked: Asked, row: AlertRow) -> str:
    policy, level = policy_of(asked.unit, asked.clinic, row), Level(row.level)
    match row.state:
        case "sent" | "seen":
            minutes = _minutes(asked.now, row.level_at + policy.acknowledge_within(level))
            return asked.ui.say("alerts.left" if minutes >= 0 else "alerts.over", minutes=abs(minutes))
        case "taken":
            return asked.ui.say("alerts.taken", name=staff_name(asked.unit, row.taken_by))
        case _:
            return asked.ui.say("alerts.contacted", name=staff_name(asked.unit, row.contacted_by))


def _minutes(now: datetime, until: datetime) -> int:
    return int((until - now).total_seconds() // 60)


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """A button of a card: show, take, contact (with its outcome), close (with its reason), or back."""
    alert_id, _, act = rest.partition("|")
    verb, _, detail = act.partition(".")
    unit, clinic, now, staff = asked.unit, asked.clinic, asked.now, asked.staff
    match verb:
        case "take":
            take_alert(unit, clinic, now, staff, alert_id)
            return "alert.toast.taken", {}
        case "contact" if detail:
            if detail not in {each.value for each in Outcome}:
                return "toast.old", {}
            contact_alert(unit, clinic, now, staff, alert_id, Outcome(detail))
            return "alert.toast.contacted", {}
        case "close" if detail:
            close_alert(unit, clinic, now, staff, alert_id, detail)
            return "alert.toast.closed", {}
        case "contact":
            return _menu(asked, alert_id, message_id, Menu.OUTCOME, "alert.toast.outcome")
        case "close":
            return _menu(asked, alert_id, message_id, Menu.REASON, "alert.toast.reason")
        case "menu":
            return _menu(asked, alert_id, message_id, Menu.MAIN, "toast.back")
        case "show":
            alert = _alert(asked, alert_id)
            post(
                unit,
                now,
                asked.chat_id,
                card_for(unit, clinic, now, alert, staff.language),
                Priority.ANSWER,
                kind="alert_card",
                patient_id=alert.patient_id,
                alert_id=alert.id,
            )
            return "toast.noted", {}
        case _:
            return "toast.old", {}


def _alert(asked: Asked, alert_id: str) -> AlertRow:
    alert = asked.unit.find(AlertRow, id=alert_id)
    if alert is None:
        raise Gone(f"alert {alert_id}")
    return alert


def _menu(asked: Asked, alert_id: str, message_id: int, menu: Menu, toast: str) -> Toast:
    """Change the buttons of the card that was pressed; nothing is decided yet."""
    alert = _alert(asked, alert_id)
    body = card_for(asked.unit, asked.clinic, asked.now, alert, asked.staff.language, menu=menu)
    post(
        asked.unit,
        asked.now,
        asked.chat_id,
        body.model_copy(update={"edits": message_id}),
        Priority.ANSWER,
        kind="edit",
        method=Method.EDIT,
        alert_id=alert.id,
    )
    return toast, {}


def rows_for(asked: Asked, alert_id: str) -> Rows:
    """A single button that shows the card of an alert."""
    return ((Button(label=asked.ui.plain("alerts.button.show"), data=f"s|{alert_id}|show"),),)
