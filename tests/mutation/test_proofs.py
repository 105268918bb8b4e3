"""What is called equivalent changes nobody: random scripts, their mutants, and random patients."""

from hypothesis import given, settings

from bot.core.check.floor import Floor
from bot.core.check.patient import Patient, level_of, rules_hit
from bot.core.flow.conditions import Days, Hours
from bot.core.flow.model import Rule, Script
from tests.core.check.builders import both, number
from tests.core.check.strategies import PATIENTLY, patients, rule_lists, script_with
from tests.flows.loaded import scripts
from tests.mutation.mutants import mutants
from tests.mutation.proofs import Proofs, asked_in_order, at_some_time

MOST = 12


def calls(script: Script, patient: Patient) -> set[str]:
    """Who hears of the patient besides the ladder."""
    return {call for rule in rules_hit(script, patient) for call in rule.calls}


@given(rules=rule_lists, patient=patients())
@settings(PATIENTLY, max_examples=60)
def test_an_equivalent_mutant_gives_every_patient_her_level(rules: tuple[Rule, ...], patient: Patient) -> None:
    called = tuple(rule.model_copy(update={"calls": ("injector",)}) if rule.id == "R-0" else rule for rule in rules)
    script = script_with(*called)
    proofs = Proofs(script, Floor())
    for _, mutant in zip(range(MOST), mutants(script), strict=False):
        spoilt = mutant.apply(script)
        same = level_of(script, patient) is level_of(spoilt, patient)
        same = same and calls(script, patient) <= calls(spoilt, patient)
        assert same or not proofs.changes_nothing(mutant), str(mutant)


def test_the_tellers_are_asked_in_order_and_see_the_difference() -> None:
    script = scripts()["face"]
    proofs = Proofs(script, Floor())
    found = 0
    for mutant in [each for each in mutants(script) if each.kind == "dropped"][:12]:
        spoilt = mutant.apply(script)
        for patient in proofs.tellers(mutant):
            found += 1
            assert asked_in_order(script, patient), str(patient)
            hit = {rule.id for rule in rules_hit(script, patient)}
            assert hit != {rule.id for rule in rules_hit(spoilt, patient)}
    assert found


def test_time_goes_on_after_a_question_was_asked() -> None:
    assert at_some_time(Hours(after=2, up_to=6)) == Hours(after=2)
    assert at_some_time(both(Days(up_to=7), number("PA", 7))) == both(Days(), number("PA", 7))
