"""z3 is loaded only for proofs, each in a world of its own, and its answers are taken for what they are."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.check.checking import check
from bot.core.check.logic import Logic, Truth
from tests.core.check.builders import cases_for, script, without_rule
from tests.core.check.examples import SOUND


@pytest.mark.process
def test_findings_and_floors_do_not_load_the_solver() -> None:
    code = "import sys; from bot.core.check import finding, floor, patient; sys.exit('z3' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_scripts_are_checked_side_by_side() -> None:
    scripts = [script(), without_rule("BL-2")] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: check(one, SOUND.floor, cases=cases_for(one)), scripts))
    assert [[finding.code for finding in findings] for findings in found] == [[], ["unsure.too_low"]] * 4


def test_constants_fold() -> None:
    logic = Logic()
    one = logic.unknown("one")
    assert logic.all_of([]) is True
    assert logic.any_of([]) is False
    assert logic.all_of([True, one]) is one
    assert logic.any_of([False, one]) is one
    assert logic.all_of([one, False]) is False
    assert logic.any_of([one, True]) is True
    assert logic.negated(True) is False


@pytest.mark.parametrize(("limit", "possible"), [(4, True), (5, False), (-1, True)])
def test_weights_add_up(limit: int, possible: bool) -> None:
    logic = Logic()
    one, two = logic.unknown("one"), logic.unknown("two")
    logic.assume(logic.at_most_one([one, two]))
    weights: list[tuple[Truth, int]] = [(one, 2), (two, 3), (True, 2), (False, 9)]
    assert logic.possible(logic.heavier(weights, limit)) is possible


def test_constant_weights_need_no_solver() -> None:
    assert Logic().heavier([(True, 2)], 1) is True
    assert Logic().heavier([(True, 2)], 2) is False


def test_a_solution_tells_every_value() -> None:
    logic = Logic()
    one, number = logic.unknown("one"), logic.unknown_real("number")
    found = logic.solve(one, logic.above(number, 0.5), logic.below(number, 0.75))
    assert found is not None
    assert found.true(one)
    assert not found.true(False)
    assert 0.5 < found.number(number) < 0.75
    assert logic.solve(one, logic.negated(one)) is None
    assert logic.solve(one, False) is None
