"""Every input in every state of a run, and every event: both unions are closed, and so are these tables."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest

from bot.core.engine.advance import advance
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    Ended,
    Event,
    FellSilent,
    Input,
    Noted,
    Opened,
    OutOfDate,
    Picked,
    Recorded,
    Reminded,
    SentPhoto,
    Signal,
    Tapped,
    TaskRaised,
    TimedOut,
    Typed,
    WentBack,
    Withdrew,
)
from bot.core.engine.run import Run, RunKind, RunState
from bot.core.level import Level
from tests.core.engine.talk import Talk, a_run, face, in_words, opened, promised


def ended(how: Callable[[], Talk]) -> Talk:
    talk = how()
    talk.give(Withdrew(why="stopped"))
    return talk


def toggled() -> Talk:
    talk = opened()
    talk.toggle("chest")
    return talk


def in_danger(code: str = "breathing") -> Talk:
    talk = opened()
    talk.tap("A", code)
    return talk


def bloodless() -> Talk:
    talk = opened()
    talk.tap("A", "white_skin")
    talk.tap("BL", "present")
    return talk


def gone_silent(talk: Talk) -> Talk:
    talk.wait(hours=5)
    assert talk.run.silent
    return talk


def not_opened() -> Talk:
    run = a_run()
    return Talk(run, run.opened_at)


STATES: dict[str, Callable[[], Talk]] = {
    "not opened": not_opened,
    "first question": opened,
    "line tapped": toggled,
    "half-way": lambda: opened().well("H"),
    "own words asked for": lambda: opened().well("FT"),
    "asked about words": lambda: in_words("FE"),
    "emergency words": lambda: in_words("BR", Level.D1),
    "after D1": in_danger,
    "after D2": bloodless,
    "silent": lambda: gone_silent(opened()),
    "silent after D2": lambda: gone_silent(bloodless()),
    "silent half-way": lambda: gone_silent(opened().well("R")),
    "re-check": lambda: opened(kind=RunKind.RECHECK, sets=("A", "ACT")),
    "finished": lambda: opened().well(),
    "withdrawn": lambda: ended(opened),
}

INPUTS: dict[type[Input], tuple[Input, ...]] = {
    Opened: (Opened(),),
    Tapped: (
        Tapped(question="A", code="none"),
        Tapped(question="A", code="breathing"),
        Tapped(question="A", code="chest"),
        Tapped(question="A", code="done"),
        Tapped(question="PA", code="8"),
        Tapped(question="ACT", code="cannot"),
        Tapped(question="NOW", code="clear"),
        Tapped(question="FT", code="person"),
    ),
    Typed: (
        Typed(),
        Typed(signals=(Signal(symptom="BR", level=Level.D1),)),
        Typed(signals=(Signal(symptom="FE", level=Level.D3, ask=True), Signal(symptom="LS", level=Level.D2))),
        Typed(signals=(Signal(symptom="UNHEARD", level=Level.D4),)),
    ),
    SentPhoto: (SentPhoto(),),
    TimedOut: (TimedOut(),),
    WentBack: (WentBack(),),
    Withdrew: (Withdrew(why="in_hospital"),),
}


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=3), timedelta(days=2)], ids=str)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", get_args(Input))
def test_every_input_in_every_state(kind: type[Input], state: str, late: timedelta) -> None:
    for given in INPUTS[kind]:
        talk = STATES[state]()
        before = talk.run
        turn = advance(face(), before, given, talk.now + late)
        promised(before, turn)
        if before.state is RunState.ENDED:
            assert turn.run == before
            assert {event.kind for event in turn.events} <= {"out_of_date", "noted"}
        elif isinstance(given, Withdrew):
            assert turn.events == (Ended(how="withdrawn", why="in_hospital", level=before.level),)


@pytest.mark.parametrize("state", [state for state in STATES if state not in ("finished", "withdrawn")])
@pytest.mark.parametrize(
    ("question", "code"), [("XX", "none"), ("A", "nonsense"), ("PA", "11"), ("BL", "done"), ("", "")]
)
def test_an_unknown_question_or_code_is_an_error(state: str, question: str, code: str) -> None:
    talk = STATES[state]()
    with pytest.raises(ValueError, match="has no"):
        talk.give(Tapped(question=question, code=code))


def silent_line() -> Talk:
    talk = toggled()
    talk.wait(minutes=2)
    return talk


EVENTS: dict[type[Event], Callable[[], Talk]] = {
    Asked: opened,
    Picked: toggled,
    Recorded: silent_line,
    AdviceGiven: in_danger,
    AlertRaised: in_danger,
    Reminded: lambda: gone_silent(opened()),
    TaskRaised: lambda: gone_silent(opened()),
    FellSilent: lambda: gone_silent(opened()),
    Noted: lambda: in_words("FE"),
    OutOfDate: lambda: stale(),
    Ended: lambda: opened().well(),
}


def stale() -> Talk:
    talk = opened().well("V")
    talk.give(Tapped(question="A", code="breathing"))
    return talk


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_event_comes(kind: type[Event]) -> None:
    assert EVENTS[kind]().all(kind)


def test_the_tables_are_the_unions() -> None:
    assert set(EVENTS) == set(get_args(Event))
    assert set(INPUTS) == set(get_args(Input))


def test_a_second_opening_changes_nothing_but_the_turn() -> None:
    talk = toggled()
    before = talk.run
    talk.give(Opened())
    assert talk.run == before.model_copy(update={"turn": before.turn + 1})
    assert talk.last(Asked).again


def test_a_photo_is_noted_and_answers_nothing() -> None:
    talk = opened()
    talk.give(SentPhoto())
    assert talk.turns[-1].events[0] == Noted(photo=True)
    assert talk.last(Asked).again
    assert talk.run.answers == {}


def test_a_well_patient_is_told_that_it_is_expected() -> None:
    talk = opened().well()
    end = talk.last(Ended)
    assert (end.how, end.level) == ("completed", Level.D5)
    assert end.self_care
    assert not talk.all(AlertRaised)
    assert isinstance(talk.run, Run)


def test_positions_count_the_questions_of_a_well_patient() -> None:
    talk = opened().well()
    places = [(asked.position, asked.total) for asked in talk.all(Asked)]
    assert places == [(number, len(places)) for number in range(1, len(places) + 1)]
