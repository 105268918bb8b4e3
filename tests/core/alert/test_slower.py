"""What makes help slower needs a second person; what makes it quicker does not."""

import pytest

from bot.core.alert.reading import read_policy
from bot.core.alert.slower import slower
from tests.core.alert.ladders import TEXT

D2 = "D2: {acknowledge: 5 min, contact: 10 min, then_every: 5 min, steps: [{after: 0 min, tell: [on_call]}"
SLOWER = (
    ("acknowledge: 5 min, contact: 10 min, then_every: 5 min,", "acknowledge: 6 min, contact: 10 min, then_every: 5 min,",
     "D1: to be taken within 6 min (before: 5 min)"),
    ("contact: 10 min, then_every: 5 min,", "contact: 30 min, then_every: 5 min,",
     "D1: to be contacted within 30 min (before: 10 min)"),
    ("then_every: 5 min,\n", "then_every: 9 min,\n", "D1: the last step is repeated every 9 min (before: 5 min)"),
    (f"{D2}]", f"{D2}, {{after: 9 min, tell: [lead]}}]",
     "D2: what is repeated without end no longer tells on_call"),
    (D2, D2.replace("on_call", "lead"), "D2: on_call is no longer told"),
    ("taken_again: 20", "taken_again: 21", "taken without a contact fires again after 21 min (before: 20 min)"),
    ("unanswered_again: 10", "unanswered_again: 15",
     "a patient who did not answer is tried again after 15 min (before: 10 min)"),
    ("unanswered_tries: 3", "unanswered_tries: 2", "2 calls to a patient who does not answer (before: 3)"),
    ("contacted_close: 12 h", "contacted_close: 13 h",
     "contacted and not closed fires again after 780 min (before: 720 min)"),
    ("contact: false", "contact: true", "at night a D3 waits for a clinician, and is no longer sent to the ER"),
    ('"09:00"', '"08:00"', "other staffed hours decide who is sent to the ER at night"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "after", "line"), SLOWER, ids=[line for *_, line in SLOWER])
def test_each_delay_is_named(before: str, after: str, line: str) -> None:
    assert before in TEXT
    old, new = (read_policy(text, "escalation.yaml") for text in (TEXT, TEXT.replace(before, after, 1)))
    assert line in slower(old, new)
    assert slower(old, old) == ()


def test_who_is_told_later_is_named() -> None:
    old, new = (read_policy(TEXT.replace(D2, f"{D2}, {{after: {n} min, tell: [on_call, lead]}}"), "x") for n in (9, 12))
    assert slower(old, new) == ("D2: lead is told after 12 min (before: 9 min)",)


def test_what_is_quicker_needs_nobody() -> None:
    quicker = TEXT.replace("acknowledge: 5 min", "acknowledge: 3 min").replace("tell: [group]", "tell: [group, lead]")
    assert slower(read_policy(TEXT, "old.yaml"), read_policy(quicker, "new.yaml")) == ()
