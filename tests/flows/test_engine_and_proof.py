"""Engine and proof are about the same scripts: random patients get one level from both, and no accepted edit lowers a
floor in play.

``AFTERCARE_TEST_PATIENTS`` and ``AFTERCARE_TEST_EDITS`` (for each script) make it longer than the seconds of a usual run.
"""

import os
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.check.finding import Finding
from bot.core.check.floor_proof import CHECK as FLOOR_PROOF
from bot.core.check.patient import level_of
from bot.core.check.space import Space
from bot.core.check.submission import Submission
from bot.core.flow.conditions import AllOf, AnyOf, Condition, Days, Hours, NumberIs, holds
from bot.core.flow.model import Rule, Script
from bot.core.level import Level, worst
from tests.core.check.strategies import PATIENTLY, exactly
from tests.flows.loaded import live, scripts
from tests.flows.played import as_played, play
from tests.flows.test_check import PROCEDURES, the_floor

PATIENTS = int(os.environ.get("AFTERCARE_TEST_PATIENTS", "1000"))
EDITS = int(os.environ.get("AFTERCARE_TEST_EDITS", "12"))
AT_ONCE = 50
SEEDS = st.integers(0, 2**32)


@cache
def space_of(procedure: str) -> Space:
    """The space of a real script, made once."""
    return Space(scripts()[procedure])


@pytest.mark.parametrize("procedure", PROCEDURES)
@given(seed=SEEDS)
@settings(PATIENTLY, max_examples=max(1, PATIENTS // AT_ONCE))
def test_a_patient_gets_one_level_from_engine_and_conditions(procedure: str, seed: int) -> None:
    script, random = scripts()[procedure], Random(seed)
    for _ in range(AT_ONCE):
        run, patient = play(script, random)
        assert run.level is level_of(script, patient), str(patient)


@pytest.mark.parametrize("procedure", PROCEDURES)
@given(seed=SEEDS)
@settings(PATIENTLY, max_examples=max(1, PATIENTS // AT_ONCE // 10))
def test_a_patient_gets_the_same_level_from_the_proof(procedure: str, seed: int) -> None:
    script, space, random = scripts()[procedure], space_of(procedure), Random(seed)
    at_least = {level: space.views[0].at_least(level) for level in Level}
    for _ in range(AT_ONCE):
        run, patient = play(script, random)
        solution = space.logic.solve(*exactly(space, patient, script.questions.values()))
        assert solution is not None, f"the proof does not know that there is: {patient}"
        proved = [level for level in Level if solution.true(at_least[level])]
        assert worst(proved) is run.level, str(patient)


@pytest.mark.parametrize("procedure", list(live().scripts))
@given(seed=SEEDS)
@settings(PATIENTLY, max_examples=EDITS)
def test_what_the_proof_accepts_lowers_no_floor_in_play_and_what_it_refuses_is_real(procedure: str, seed: int) -> None:
    random = Random(seed)
    script = edited(scripts()[procedure], random)
    promises = the_floor().binding(procedure)
    breaches = tuple(broken(script))
    for breach in breaches:
        entry = next(each for each in promises if each.id == breach.place.id)
        assert breach.patient is not None
        assert holds(entry.when, breach.patient.facts(script))
        assert not as_played(script, breach.patient).level.at_least(entry.at_least), str(breach)
    kept = [each for each in promises if each.id not in {breach.place.id for breach in breaches}]
    for _ in range(AT_ONCE):
        run, patient = play(script, random)
        facts = patient.facts(script)
        for entry in kept:
            assert not holds(entry.when, facts) or run.level.at_least(entry.at_least), f"{entry.id}: {patient}"


@pytest.mark.parametrize("procedure", list(live().scripts))
def test_without_any_red_rule_every_promise_is_broken_and_each_breach_is_played(procedure: str) -> None:
    script = scripts()[procedure]
    bare = script.model_copy(update={"rules": tuple(rule for rule in script.rules if rule.level is Level.D4)})
    breaches = tuple(broken(bare))
    assert {breach.place.id for breach in breaches} == {entry.id for entry in the_floor().binding(procedure)}
    for breach in breaches:
        assert breach.patient is not None
        run = as_played(bare, breach.patient)
        assert not run.level.at_least(Level.D3)
        assert as_played(script, breach.patient).level.at_least(Level.D2), str(breach)


def broken(script: Script) -> Iterator[Finding]:
    """The promises that a script breaks, each with its patient."""
    submission = Submission(script, the_floor(), languages=("en",))
    yield from (finding for finding in FLOOR_PROOF.run(submission) if finding.code == "floor.broken")


def edited(script: Script, random: Random) -> Script:
    """A script with one to three slips that an author may make: a rule lost, lowered, or with another threshold."""
    rules = list(script.rules)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(rules))
        rule = rules[place]
        match random.randrange(3):
            case 0 if len(rules) > 1:
                del rules[place]
            case 1:
                rules[place] = rule.model_copy(update={"level": random.choice(list(Level))})
            case _:
                rules[place] = shifted(rule, random)
    return script.model_copy(update={"rules": tuple(rules)})


def shifted(rule: Rule, random: Random) -> Rule:
    """The rule with every number in it moved, or one part of an all or any left out."""
    return rule.model_copy(update={"when": _shifted(rule.when, random)})


def _shifted(condition: Condition, random: Random) -> Condition:
    match condition:
        case NumberIs():
            return condition.model_copy(update={"at_least": min(10, condition.at_least + random.choice([0, 1, 2]))})
        case Hours(up_to=float() as up_to):
            return condition.model_copy(update={"up_to": max(0.0, up_to + random.choice([-24.0, -1.0, 1.0]))})
        case Days(up_to=int() as up_to):
            return condition.model_copy(update={"up_to": max(0, up_to + random.choice([-2, -1, 1]))})
        case Days(after=int() as after):
            return condition.model_copy(update={"after": max(0, after + random.choice([-1, 1, 3]))})
        case AllOf() | AnyOf() if condition.of:
            parts = [_shifted(part, random) for part in condition.of]
            if len(parts) > 1 and random.random() < 0.3:
                del parts[random.randrange(len(parts))]
            return condition.model_copy(update={"of": tuple(parts)})
        case _:
            return condition


def test_the_edits_are_of_both_kinds() -> None:
    """Else the test above would show nothing: among a few edits some are accepted, and some are refused."""
    found = [bool(tuple(broken(edited(scripts()["face"], Random(seed))))) for seed in range(8)]
    assert True in found
    assert False in found
