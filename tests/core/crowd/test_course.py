"""Random patients: the same dice give the same course, and every course goes through the whole timetable."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.crowd.course import course
from bot.core.crowd.figures import figures
from bot.core.crowd.member import Member, member, reply
from bot.core.flow.model import QuestionKind
from bot.core.level import Level
from tests.core.check.strategies import PATIENTLY
from tests.flows.loaded import scripts


@pytest.mark.parametrize("procedure", scripts())
def test_the_same_dice_give_the_same_course(procedure: str) -> None:
    script = scripts()[procedure]
    assert course(script, random.Random("a")) == course(script, random.Random("a"))
    assert course(script, random.Random("a")) != course(script, random.Random("b"))


@given(seed=st.integers(0, 10_000))
@settings(PATIENTLY, max_examples=15)
def test_a_course_has_its_check_ins_in_order(seed: int) -> None:
    for script in scripts().values():
        one = course(script, random.Random(seed))
        planned = [entry.id for entry in script.plan.check_ins]
        steps = [visit.step for visit in one.visits]
        assert steps == [step for step in planned if step in steps]
        assert {entry.id for entry in script.plan.check_ins if entry.only_when is None} <= set(steps)
        for visit in one.visits:
            assert visit.asked[0] == "A"
            assert visit.how in ("ended", "silent")
            assert set(visit.answers) <= set(script.questions)
            assert visit.level is not Level.D1 or visit.advice


class WellDice(random.Random):
    """Dice that never throw low: nothing is ever amiss, and nobody is silent."""

    def random(self) -> float:
        return 0.999


def test_a_well_patient_is_expected_to_heal() -> None:
    for script in scripts().values():
        found = figures(script.procedure, [course(script, WellDice(3))])
        assert found.worst == {level: int(level is Level.D5) for level in Level}
        assert found.advised == {}
        assert found.silent == 0
        assert found.asked["A"] == found.visits


def test_what_is_amiss_is_an_answer_that_the_question_has() -> None:
    for script in scripts().values():
        for question in script.questions.values():
            for seed in range(20):
                codes = reply(question, 1.0, random.Random(seed))
                is_screen = question.kind is QuestionKind.SCREEN
                assert set(codes) - {"done"} <= set(question.codes)
                assert codes != (question.well,) or len(question.codes) == 1
                assert is_screen or len(codes) == 1
                at_once = [code for code in codes if (line := question.line(code)) is not None and line.at_once]
                assert not is_screen or (codes[-1] == "done") != bool(at_once)


def test_a_member_is_somebody_whom_the_script_knows() -> None:
    script = scripts()["face"]
    found = [member(script, random.Random(seed)) for seed in range(50)]
    for one in found:
        assert one.sites
        assert set(one.sites) <= set(script.sites)
        assert set(one.modifiers) <= set(script.modifiers)
    assert len({(one.sites, one.modifiers, one.amiss) for one in found}) > 20
    assert all(isinstance(one, Member) for one in found)


def test_figures_add_up() -> None:
    script = scripts()["face"]
    courses = [course(script, random.Random(seed), seed) for seed in range(12)]
    found = figures("face", courses)
    assert found.patients == sum(found.worst.values()) == 12
    assert found.visits == sum(step.visits for step in found.steps) == sum(len(one.visits) for one in courses)
    for step in found.steps:
        assert sum(step.levels.values()) == step.visits
        assert step.most_taps >= step.taps
    assert [step.day for step in found.steps] == sorted(step.day for step in found.steps)
    assert found.turns >= found.taps
