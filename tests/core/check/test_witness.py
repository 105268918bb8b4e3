"""A witness is a patient whom the script can meet and for whom the condition holds; the scripts' rules have one nearly all."""

from pathlib import Path

from hypothesis import given, settings

from bot.core.check.floor import Floor
from bot.core.check.patient import Patient
from bot.core.check.space import Space
from bot.core.check.submission import Submission
from bot.core.check.witness import witness
from bot.core.flow.compiled import compiled
from bot.core.flow.conditions import Condition, Facts, holds
from bot.core.flow.model import Script
from bot.wiring.flows import load_flows
from tests.core.check.strategies import PATIENTLY, conditions, exactly, script_with

FLOWS = Path(__file__).parents[3] / "flows"
EMPTY = script_with()
SPACE = Space(EMPTY)


def _patient(script: Script, facts: Facts) -> Patient:
    return Patient(
        procedure=facts.procedure,
        sites=tuple(facts.sites),
        modifiers=tuple(facts.modifiers),
        hour=facts.hour,
        day=facts.day,
        answers=dict(facts.answers),
        previous=dict(facts.previous),
    )


@given(condition=conditions)
@settings(PATIENTLY, max_examples=300)
def test_a_witness_is_a_patient_of_the_solver(condition: Condition) -> None:
    facts = witness(EMPTY, condition, compiled(condition), SPACE.last_day)
    if facts is not None:
        patient = _patient(EMPTY, facts)
        assert holds(condition, patient.facts(EMPTY))
        assert SPACE.logic.possible(*exactly(SPACE, patient)), "the solver knows of no such patient"


def test_the_solver_is_asked_about_few_rules_of_the_live_scripts() -> None:
    for script in load_flows(FLOWS).scripts.values():
        submission = Submission(script, Floor(), languages=())
        without = [rule.id for rule in script.rules if rule.id not in submission.somebody]
        doubtful = [name for name in without if name not in submission.never_fire]
        assert len(doubtful) <= len(script.rules) // 20, doubtful
