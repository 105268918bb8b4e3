"""Empty steps are passed without waiting, and no ladder that leaves a D1 with one person gets through."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert.escalate import escalate
from bot.core.alert.ladder_proof import missing_in, waits_for_a_second_person
from bot.core.alert.policy import Ladder, Step, Tell
from bot.core.level import Level
from tests.core.alert.ladders import NOW, an_alert, minutes, policy

PERSONS = [who for who in Tell if who is not Tell.GROUP]


def ladder(*steps: tuple[int, tuple[Tell, ...]], every: int = 5) -> Ladder:
    made = tuple(Step(after_min=after, tell=tell) for after, tell in steps)
    return Ladder(acknowledge_min=5, contact_min=10, steps=made, then_every_min=every)


@pytest.mark.parametrize("level", [Level.D1, Level.D2, Level.D3])
def test_the_clinics_own_ladders_are_proved(level: Level) -> None:
    assert missing_in(policy(), level) is None


def told(level: Level, *empty: Tell) -> list[tuple[float, set[Tell]]]:
    """The first four times at which somebody is told."""
    alert, found = an_alert(level), []
    for _ in range(4):
        decision = escalate(alert, policy(), alert.next_at, empty)
        found.append(((alert.next_at - NOW) / timedelta(minutes=1), {*decision.tell, *decision.ahead} - {Tell.GROUP}))
        alert = alert.model_copy(update={"step": decision.step, "rounds": decision.rounds, "next_at": decision.next_at})
    return found


def test_an_empty_first_step_is_passed_at_once_and_the_others_come_earlier() -> None:
    assert told(Level.D1, Tell.ON_CALL) == [
        (0, {Tell.ON_CALL, Tell.INJECTOR, Tell.SECOND}),
        (5, {Tell.LEAD, Tell.EVERYONE}),
        (10, {Tell.LEAD, Tell.EVERYONE}),
        (15, {Tell.LEAD, Tell.EVERYONE}),
    ]


def test_an_empty_second_step_is_passed_when_its_time_has_come() -> None:
    assert told(Level.D1, Tell.SECOND)[:2] == [
        (0, {Tell.ON_CALL, Tell.INJECTOR}),
        (5, {Tell.SECOND, Tell.ON_CALL, Tell.LEAD, Tell.EVERYONE}),
    ]


def test_with_nobody_on_shift_everyone_is_told_at_once() -> None:
    assert told(Level.D1, Tell.ON_CALL, Tell.SECOND)[0] == (0, set(PERSONS))


def test_a_step_that_only_repeats_is_no_empty_step() -> None:
    assert [step for step, _ in told(Level.D3)] == [0, 15, 30, 45]
    assert told(Level.D3, Tell.ON_CALL)[:2] == [
        (0, {Tell.ON_CALL, Tell.SECOND, Tell.LEAD}),
        (15, {Tell.LEAD, Tell.EVERYONE}),
    ]


def test_a_step_for_the_group_alone_waits_as_written() -> None:
    assert [step for step, _ in told(Level.D4, *PERSONS)][:2] == [0, 12 * 60]


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        (((0, (Tell.ON_CALL,)), (5, (Tell.SECOND,)), (10, (Tell.EVERYONE,))), False),
        (((0, (Tell.EVERYONE,)),), False),
        (((0, (Tell.ON_CALL,)), (6, (Tell.EVERYONE,))), True),
        (((0, (Tell.ON_CALL,)), (5, (Tell.INJECTOR,)), (10, (Tell.EVERYONE,))), True),
        (((0, (Tell.ON_CALL,)), (5, (Tell.GROUP,)), (10, (Tell.EVERYONE,))), True),
        (((0, (Tell.ON_CALL,)), (5, (Tell.LEAD,)), (10, (Tell.EVERYONE,))), True),
        # The first cannot be reached: the second is told at once, and then everybody must hear of it 5 minutes later.
        (((0, (Tell.ON_CALL,)), (5, (Tell.SECOND,)), (60, (Tell.EVERYONE,))), True),
    ],
)
def test_a_ladder_that_leaves_a_d1_with_one_person_is_found(
    steps: tuple[tuple[int, tuple[Tell, ...]], ...], waits: bool
) -> None:
    assert (waits_for_a_second_person(ladder(*steps)) is not None) is waits


TELLS = st.lists(st.sampled_from(list(Tell)), min_size=1, max_size=3, unique=True).map(tuple)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 8), TELLS), max_size=4),
    TELLS,
    st.sets(st.sampled_from(PERSONS)),
    st.lists(st.integers(0, 90), max_size=6),
)
def test_a_proved_ladder_keeps_its_word_for_any_missing_people_and_any_late_cycle(
    more: list[tuple[int, tuple[Tell, ...]]], first: tuple[Tell, ...], empty: set[Tell], late: list[int]
) -> None:
    steps, after = [(0, first)], 0
    for pause, tell in more:
        after += pause
        steps.append((after, tell))
    one = ladder(*steps)
    read = policy().model_copy(update={"ladders": {Level.D1: one}})
    if missing_in(read, Level.D1) is not None:
        return
    alert, seen = an_alert(), set()
    for number in range(20):
        now = alert.next_at + timedelta(seconds=late[number] if number < len(late) else 0)
        decision = escalate(alert, read, now, empty)
        assert decision.tell
        assert decision.next_at > now, "the ladder always has a next step"
        if now <= minutes(5):
            seen |= {*decision.tell, *decision.ahead}
        alert = alert.model_copy(update={"step": decision.step, "rounds": decision.rounds, "next_at": decision.next_at})
    if not any(late):
        assert Tell.EVERYONE in seen or {Tell.ON_CALL, Tell.SECOND} <= seen - empty
