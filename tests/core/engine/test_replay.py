"""A replay says where a conversation goes another way than its case."""

from datetime import timedelta

import pytest

from bot.core.engine.events import Opened, Signal
from bot.core.engine.replay import SESSION, replay
from bot.core.flow.cases import Asked, Case, Expectation, Said
from bot.core.flow.cases import Signal as Heard
from bot.core.level import Level
from tests.core.engine.talk import face


def case(*steps: Asked | Said, expect: Expectation, check_in: str = "c3", modifiers: tuple[str, ...] = ()) -> Case:
    return Case(
        file="face/cases/x.yaml",
        title="x",
        procedure="face",
        sites=("cheek",),
        modifiers=modifiers,
        check_in=check_in,
        hour=24,
        previous={},
        steps=steps,
        expect=expect,
    )


D2 = (Asked(ask="A", tap=("white_skin",)), Asked(ask="BL", tap=("present",)))


def test_what_came_of_it() -> None:
    played = replay(face(), case(*D2, expect=Expectation(level=Level.D2)))
    assert played.problems == ()
    assert (played.level, played.advice, played.calls) == (Level.D2, ("d2_blood_flow",), ("injector",))
    assert "BL-2" in played.rules or "BL-1" in played.rules
    assert [alert.level for alert in played.alerts] == [Level.D2]
    assert any("may not be getting enough blood" in text for text in played.said)
    assert len(played.turns) == 4
    assert played.turns[0].run.opened_at == SESSION + timedelta(hours=24)


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        (Expectation(level=Level.D1), "The level must be D1 at the end, but there is D2."),
        (Expectation(alert=Level.D3), "The alert must be D3 at the end, but there is D2."),
        (Expectation(rules=("PA-1",)), "The rule must be PA-1 at the end, but there is"),
        (Expectation(advice=("d1",)), "The advice must be d1 at the end, but there is d2_blood_flow."),
        (Expectation(calls=("lead",)), "The call must be lead at the end, but there is injector."),
        (Expectation(never_says=("ENOUGH blood",)), "The bot must not say 'ENOUGH blood' at the end"),
    ],
)
def test_every_expectation_is_checked(expect: Expectation, problem: str) -> None:
    (found,) = replay(face(), case(*D2, expect=expect)).problems
    assert found.startswith(problem)


def test_a_step_is_checked_where_it_stands() -> None:
    early = Asked(ask="A", tap=("white_skin",), expect=Expectation(level=Level.D2))
    played = replay(face(), case(early, D2[1], expect=Expectation(level=Level.D2)))
    assert played.problems == ("The level must be D2 after step 1, but there is D5.",)


def test_another_question_than_named() -> None:
    played = replay(face(), case(Asked(ask="BL", tap=("clear",)), expect=Expectation(level=Level.D5)))
    assert played.problems == ("Step 1: BL should be asked, but A comes.",)
    to_end = replay(face(), case(Asked(ask="A", tap=("breathing",)), Asked(ask="ACT", tap=("there",)), Asked(ask="A"),
                                 expect=Expectation(level=Level.D1)))  # fmt: skip
    assert to_end.problems == ("Step 3: A should be asked, but the end comes.",)


def test_a_patient_who_has_no_such_check_in() -> None:
    played = replay(face(), case(Asked(ask="A"), expect=Expectation(), check_in="c8"))
    assert played.problems == ("This patient has no check-in c8.",)


def test_free_text_begins_with_words() -> None:
    played = replay(face(), case(Asked(ask="A"), expect=Expectation(), check_in="free_text"))
    assert played.problems == ("Step 1: a conversation by free text begins with what the patient says.",)


def test_words_are_heard_as_the_case_says_or_as_the_screen_does() -> None:
    said = Said(say="i cant breathe", signals=(Heard(symptom="BR", level=Level.D1, status="present"),))
    one = case(said, Asked(ask="NOW", silent_s=120), expect=Expectation(level=Level.D1), check_in="free_text")
    assert replay(face(), one).problems == ()
    deaf = replay(face(), one, lambda said, asked: (Signal(symptom="FE", level=Level.D3),))
    assert deaf.problems[0] == "Step 1: BR should be heard, but FE D3 was."


def test_silence_lets_every_wait_of_that_time_end() -> None:
    silent = case(Asked(ask="A", silent_s=4 * 3600), expect=Expectation(level=Level.D5))
    played = replay(face(), silent)
    assert played.problems == ()
    assert played.turns[-1].run.silent
    assert Opened() == Opened()
