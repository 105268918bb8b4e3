"""What answers and words raise: advice first, the most urgent text, and what is still asked after it."""

import pytest

from bot.core.engine.events import AdviceGiven, AlertRaised, Asked, Ended, Noted, Signal, Tapped, Typed
from bot.core.engine.run import RunState
from bot.core.flow.model import Rule
from bot.core.level import Level
from tests.core.engine.talk import Talk, a_run, face, in_words, opened


@pytest.mark.parametrize("code", ["breathing", "stroke", "sight", "confused"])
def test_an_emergency_line_decides_at_once(code: str) -> None:
    talk = opened()
    talk.toggle(code)
    assert talk.kinds == ["recorded", "advice_given", "alert_raised", "asked"]
    assert talk.last(AdviceGiven).level is Level.D1
    assert talk.last(Asked).question == "ACT"


def test_a_line_that_decides_takes_the_other_tapped_lines_with_it() -> None:
    talk = opened()
    talk.toggle("pain")
    talk.toggle("sight")
    assert talk.run.answers["A"].given.codes == ("sight", "pain")


def test_after_a_d1_only_what_the_patient_is_doing_is_asked() -> None:
    talk = opened()
    talk.tap("A", "pain", "breathing")
    assert talk.run.asking == "ACT"
    talk.types("LS", Level.D2)
    assert talk.run.asking == "ACT"
    talk.tap("ACT", "calling")
    end = talk.last(Ended)
    assert (end.how, end.level, end.expected) == ("emergency", Level.D1, ())


def test_after_a_d2_only_what_could_make_it_a_d1() -> None:
    talk = opened()
    talk.tap("A", "white_skin", "chest")
    talk.tap("CP", "clear")
    talk.tap("BL", "present")
    asked = [talk.run.asking]
    for question, code in (("EM", "none"), ("SP", "none"), ("ACT", "there")):
        talk.tap(question, code)
        asked.append(talk.run.asking)
    assert asked == ["EM", "SP", "ACT", None]
    assert talk.last(Ended).how == "emergency"
    assert talk.run.level is Level.D2


def test_after_a_d2_a_tapped_emergency_line_is_still_asked() -> None:
    talk = opened()
    talk.tap("A", "white_skin", "pain")
    talk.tap("BL", "present") if talk.run.asking == "BL" else talk.tap("PA", "9")
    assert talk.run.level is Level.D2
    left = [question for question in ("CP", "DZ", "BL") if question not in talk.run.answers]
    assert talk.run.asking in (*left, "EM")


def test_a_d3_goes_on() -> None:
    talk = opened()
    talk.tap("A", "faint")
    talk.tap("DZ", "very")
    assert talk.run.level is Level.D3
    assert talk.kinds == ["recorded", "advice_given", "alert_raised", "asked"]
    talk.well()
    assert talk.last(Ended).how == "completed"
    assert len(talk.all(AdviceGiven)) == 1


def test_a_d4_is_told_at_the_end() -> None:
    talk = opened(check_in="c5", hour=77)
    talk.well("FT").tap("FT", "person")
    assert talk.run.level is Level.D4
    assert talk.kinds == ["recorded", "advice_given", "alert_raised", "ended"]
    assert talk.last(AlertRaised).rules == ("FT-1",)


def test_a_more_urgent_text_of_the_same_level_is_given_too_and_a_milder_one_is_not() -> None:
    talk = opened()
    talk.tap("A", "chest")
    talk.tap("CP", "fast")
    assert talk.run.advised == ("d2",)
    talk.tap("EM", "none")
    talk.tap("SP", "none")
    run = a_run().model_copy(update={"sets": ("V",)})
    urgent = Talk(run, run.opened_at)
    urgent.types("CP", Level.D2)
    urgent.tap("CP", "fast")
    assert urgent.run.advised == ("d2",)
    milder = opened()
    milder.tap("A", "white_skin")
    milder.tap("BL", "present")
    assert milder.run.advised == ("d2_blood_flow",)
    milder.types("CP", Level.D2)
    milder.tap("CP", "fast")
    assert milder.run.advised == ("d2_blood_flow",)
    assert "CP-3" in milder.run.hits


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_rules_changes_nothing(turned: bool) -> None:
    script = face()
    rules: tuple[Rule, ...] = script.rules[::-1] if turned else script.rules
    run = a_run(hour=5)
    talk = Talk(run, run.opened_at, script.model_copy(update={"rules": rules}))
    talk.types("HV")
    talk.tap("HV", "other")
    asked = talk.run.asking
    assert asked is not None
    talk.toggle("stroke" if asked in ("A", "EM") else talk.script.questions[asked].codes[0])
    assert talk.run.level.at_least(Level.D2)
    assert talk.run.advised == ("d2", "d1_stroke_sight") or talk.run.level is Level.D1


def test_a_clear_emergency_word_is_answered_at_once_and_asked_about() -> None:
    talk = in_words("BR", Level.D1)
    assert talk.kinds == ["noted", "advice_given", "alert_raised", "asked"]
    assert talk.last(AdviceGiven) == AdviceGiven(level=Level.D1, advice="d1_allergy", provisional=True)
    assert talk.last(AlertRaised) == AlertRaised(level=Level.D1, rules=("text:BR",), unconfirmed=True)
    assert (talk.run.level, talk.run.asking) == (Level.D5, "NOW")


@pytest.mark.parametrize("code", ["present", "unsure"])
def test_a_yes_confirms(code: str) -> None:
    talk = in_words("BR", Level.D1)
    talk.tap("NOW", code)
    assert talk.run.level is Level.D1
    assert not talk.last(AlertRaised).unconfirmed
    assert not talk.run.unconfirmed


def test_silence_confirms() -> None:
    talk = in_words("VI", Level.D1)
    talk.wait(minutes=2)
    assert talk.run.level is Level.D1
    assert [alert.unconfirmed for alert in talk.all(AlertRaised)] == [True, False]


def test_silence_after_a_word_whose_question_is_not_now_confirms_too() -> None:
    talk = in_words("CP", Level.D1)
    assert talk.run.asking == "CP"
    talk.wait(minutes=2)
    assert (talk.run.level, talk.run.unconfirmed) == (Level.D1, False)
    assert [alert.unconfirmed for alert in talk.all(AlertRaised)] == [True, False]


@pytest.mark.parametrize(
    ("symptom", "text"),
    [("BR", "d1_allergy"), ("VI", "d1_stroke_sight"), ("ST", "d1_stroke_sight"), ("SL", "d1_allergy"), ("CO", "d1")],
)
@pytest.mark.parametrize("code", ["present", "unsure", ""])
def test_the_general_text_never_follows_a_specific_one(symptom: str, text: str, code: str) -> None:
    """A yes, "not sure" and silence give the text of the words once more, now without "if this is happening"."""
    talk = in_words(symptom, Level.D1)
    if code:
        talk.tap("NOW", code)
    else:
        talk.wait(minutes=2)
    assert [(each.advice, each.provisional) for each in talk.all(AdviceGiven)] == [(text, True), (text, False)]
    assert talk.run.advised == (text, text)


@pytest.mark.parametrize(("symptom", "text"), [("SH", "d1_crisis"), ("SP", "d1_sepsis"), ("CP", "d1"), ("LA", "d1")])
def test_silence_after_words_with_their_own_question_keeps_their_text(symptom: str, text: str) -> None:
    talk = in_words(symptom, Level.D1)
    talk.wait(minutes=2)
    assert {each.advice for each in talk.all(AdviceGiven)} == {text}
    assert talk.run.level is Level.D1


def test_unclear_words_and_a_yes_give_the_text_of_the_words() -> None:
    talk = in_words("VI", Level.D1, ask=True)
    talk.tap("NOW", "present")
    assert talk.last(AdviceGiven) == AdviceGiven(level=Level.D1, advice="d1_stroke_sight")


def test_several_words_behind_one_question_keep_the_most_urgent_text() -> None:
    talk = in_words("VI", Level.D1)
    talk.types("BR", Level.D1)
    talk.types("CO", Level.D1)
    assert [each.advice for each in talk.all(AdviceGiven)] == ["d1_stroke_sight", "d1_allergy", "d1_allergy"]
    talk.tap("NOW", "present")
    assert talk.last(AdviceGiven).advice == "d1_allergy"


def test_a_no_settles_the_words_before_it() -> None:
    """Hard to breathe: no. Then her sight goes: the text is about her sight, and silence counts as that."""
    talk = in_words("BR", Level.D1)
    talk.tap("NOW", "clear")
    talk.types("VI", Level.D1)
    talk.wait(minutes=2)
    assert [each.advice for each in talk.all(AdviceGiven)] == ["d1_allergy", "d1_stroke_sight", "d1_stroke_sight"]
    assert "text:VI" in talk.run.hits or "NOW-1" in talk.run.hits
    assert "text:BR" not in talk.run.hits


def test_confused_after_thoughts_of_self_harm_gets_the_general_text() -> None:
    """The crisis line stands after the general text: it must not take the place of the emergency number."""
    talk = in_words("SH", Level.D1)
    talk.types("CO", Level.D1)
    assert talk.last(AdviceGiven).advice == "d1"


def test_a_no_goes_on_and_the_next_emergency_word_is_news_again() -> None:
    talk = in_words("BR", Level.D1)
    talk.tap("NOW", "clear")
    assert (talk.run.level, talk.run.unconfirmed, talk.run.asking) == (Level.D5, False, "A")
    talk.types("BR", Level.D1)
    assert talk.kinds == ["noted", "advice_given", "alert_raised", "asked"]
    assert talk.run.asking == "NOW"
    talk.wait(minutes=2)
    assert talk.run.level is Level.D1


def test_the_same_word_again_is_not_told_twice_but_another_one_is() -> None:
    talk = in_words("BR", Level.D1)
    talk.types("BR", Level.D1)
    assert talk.kinds == ["noted", "asked"]
    talk.types("VI", Level.D1)
    assert talk.last(AdviceGiven).advice == "d1_stroke_sight"
    assert talk.last(AlertRaised).rules == ("text:VI",)


def test_several_emergency_words_give_the_most_urgent_text_and_one_alert() -> None:
    run = a_run()
    talk = Talk(run, run.opened_at)
    talk.give(Typed(signals=tuple(Signal(symptom=each, level=Level.D1) for each in ("SH", "VI", "BR"))))
    assert [advice.advice for advice in talk.all(AdviceGiven)] == ["d1_allergy"]
    (alert,) = talk.all(AlertRaised)
    assert set(alert.rules) == {"text:SH", "text:VI", "text:BR"}


def test_an_unclear_emergency_word_is_only_asked_about() -> None:
    talk = in_words("BR", Level.D1, ask=True)
    assert talk.kinds == ["noted", "asked"]
    assert talk.run.asking == "NOW"


def test_worse_words_about_the_open_question_shorten_its_silence() -> None:
    talk = in_words("FE")
    talk.wait(minutes=3)
    talk.types("FE", Level.D2)
    talk.wait(minutes=2)
    assert talk.run.level is Level.D2


def test_words_about_the_question_that_the_plan_asks_count_too() -> None:
    talk = opened()
    talk.tap("A", "white_skin")
    assert talk.run.asking == "BL"
    talk = opened().well("I")
    talk.tap("I", "streaks")
    assert talk.run.asking == "LS"
    talk.types("LS", Level.D2)
    assert talk.run.asking == "LS"
    talk.wait(minutes=2)
    assert talk.run.level is Level.D2


def test_words_after_an_answer_ask_it_again_and_keep_the_rest() -> None:
    talk = opened().well("I")
    talk.types("FE")
    talk.tap("FE", "clear")
    assert talk.run.asking == "I"
    talk.types("FE", Level.D2)
    assert talk.run.asking == "FE"
    assert not talk.last(Asked).may_go_back
    talk.back()
    assert talk.run.asking == "FE"
    talk.wait(minutes=2)
    assert talk.run.level.at_least(Level.D2)


def test_words_do_not_take_a_red_answer_away() -> None:
    talk = opened()
    talk.tap("A", "white_skin")
    talk.tap("BL", "present")
    talk.types("PA", Level.D2)
    talk.types("NU", Level.D3)
    assert talk.run.answers["BL"].given.codes == ("present",)
    talk.tap("EM", "sight")
    talk.types("VI", Level.D1)
    assert talk.run.answers["EM"].given.codes == ("sight",)
    assert talk.run.asking == "ACT"


def test_a_red_word_that_the_script_has_no_question_for_raises_by_itself() -> None:
    talk = opened()
    talk.types("UNHEARD", Level.D2)
    assert talk.kinds == ["noted", "advice_given", "alert_raised", "asked"]
    assert talk.run.level is Level.D2
    assert talk.run.asking == "EM"
    mild = opened()
    mild.types("UNHEARD", Level.D4)
    assert mild.kinds == ["noted", "asked"]
    mild.types("UNHEARD", Level.D2, ask=True)
    assert mild.run.level is Level.D5


def test_own_words_answer_the_last_question_unless_they_are_red() -> None:
    talk = opened().well("FT")
    talk.types("FE")
    assert talk.run.asking == "FE"
    talk.tap("FE", "clear")
    talk.types("UNHEARD", Level.D4)
    assert talk.run.answers["FT"].given.codes == ("said",)
    assert talk.run.state is RunState.ENDED


def test_words_without_a_question_open_the_first_one() -> None:
    run = a_run()
    talk = Talk(run, run.opened_at)
    talk.types()
    assert talk.kinds == ["noted", "asked"]
    assert talk.run.asking == "A"


def test_after_the_end_words_and_taps_are_noted_only() -> None:
    talk = opened().well()
    talk.types("BR", Level.D1)
    assert talk.turns[-1].events == (Noted(),)
    talk.give(Tapped(question="A", code="breathing"))
    assert talk.run.level is Level.D5


def test_each_session_is_judged_by_its_own_clock() -> None:
    run = a_run(check_in="c3", hour=24)
    old = run.subjects[0].model_copy(update={"session_id": "old", "t0": run.subjects[0].t0.replace(month=2, day=1)})
    both = run.model_copy(update={"subjects": (old, run.subjects[0])})
    levels = []
    for each in (run, both):
        talk = Talk(each, each.opened_at)
        talk.types("SW")
        talk.tap("SW", "big")
        levels.append("SW-11" in talk.run.hits)
    assert levels == [False, True]
