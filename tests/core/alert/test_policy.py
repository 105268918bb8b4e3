"""The clinic's policy: what may be written, what is refused with its line, and who covers the clinic when."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.core.alert.cover import CoverNow, advice_now, is_staffed
from bot.core.alert.policy import Ladder, Policy, Step, Tell
from bot.core.alert.reading import read_policy
from bot.core.errors import ScriptError
from bot.core.level import Level
from tests.core.alert.ladders import TEXT, policy

FILE = "clinic/escalation.yaml"


def test_the_clinics_own_policy_keeps_the_brief() -> None:
    brief = {Level.D1: (5, 10), Level.D2: (10, 20), Level.D3: (30, 60), Level.D4: (24 * 60, 24 * 60)}
    for level, (acknowledge, contact) in brief.items():
        assert policy().acknowledge_within(level) == timedelta(minutes=acknowledge)
        assert policy().contact_within(level) == timedelta(minutes=contact)
    assert (policy().taken_again_min, policy().unanswered_again_min, policy().unanswered_tries) == (20, 10, 3)


def test_a_policy_reads_as_written_and_survives_json() -> None:
    read = read_policy(TEXT, FILE)
    assert read.ladder(Level.D1).steps == (
        Step(after_min=0, tell=(Tell.ON_CALL,)),
        Step(after_min=5, tell=(Tell.SECOND,)),
        Step(after_min=10, tell=(Tell.EVERYONE,)),
    )
    assert read.test_alert_days == 30
    assert read.ladder(Level.D4).then_every_min == 240
    again = Policy.model_validate_json(read.model_dump_json())
    assert again == read
    assert again.revision == read.revision != policy().revision


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("taken_again: 20 min\n", "", "missing-key", 1, 1),
        ("  D2: {", "  D5: {", "unknown-key", 4, 3),
        ("after: 5 min, tell: [second]", "after: 6 min, tell: [second]", "second-person", 3, None),
        ("after: 5 min, tell: [second]", "after: 5 min, tell: [on_call]", "second-person", 3, None),
        ("after: 0 min, tell: [on_call]}, {", "after: 1 min, tell: [on_call]}, {", "order", 3, None),
        ("tell: [second]}, {after: 10 min", "tell: [second]}, {after: 5 min", "order", 3, None),
        ("after: 5 min, tell: [second]", "after: 5 min, tell: [group]", "second-person", 3, None),
        ("after: 5 min, tell: [second]", "after: 5 min, tell: [injector]", "second-person", 3, None),
        ("after: 10 min, tell: [everyone]", "after: 11 min, tell: [everyone]", "second-person", 3, None),
        ("after: 10 min, tell: [everyone]", "after: 10 min, tell: [lead]", "second-person", 3, None),
        ("taken_again: 20 min", "test_alert_within: 90 min\ntaken_again: 20 min", "range", 7, 20),
        ("tell: [second]", "tell: [nobody]", "unknown-name", 3, None),
        ("taken_again: 20 min", "taken_again: 30 s", "range", 7, 14),
        ("unanswered_tries: 3", "unanswered_tries: 0", "range", 9, 19),
        ('opens: "09:00", closes: "19:00"', 'opens: "19:00", closes: "09:00"', "order", 12, None),
        ("staffed: [{days: [mon, tue], opens: \"09:00\", closes: \"19:00\"}]", "staffed: []", None, 12, None),
        ("days: [mon, tue]", "days: [monday]", "unknown-name", 12, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    old: str, new: str, code: str | None, line: int, column: int | None
) -> None:
    assert old in TEXT
    with pytest.raises(ScriptError) as caught:
        read_policy(TEXT.replace(old, new, 1), FILE)
    found = [problem for problem in caught.value.problems if problem.line == line]
    assert found, caught.value.problems
    assert found[0].file == FILE
    assert found[0].todo
    assert code in (None, *(problem.code for problem in found)), caught.value.problems
    assert column in (None, found[0].column)


def test_a_ladder_cannot_be_made_that_ends_or_goes_back() -> None:
    now, later = Step(after_min=0, tell=(Tell.GROUP,)), Step(after_min=5, tell=(Tell.GROUP,))
    for steps, every in (((), 5), ((later,), 5), ((now, later, later), 5), ((now,), 0)):
        with pytest.raises(ValidationError):
            Ladder(acknowledge_min=5, contact_min=10, steps=steps, then_every_min=every)


@pytest.mark.parametrize(
    "field", ["taken_again_min", "unanswered_again_min", "contacted_close_min", "unanswered_tries"]
)
def test_a_policy_that_would_ring_without_a_pause_cannot_be_made(field: str) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({**policy().model_dump(), field: 0})


@pytest.mark.parametrize(
    ("at", "staffed"),
    [
        ("2026-03-02T07:59", False),  # Monday, 08:59 in Madrid
        ("2026-03-02T08:00", True),
        ("2026-03-02T17:59", True),
        ("2026-03-02T18:00", False),
        ("2026-03-03T12:00", True),
        ("2026-03-04T12:00", False),
        ("2026-03-30T07:00", True),  # summer time: 09:00
    ],
)
def test_staffed_hours_are_those_of_the_clinics_clock(at: str, staffed: bool) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    read = read_policy(TEXT, FILE)
    assert is_staffed(read, now, "Europe/Madrid") is staffed
    assert advice_now(read, Level.D3, "d3", now, "Europe/Madrid") == ("d3" if staffed else "d2")


@pytest.mark.parametrize("level", [Level.D1, Level.D2, Level.D4])
def test_only_a_d3_changes_out_of_hours(level: Level) -> None:
    night = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert advice_now(read_policy(TEXT, FILE), level, "its own", night, "Europe/Madrid") == "its own"


MONDAY_NOON, NIGHT = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("promised", "now", "cover", "advice"),
    [
        (True, NIGHT, CoverNow(), "d3"),
        (True, NIGHT, CoverNow(on_duty=False), "d2"),
        (True, NIGHT, CoverNow(on_duty=False, anybody=False), "d2"),
        (False, NIGHT, CoverNow(), "d2"),
        (False, MONDAY_NOON, CoverNow(), "d3"),
        (False, MONDAY_NOON, CoverNow(on_duty=False), "d3"),  # the clinic is open: somebody who treats is there
        (True, MONDAY_NOON, CoverNow(on_duty=False, anybody=False), "d2"),
        (False, MONDAY_NOON, CoverNow(closed=True), "d2"),
        (True, MONDAY_NOON, CoverNow(closed=True), "d3"),
        (True, MONDAY_NOON, CoverNow(closed=True, on_duty=False), "d2"),
    ],
)
def test_a_d3_says_that_we_call_only_where_somebody_can(
    promised: bool, now: datetime, cover: CoverNow, advice: str
) -> None:
    read = read_policy(TEXT, FILE).model_copy(update={"out_of_hours_contact": promised})
    assert advice_now(read, Level.D3, "d3", now, "Europe/Madrid", cover) == advice
    assert advice_now(read, Level.D1, "d1", now, "Europe/Madrid", cover) == "d1"


def test_a_clinic_that_can_always_be_reached_keeps_its_d3() -> None:
    night = datetime(2026, 3, 2, 2, tzinfo=UTC)
    always = policy().model_copy(update={"out_of_hours_contact": True})
    assert advice_now(always, Level.D3, "d3", night, "Europe/Madrid") == "d3"
