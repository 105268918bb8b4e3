"""While a person talks with the patient the engine's own reminders wait; nothing red does."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.engine.hold import REMINDERS, hold, is_routine
from bot.core.engine.run import Pulled, Run, RunKind, RunState, Wait, WaitKind
from bot.core.flow.model import Phase
from bot.core.level import Level

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=30)


def wait(kind: WaitKind, minutes: float) -> Wait:
    return Wait(kind=kind, due_at=NOW + timedelta(minutes=minutes))


def a_run(*waits: Wait, **values: object) -> Run:
    given: dict[str, object] = {
        "id": "r1", "revision": "v", "kind": RunKind.PLANNED, "step": "c1", "phase": Phase.EARLY, "sets": ("A",),
        "subjects": (), "opened_at": NOW, "asking": "A", "asked_at": NOW, "waits": waits,
    }  # fmt: skip
    return Run.model_validate(given | values)


GIVEN_UP = wait(WaitKind.NO_ANSWER, 180)


def test_a_reminder_waits_for_the_end_of_the_talk() -> None:
    held = hold(a_run(wait(WaitKind.REMIND, 10), GIVEN_UP), UNTIL)
    assert held.waits == (wait(WaitKind.REMIND, 30), GIVEN_UP)


def test_a_later_reminder_stays_where_it_is() -> None:
    run = a_run(wait(WaitKind.REMIND, 60), GIVEN_UP)
    assert hold(run, UNTIL).waits == run.waits


def test_a_question_that_has_no_reminder_left_comes_again_once() -> None:
    assert hold(a_run(GIVEN_UP), UNTIL).waits == (wait(WaitKind.REMIND, 30), GIVEN_UP)
    half_way = a_run(GIVEN_UP, order=("A",), nudged=True)
    assert hold(half_way, UNTIL).waits == (wait(WaitKind.STILL_THERE, 30), GIVEN_UP)


def test_staff_hear_of_silence_when_they_would_have() -> None:
    soon = wait(WaitKind.NO_ANSWER, 20)
    held = hold(a_run(wait(WaitKind.REMIND, 10), soon), UNTIL)
    assert held.waits == (wait(WaitKind.REMIND, 20), soon), "the reminder first, and not past it"


@pytest.mark.parametrize(
    "run",
    [
        a_run(wait(WaitKind.LINE, 2), wait(WaitKind.REMIND, 10)),
        a_run(wait(WaitKind.PULLED, 2), wait(WaitKind.REMIND, 10)),
        a_run(GIVEN_UP, pulled=(Pulled(question="NOW", symptom="BR", level=Level.D1, after_s=120),)),
        *(a_run(wait(WaitKind.ACT, 5), GIVEN_UP, level=level) for level in (Level.D1, Level.D2, Level.D3)),
        a_run(GIVEN_UP, unconfirmed=True),
        *(a_run(GIVEN_UP, kind=kind) for kind in RunKind if kind is not RunKind.PLANNED),
        a_run(state=RunState.ENDED),
        a_run(asking=None),
    ],
    ids=lambda run: f"{run.kind}-{run.level.value}-{'-'.join(each.kind for each in run.waits)}",
)
def test_what_is_not_routine_is_never_held(run: Run) -> None:
    assert not is_routine(run)
    assert hold(run, UNTIL) is run


def test_what_staff_already_phone_about_stays_silent() -> None:
    run = a_run(silent=True)
    assert hold(run, UNTIL) is run


def test_the_hold_changes_nothing_but_reminders() -> None:
    run = a_run(wait(WaitKind.REMIND, 10), GIVEN_UP, level=Level.D4)
    held = hold(run, UNTIL)
    assert held.model_copy(update={"waits": run.waits}) == run
    assert [each for each in held.waits if each.kind not in REMINDERS] == [GIVEN_UP]
