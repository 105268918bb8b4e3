"""The timeline of silence: red lines, words, reminders, "still there?", the phone call."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.engine.advance import BREAKS_OFF
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    FellSilent,
    Recorded,
    Reminded,
    SentPhoto,
    Tapped,
    TaskRaised,
    TimedOut,
    Withdrew,
)
from bot.core.engine.run import RunKind, RunState, WaitKind
from bot.core.flow.model import Phase
from bot.core.level import Level
from tests.core.engine.talk import T0, face, in_words, opened

BRIEF = {
    Phase.EARLY: ("c3", (1, 2), 3, "phone_call"),
    Phase.MIDDLE: ("c7", (4, 24), 28, "phone_call"),
    Phase.LATE: ("c11", (24, 72), 96, "late_list"),
}
"""A check-in of each phase, its reminders and its task in hours (clinical brief, section 4.3)."""


@pytest.mark.parametrize("phase", Phase)
def test_no_answer_at_all(phase: Phase) -> None:
    check_in, reminders, task_h, task = BRIEF[phase]
    entry = face().plan.check_in(check_in)
    assert entry is not None
    assert entry.on_day is not None
    talk = opened(check_in=check_in, hour=24 * entry.on_day)
    start = talk.now
    seen: list[tuple[float, list[str]]] = []
    for _ in range(10):
        if (wake_at := talk.run.wake_at) is None:
            break
        talk.now = wake_at
        talk.give(TimedOut())
        seen.append(((talk.now - start) / timedelta(hours=1), talk.kinds))
    assert seen.pop() == (task_h, ["fell_silent", "task_raised"])
    assert [at for at, kinds in seen if "reminded" in kinds] == list(reminders)
    assert talk.all(FellSilent) == [FellSilent(half_way=False)]
    raised = talk.last(TaskRaised)
    assert (raised.task, raised.due_at) == (task, start + timedelta(seconds=face().plan.silence[phase].task_due_s))
    assert talk.run.silent
    assert talk.run.level is Level.D5


def test_reminders_do_not_come_in_the_quiet_hours() -> None:
    talk = opened(check_in="c2", hour=11)  # 21:00 in Madrid
    reminded = [wait.due_at for wait in talk.run.waits if wait.kind is WaitKind.REMIND]
    assert reminded == [datetime(2026, 3, 3, 7, tzinfo=UTC)]  # 08:00 the next morning
    talk.wait(hours=2, minutes=59)
    assert not talk.all(Reminded)
    talk.wait(minutes=1)
    assert talk.all(FellSilent)


def test_after_an_outage_the_oldest_wait_comes_first_and_each_once() -> None:
    talk = opened()
    talk.now += timedelta(hours=9)
    kinds: list[str] = []
    while talk.run.wake_at is not None:
        kinds.extend(event.kind for event in talk.give(TimedOut()) if event.kind != "asked")
    assert kinds == ["reminded", "fell_silent", "task_raised"]


def test_broken_off_half_way() -> None:
    talk = opened().well("H")
    assert [event.kind for event in talk.wait(minutes=10)] == ["reminded", "asked"]
    assert talk.last(Reminded).half_way
    talk.wait(hours=3)
    assert talk.all(FellSilent) == [FellSilent(half_way=True)]
    assert talk.run.silent


def test_a_late_answer_is_taken_and_silence_is_noticed_again() -> None:
    talk = opened()
    talk.wait(hours=4)
    assert talk.all(FellSilent)
    talk.tap("A", "none")
    assert not talk.run.silent
    assert talk.run.waits
    talk.wait(hours=4)
    assert len(talk.all(FellSilent)) == 2


def test_going_back_to_the_first_question_hours_later_is_not_silence() -> None:
    talk = opened()
    talk.wait(hours=4)
    talk.tap("A", "none")
    talk.back()
    assert talk.run.asking == "A"
    assert talk.run.wake_at is not None
    assert talk.run.wake_at > talk.now + timedelta(minutes=9)


def test_a_tapped_line_counts_after_two_minutes_of_silence() -> None:
    talk = opened()
    talk.toggle("chest")
    talk.wait(seconds=119)
    assert not talk.all(Recorded)
    talk.wait(seconds=1)
    recorded = {event.question: event for event in talk.all(Recorded)}
    assert recorded["A"].given.codes == ("chest",)
    assert recorded["CP"].given.codes == ("pain",)
    assert all(event.assumed for event in recorded.values())
    assert (talk.run.level, talk.run.asking) == (Level.D1, "ACT")


def test_each_toggle_gives_two_minutes_and_untapping_takes_the_wait_away() -> None:
    talk = opened()
    talk.toggle("chest")
    talk.wait(minutes=1)
    talk.toggle("white_skin")
    talk.wait(minutes=1, seconds=59)
    assert talk.run.level is Level.D5
    talk.toggle("chest")
    talk.toggle("white_skin")
    assert WaitKind.LINE not in {wait.kind for wait in talk.run.waits}
    talk.wait(minutes=9)
    assert talk.run.level is Level.D5


def test_every_tapped_line_counts_not_only_the_one_that_is_asked() -> None:
    talk = opened()
    talk.tap("A", "faint", "white_skin")
    assert talk.run.asking == "DZ"
    talk.wait(minutes=2)
    assert {event.question for event in talk.all(Recorded) if event.assumed} == {"DZ", "BL"}
    assert talk.run.level is Level.D2


def test_reminders_and_tasks_do_not_swallow_or_put_off_a_red_line() -> None:
    for before in (timedelta(minutes=59), timedelta(hours=2, minutes=59)):
        talk = opened()
        talk.wait(seconds=before.total_seconds())
        talk.toggle("chest")
        talk.wait(minutes=2)
        assert talk.run.level is Level.D1, before


def test_silence_that_was_noticed_hides_no_word() -> None:
    talk = opened()
    talk.wait(hours=2, minutes=59)
    talk.types("FE", Level.D2)
    talk.give(TimedOut())
    talk.wait(minutes=1)
    talk.wait(minutes=1)
    assert talk.run.level is Level.D2


@pytest.mark.parametrize(
    ("level", "ask", "seconds", "reached"),
    [
        (Level.D2, False, 120, Level.D2),
        (Level.D3, False, 600, Level.D3),
        (Level.D4, False, 600, Level.D3),
        (Level.D2, True, 600, Level.D3),
    ],
)
def test_words_and_then_silence(level: Level, ask: bool, seconds: int, reached: Level) -> None:
    talk = in_words("FE", level, ask=ask)
    assert talk.run.asking == "FE"
    talk.wait(seconds=seconds - 1)
    assert talk.run.level is Level.D5
    talk.wait(seconds=1)
    assert talk.run.level is reached
    assert talk.all(AlertRaised)[-1].rules == ("text:FE",)
    assert talk.all(AdviceGiven)[-1].advice == reached.value.lower()


def test_two_words_are_asked_one_after_the_other_the_worse_first() -> None:
    talk = in_words("FE")
    talk.types("LU")
    assert talk.run.asking == "FE"
    talk.types("LS", Level.D2)
    assert talk.run.asking == "LS"
    talk.tap("LS", "clear")
    assert talk.run.asking == "FE"
    talk.wait(minutes=10)
    assert (talk.run.level, talk.run.asking) == (Level.D3, "LU")
    talk.wait(minutes=10)
    assert [alert.rules for alert in talk.all(AlertRaised)] == [("text:FE",), ("text:LU",)]


def test_words_about_a_tapped_line_do_not_hold_it_up() -> None:
    talk = opened()
    talk.toggle("chest")
    talk.wait(minutes=1, seconds=30)
    talk.types("FE")
    assert talk.run.asking == "FE"
    talk.wait(seconds=30)
    assert talk.run.level is Level.D1


def test_a_line_does_not_answer_the_question_that_words_brought_up_before_its_time() -> None:
    talk = opened()
    talk.toggle("pain")
    talk.wait(minutes=1, seconds=50)
    talk.types("BR", Level.D1)
    assert talk.run.asking == "NOW"
    talk.wait(seconds=10)
    assert "NOW" not in talk.run.answers
    assert talk.all(AdviceGiven)[-1].level is Level.D2
    talk.wait(minutes=2)
    assert talk.run.level is Level.D1


def test_other_words_and_photos_do_not_put_off_a_red_wait() -> None:
    talk = in_words("FE", Level.D2)
    talk.wait(minutes=1)
    talk.types()
    talk.give(SentPhoto())
    talk.types("FE", Level.D2)
    talk.wait(minutes=1)
    assert talk.run.level is Level.D2


def test_no_tap_after_a_d1_makes_staff_phone() -> None:
    talk = opened()
    talk.tap("A", "breathing")
    talk.wait(minutes=4, seconds=59)
    assert not talk.all(TaskRaised)
    talk.wait(seconds=1)
    assert talk.all(TaskRaised) == [TaskRaised(task="phone_now", due_at=talk.now + timedelta(minutes=10))]
    assert talk.run.silent
    assert talk.run.asking == "ACT"


def test_silence_in_the_questions_after_a_d2_makes_staff_phone() -> None:
    talk = opened()
    talk.tap("A", "white_skin")
    talk.tap("BL", "present")
    assert talk.run.asking == "EM"
    talk.wait(minutes=5)
    assert talk.all(TaskRaised)[-1].task == "phone_now"
    assert talk.run.asking == "ACT"
    talk.tap("ACT", "on_way")
    assert talk.run.asking == "EM"
    assert WaitKind.ACT in {wait.kind for wait in talk.run.waits}


def test_lines_tapped_after_a_d2_are_kept_when_the_time_is_over() -> None:
    talk = opened()
    talk.tap("A", "chest")
    talk.tap("CP", "fast")
    assert talk.run.asking == "EM"
    talk.toggle("sick_swell")
    talk.wait(minutes=5)
    assert "CP-2" in talk.run.hits
    assert talk.run.level is Level.D1


def test_silence_at_a_re_check_makes_staff_phone() -> None:
    talk = opened(kind=RunKind.RECHECK, check_in="recheck", sets=("A", "ACT"))
    talk.wait(minutes=5)
    assert talk.all(TaskRaised)[-1].task == "phone_now"
    assert talk.run.asking == "ACT"
    talk.tap("ACT", "there")
    assert talk.run.asking == "A"


def test_i_cannot_makes_staff_phone_at_once() -> None:
    talk = opened()
    talk.tap("A", "breathing")
    talk.tap("ACT", "cannot")
    assert talk.kinds == ["recorded", "task_raised", "ended"]
    assert talk.last(TaskRaised).task == "phone_now"


def test_waking_too_early_or_twice_changes_nothing() -> None:
    talk = opened()
    before = talk.run
    assert talk.give(TimedOut()) == ()
    assert talk.run.model_copy(update={"turn": before.turn}) == before
    talk.wait(hours=1)
    assert len(talk.all(Reminded)) == 1
    assert talk.give(TimedOut()) == ()


def test_a_question_with_its_own_silence() -> None:
    talk = in_words("BR", Level.D1)
    assert talk.run.asking == "NOW"
    talk.wait(minutes=2)
    assert talk.run.level is Level.D1
    assert talk.last(Asked).question == "ACT"
    assert talk.run.opened_at == T0 + timedelta(hours=24)


def test_after_the_end_nothing_wakes() -> None:
    talk = opened().well()
    assert talk.run.wake_at is None
    assert talk.give(Tapped(question="A", code="none"))[0].kind == "out_of_date"


@pytest.mark.parametrize("why", sorted(BREAKS_OFF))
def test_a_red_line_or_word_of_a_conversation_that_is_broken_off_counts(why: str) -> None:
    tapped = opened()
    tapped.toggle("chest")
    worded = in_words("LS", Level.D2)
    for talk, level in ((tapped, Level.D1), (worded, Level.D2)):
        talk.give(Withdrew(why=why))
        assert talk.run.level is level
        assert talk.kinds[-1] == "ended"
        assert talk.last(AlertRaised).level is level
        assert talk.run.state is RunState.ENDED


def test_who_is_cared_for_elsewhere_is_only_ended() -> None:
    talk = opened()
    talk.toggle("chest")
    talk.give(Withdrew(why="in_hospital"))
    assert talk.kinds == ["ended"]
