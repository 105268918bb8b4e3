"""Random patients with the real script: whatever they do, the promises of every turn hold, and every wait ends."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine.events import (
    Input,
    Opened,
    SentPhoto,
    Signal,
    Tapped,
    TimedOut,
    Typed,
    WentBack,
    Withdrew,
)
from bot.core.engine.run import Run, RunKind, RunState
from bot.core.flow.model import QuestionKind
from bot.core.level import Level
from tests.core.engine.talk import Talk, a_run, face

RANDOMLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCRIPT = face()
T0S = st.integers(0, 730 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
ZONES = st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu"])
SYMPTOMS = st.sampled_from([*SCRIPT.symptom_questions, "UNHEARD"])
SIGNALS = st.builds(Signal, symptom=SYMPTOMS, level=st.sampled_from(Level), ask=st.booleans())


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A run of any check-in and any patient."""
    kind = draw(st.sampled_from(RunKind))
    sets = {RunKind.RECHECK: SCRIPT.plan.follow_up.recheck_sets, RunKind.FREE_TEXT: ("A",)}.get(kind)
    sites = draw(st.lists(st.sampled_from(SCRIPT.sites), min_size=1, max_size=3, unique=True))
    modifiers = draw(st.lists(st.sampled_from(SCRIPT.modifiers), max_size=3, unique=True))
    return a_run(
        check_in=draw(st.sampled_from([entry.id for entry in SCRIPT.plan.check_ins])),
        hour=draw(st.floats(0, 3000)),
        sites=tuple(sites),
        modifiers=tuple(modifiers),
        kind=kind,
        sets=sets,
        zone=draw(ZONES),
        t0=draw(T0S),
    )


def an_input(draw: st.DrawFn, run: Run) -> Input:
    """Something that a patient or the clock may do; mostly an answer to what is asked."""
    choice = draw(st.integers(0, 19))
    if choice == 0:
        rare: tuple[Input, ...] = (Opened(), SentPhoto(), WentBack(), Typed())
        return draw(st.sampled_from(rare))
    if choice <= 2:
        return Typed(signals=tuple(draw(st.lists(SIGNALS, min_size=1, max_size=3))))
    if choice == 3:
        return WentBack()
    if choice <= 6:
        return TimedOut()
    stale = choice == 7 or run.asking is None
    question = SCRIPT.questions[draw(st.sampled_from(sorted(SCRIPT.questions))) if stale else run.asking or ""]
    if choice >= 14:
        return Tapped(question=question.id, code=question.well)
    done = ("done",) if question.kind is QuestionKind.SCREEN else ()
    return Tapped(question=question.id, code=draw(st.sampled_from((*question.codes, *done))))


@RANDOMLY
@given(st.data(), runs())
def test_whatever_a_patient_does(data: st.DataObject, run: Run) -> None:
    talk = Talk(run, run.opened_at)
    if run.kind is not RunKind.FREE_TEXT:
        talk.give(Opened())
    for _ in range(data.draw(st.integers(1, 40))):
        if talk.run.state is RunState.ENDED:
            break
        talk.now += timedelta(seconds=data.draw(st.sampled_from([1, 20, 119, 120, 600, 4000, 100_000])))
        before = talk.run
        step = data.draw(st.composite(an_input)(before))
        talk.give(step)
        if isinstance(step, Tapped) and step.question != before.asking:
            assert talk.run.answers == before.answers
            assert talk.kinds == ["out_of_date"]
    every_wait_ends(talk)


def every_wait_ends(talk: Talk) -> None:
    """A patient who says no more is silent in the end, or the run is over: it does not wake for ever."""
    for _ in range(60):
        wake_at = talk.run.wake_at
        if wake_at is None:
            break
        assert wake_at >= talk.run.opened_at
        talk.now = max(talk.now, wake_at)
        talk.give(TimedOut())
    assert talk.run.wake_at is None
    assert talk.run.state is RunState.ENDED or talk.run.silent or talk.run.asking is None
    talk.give(Withdrew(why="replaced"))
    assert talk.run.state is RunState.ENDED


@RANDOMLY
@given(runs())
def test_who_answers_like_a_well_patient_comes_to_the_end(run: Run) -> None:
    talk = Talk(run, run.opened_at)
    talk.give(Opened())
    talk.well()
    assert talk.run.state is RunState.ENDED
    assert talk.run.level is Level.D5


@RANDOMLY
@given(runs(), st.data())
def test_who_answers_anything_comes_to_the_end(run: Run, data: st.DataObject) -> None:
    talk = Talk(run, run.opened_at)
    talk.give(Opened())
    for _ in range(120):
        if talk.run.asking is None:
            break
        question = SCRIPT.questions[talk.run.asking]
        talk.tap(question.id, data.draw(st.sampled_from(question.codes)))
    assert talk.run.state is RunState.ENDED
