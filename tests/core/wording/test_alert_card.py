"""What staff read: the level first, what was said, the time left, and the buttons of each state."""

from itertools import product

import pytest

from bot.core.alert.escalate import AlertState, Outcome
from bot.core.level import Level
from bot.core.wording.alert_card import CLOSE_REASONS, MARKS, AlertFacts, AlertStatus, Delivery, Menu, alert_card
from tests.core.wording.catalogs import RUN, fits, ui

FACTS = AlertFacts(
    case_code="K7P2",
    initials="A.P.",
    phone="+34600111222",
    procedure="Face treatment",
    sites="cheek, lips",
    modifiers="filler in place",
    day=1,
    hour=30,
    rules=("White skin",),
    rule_ids=("BL-1",),
    notes=("Think of hyaluronidase.",),
    answers=(("White or grey skin", "Yes"),),
    said=("I <b>can't</b> & won't",),
    advice="go to the emergency room now",
)


def status(state: str = "sent", **more: object) -> AlertStatus:
    known: dict[str, object] = {
        "level": Level.D2,
        "state": state,
        "unconfirmed": False,
        "delivery": Delivery.DELIVERED,
        "delivered_at": "10:01",
        "raised_at": "10:00",
        "take_by": "10:10",
        "contact_by": "10:20",
        "minutes_left": 9,
    }
    return AlertStatus.model_validate(known | more)


def acts(body_of: AlertStatus, menu: Menu = Menu.MAIN) -> list[str]:
    body = alert_card(RUN, FACTS, body_of, ui(), menu=menu)
    return [button.data.rpartition("|")[2] for row in body.buttons for button in row]


@pytest.mark.parametrize(
    ("level", "state", "delivery", "menu"), list(product(Level, AlertState, Delivery, Menu)), ids=str
)
def test_every_card_fits(level: Level, state: AlertState, delivery: Delivery, menu: Menu) -> None:
    done = {"taken_by": "Eva", "taken_at": "10:02"} if state not in ("sent", "seen") else {}
    if state is AlertState.CONTACTED:
        done |= {"contacted_by": "Eva", "contacted_at": "10:05", "outcome": "sent_to_er"}
    if state is AlertState.CLOSED:
        done |= {"closed_by": "Eva", "closed_at": "11:00", "closed_reason": "resolved"}
    calls = ("Pager Duty to somebody with a very long name indeed: sent 10:00" * 9,) * 9
    now = status(state.value, level=level, delivery=delivery, unconfirmed=True, calls=calls, **done)
    body = alert_card(RUN, FACTS, now, ui(), menu=menu, headline="Not taken yet")
    fits(body)
    assert MARKS[level] in body.text.splitlines()[1]
    assert "K7P2" in body.text
    assert bool(body.buttons) is (state is not AlertState.CLOSED)


def test_her_no_is_on_the_card_and_nobody_is_said_to_ask() -> None:
    asking = alert_card(RUN, FACTS, status(unconfirmed=True), ui()).text
    facts = FACTS.model_copy(update={"denied": ("Chest <pain>",), "asking": False})
    answered = alert_card(RUN, facts, status(unconfirmed=True), ui()).text
    assert "we are asking her" in asking and "says <b>NO</b>" not in asking
    assert "we are asking her" not in answered and "says <b>NO</b>: Chest &lt;pain&gt;" in answered


def test_the_newest_calls_by_other_channels_stand_at_the_end() -> None:
    calls = tuple(f"SMS to Eva: sent 10:0{minute}" for minute in range(6))
    assert alert_card(RUN, FACTS, status(calls=calls), ui()).text.splitlines()[-4:] == [*calls[-4:]]


def test_marks_and_shapes_differ() -> None:
    assert len(set(MARKS.values())) == len(Level) == len(MARKS)


def test_the_patients_own_words_are_escaped() -> None:
    body = alert_card(RUN, FACTS, status(), ui())
    assert "I &lt;b&gt;can't&lt;/b&gt; &amp; won't" in body.text


def test_the_buttons_of_each_state() -> None:
    assert acts(status("sent")) == acts(status("seen")) == ["take", "contact", "close"]
    assert acts(status("taken", taken_by="Eva")) == ["contact", "close"]
    assert acts(status(), Menu.OUTCOME) == [*(f"contact.{outcome}" for outcome in Outcome), "menu"]
    assert acts(status(), Menu.REASON) == [*(f"close.{reason}" for reason in CLOSE_REASONS), "menu"]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_and_reason_has_words(outcome: Outcome) -> None:
    now = status("contacted", taken_by="Eva", contacted_by="Eva", contacted_at="10:05", outcome=outcome.value)
    assert ui().plain(f"alert.outcome.{outcome.value}") in alert_card(RUN, FACTS, now, ui()).text
    for reason in CLOSE_REASONS:
        closed = status("closed", closed_by="Eva", closed_at="11:00", closed_reason=reason)
        assert ui().plain(f"alert.reason.{reason}") in alert_card(RUN, FACTS, closed, ui()).text


def test_time_left_and_time_over() -> None:
    left = alert_card(RUN, FACTS, status(minutes_left=3), ui()).text
    over = alert_card(RUN, FACTS, status(minutes_left=-3), ui()).text
    assert left != over
    assert "-3" not in over


def test_a_patient_without_a_phone_is_said_to_have_none() -> None:
    nobody = FACTS.model_copy(update={"phone": "", "modifiers": "", "answers": (), "said": (), "advice": ""})
    body = alert_card(RUN, nobody, status(), ui())
    fits(body)
    assert ui().plain("alert.no_phone") in body.text


def test_long_words_never_make_a_card_that_telegram_refuses() -> None:
    wordy = FACTS.model_copy(
        update={
            "said": ("<&>" * 400, "я" * 1000, "🆘" * 500, "w" * 1000),
            "answers": tuple((f"Question {n}", "answer, " * 60) for n in range(8)),
            "notes": ("note " * 60,) * 6,
            "denied": ("denied " * 60,) * 6,
            "rules": tuple("A very long name of a rule, with many words" for _ in range(30)),
            "rule_ids": tuple(f"RULE-{n}" for n in range(30)),
        }
    )
    body = alert_card(RUN, wordy, status(), ui(), headline="h" * 200)
    fits(body)
    for needed in ("K7P2", "+34600111222", "RULE-29", "10:10"):
        assert needed in body.text


def test_each_reads_the_facts_in_the_own_language() -> None:
    """What is kept holds them all; a language that is not there is read in the clinic's."""
    russian = FACTS.model_copy(update={"sites": "щека"})
    kept = AlertFacts.model_validate_json(FACTS.model_copy(update={"others": {"ru": russian}}).model_dump_json())
    assert kept.read_in("ru") == russian
    assert kept.read_in("en") == kept.read_in("xx") == kept
    assert kept.sites == FACTS.sites
