"""How an alert looks to staff: the level first, then what was said, what the patient was told, and the time left."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.flow.together_names import spoken
from bot.core.level import Level
from bot.core.post.message import Body, Button
from bot.core.wording.catalog import Catalog

MARKS = {Level.D1: "🟥", Level.D2: "🔶", Level.D3: "🟡", Level.D4: "🔵", Level.D5: "⚪"}
"""A shape as well as a colour for each level, for people who see colours differently."""
MOST_RULES, MOST_NOTES, MOST_ANSWERS, MOST_WORDS, MOST_DENIED, MOST_CALLS = 8, 4, 4, 3, 3, 4
"""The newest of each stay on the card; with the lengths below it always fits into one message (4096 characters)."""
MOST_ALSO = 3
LONGEST_LINE = 150
LONGEST_WORDS = 300
CLOSE_REASONS = ("resolved", "in_care", "expected", "mistake")


class AlertFacts(BaseModel):
    """What the card says that does not change with taps: kept encrypted with the alert.

    ``answers`` are (question, answer) in words, the last ones; ``said`` the patient's own words, untranslated.
    ``also`` are the patient's other treatments that were asked about too, a line each.
    ``denied`` are the questions about her words that she answered with no; ``asking`` says that some are still open.
    The words are in the clinic's language; ``others`` has the same by language for staff who read another one.
    """

    model_config = ConfigDict(frozen=True)

    case_code: str
    initials: str
    phone: str
    procedure: str
    sites: str
    modifiers: str = ""
    day: int
    hour: int
    rules: tuple[str, ...] = ()
    rule_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    advice: str = ""
    denied: tuple[str, ...] = ()
    asking: bool = True
    also: tuple[str, ...] = ()
    others: Mapping[str, "AlertFacts"] = {}

    def read_in(self, language: str) -> "AlertFacts":
        """The facts in a language; in the clinic's, where that one is not there."""
        return self.others.get(language, self)


class Delivery(StrEnum):
    """What is known of the advice that the patient was given."""

    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    UNKNOWN = "unknown"


class AlertStatus(BaseModel):
    """What the card says that changes: names and clinic-zone times of who saw, took and contacted.

    ``calls`` are lines about other channels, ready to be shown (HTML).
    """

    model_config = ConfigDict(frozen=True)

    level: Level
    state: str
    unconfirmed: bool
    delivery: Delivery
    delivered_at: str = ""
    raised_at: str
    take_by: str
    contact_by: str
    minutes_left: int
    taken_by: str = ""
    taken_at: str = ""
    contacted_by: str = ""
    contacted_at: str = ""
    outcome: str = ""
    closed_by: str = ""
    closed_at: str = ""
    closed_reason: str = ""
    doing: str = ""
    calls: tuple[str, ...] = ()


class Menu(StrEnum):
    """Which buttons the card shows."""

    MAIN = "main"
    OUTCOME = "outcome"
    REASON = "reason"


def alert_card(
    alert_id: str, facts: AlertFacts, status: AlertStatus, ui: Catalog, *, menu: Menu = Menu.MAIN, headline: str = ""
) -> Body:
    """The card with its buttons. ``headline`` says why it comes again (not taken, no contact noted)."""
    lines = [headline] if headline else []
    level = ui.say(f"level.{status.level.value}")
    lines.append(f"{MARKS[status.level]} <b>{level}</b> · {ui.say('alert.case', code=facts.case_code)}")
    if status.unconfirmed:
        lines.append(f"<b>{ui.say('alert.unconfirmed' if facts.asking else 'alert.answered')}</b>")
    rules = tuple(zip(facts.rule_ids, facts.rules, strict=True))
    if len(rules) > MOST_RULES:
        lines.append("…")
    lines.extend(ui.say("alert.rule", rule=spoken(rule), name=_cut(name)) for rule, name in rules[-MOST_RULES:])
    lines.append("")
    lines.append(
        ui.say(
            "alert.patient",
            initials=facts.initials,
            procedure=facts.procedure,
            sites=facts.sites,
            day=facts.day,
            hour=facts.hour,
        )
    )
    lines.extend(_cut(other) for other in facts.also[:MOST_ALSO])
    if facts.modifiers:
        lines.append(ui.say("alert.modifiers", modifiers=facts.modifiers))
    lines.append(ui.say("alert.phone", phone=facts.phone or ui.plain("alert.no_phone")))
    if facts.answers:
        lines.append("")
        lines.extend(
            ui.say("alert.answer", question=_cut(question), answer=_cut(answer))
            for question, answer in facts.answers[-MOST_ANSWERS:]
        )
    lines.extend(ui.say("alert.said", words=_cut(words, LONGEST_WORDS)) for words in facts.said[-MOST_WORDS:])
    lines.append("")
    if facts.advice:
        lines.append(ui.say("alert.advice", advice=facts.advice))
        lines.append(ui.say(f"alert.delivery.{status.delivery.value}", at=status.delivered_at))
    lines.extend(ui.say("alert.denied", question=_cut(question)) for question in facts.denied[-MOST_DENIED:])
    if status.doing:
        lines.append(ui.say("alert.doing", doing=status.doing))
    lines.extend(ui.say("alert.note", note=_cut(note)) for note in facts.notes[-MOST_NOTES:])
    lines.append("")
    lines.extend(_state_lines(status, ui))
    lines.extend(_cut(each) for each in status.calls[-MOST_CALLS:])
    return Body(text="\n".join(lines), html=True, buttons=_buttons(alert_id, status, ui, menu))


def _cut(text: str, longest: int = LONGEST_LINE) -> str:
    """At most so many characters as Telegram counts them (UTF-16 units); the group has the whole words."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * longest - 2].decode("utf-16-le", "ignore") + "…"


def _state_lines(status: AlertStatus, ui: Catalog) -> list[str]:
    lines = [ui.say("alert.raised", at=status.raised_at)]
    match status.state:
        case "sent" | "seen":
            if status.minutes_left >= 0:
                left = ui.say("alert.left", minutes=status.minutes_left, by=status.take_by)
            else:
                left = ui.say("alert.over", minutes=-status.minutes_left, by=status.take_by)
            lines.append(f"<b>{left}</b>")
        case _:
            if status.taken_by:
                lines.append(ui.say("alert.taken", name=status.taken_by, at=status.taken_at))
            if status.contacted_by:
                lines.append(
                    ui.say(
                        "alert.contacted",
                        name=status.contacted_by,
                        at=status.contacted_at,
                        outcome=ui.plain(f"alert.outcome.{status.outcome}"),
                    )
                )
            elif status.state != "closed":
                lines.append(f"<b>{ui.say('alert.contact_by', by=status.contact_by)}</b>")
            if status.state == "closed":
                lines.append(
                    "<b>"
                    + ui.say(
                        "alert.closed",
                        name=status.closed_by,
                        at=status.closed_at,
                        reason=ui.plain(f"alert.reason.{status.closed_reason}"),
                    )
                    + "</b>"
                )
    return lines


def _buttons(alert_id: str, status: AlertStatus, ui: Catalog, menu: Menu) -> tuple[tuple[Button, ...], ...]:
    def button(key: str, act: str) -> Button:
        return Button(label=ui.plain(key), data=f"s|{alert_id}|{act}")

    if status.state == "closed":
        return ()
    if menu is Menu.OUTCOME:
        outcomes = ("fine", "sent_to_er", "in_hospital", "no_answer")
        return (
            *((button(f"alert.outcome.{each}", f"contact.{each}"),) for each in outcomes),
            (button("alert.button.back", "menu"),),
        )
    if menu is Menu.REASON:
        return (
            *((button(f"alert.reason.{each}", f"close.{each}"),) for each in CLOSE_REASONS),
            (button("alert.button.back", "menu"),),
        )
    take = button("alert.button.take", "take") if status.state in ("sent", "seen") else None
    contact = button("alert.button.contact", "contact")
    close = button("alert.button.close", "close")
    if take:
        return ((take,), (contact, close))
    return ((contact,), (close,))
