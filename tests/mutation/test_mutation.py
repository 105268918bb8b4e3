"""A sample of the mutants of every live script is killed, and the campaign itself cannot be fooled."""

import random
from functools import cache

import pytest

from bot.core.check.floor import Floor
from bot.core.check.floor_reading import read_floor
from bot.core.engine.replay import replay
from bot.core.flow.cases import Case, read_cases
from bot.core.flow.conditions import Hours, NumberIs
from bot.core.flow.model import Rule, Script
from bot.core.level import Level
from bot.wiring.flows import FLOOR
from tests.core.check.builders import answer, both, number, rule, with_rules
from tests.flows.loaded import cases, live, scripts
from tests.mutation.campaign import Campaign, Verdict
from tests.mutation.mutants import Mutant, mutants, replaced, variants
from tests.mutation.pins import as_yaml, pin

SAMPLE = 30
"""So many mutants of each script. The goal of the whole run (`make mutants`) is 99 %: of a sample none may survive."""


@cache
def floor() -> Floor:
    """The clinic's floor."""
    return read_floor(live().files[FLOOR], FLOOR, scripts().values())


def campaign(*rules: Rule, cases: tuple[Case, ...] = ()) -> tuple[Script, Campaign]:
    """A small script with these rules and nothing that watches over it but its checks."""
    script = with_rules(*rules)
    return script, Campaign(script, cases, Floor())


def only(script: Script, kind: str) -> Mutant:
    """The one mutant of this kind."""
    (found,) = [mutant for mutant in mutants(script) if mutant.kind == kind]
    return found


@pytest.mark.parametrize("procedure", live().scripts)
def test_a_sample_of_the_mutants_is_killed(procedure: str) -> None:
    script = scripts()[procedure]
    found = list(mutants(script))
    whole = [mutant for mutant in found if mutant.kind in ("dropped", "lowered")]
    dice = random.Random(procedure)
    # A rule that is gone, or a level lower, would hurt most: half of the sample is of these.
    drawn = (*dice.sample(found, SAMPLE // 2), *dice.sample(whole, SAMPLE // 2))
    score = Campaign(script, cases(procedure), floor()).run(drawn)
    assert score.counted >= SAMPLE / 2
    assert [str(mutant) for mutant in score.survivors] == []


def test_every_rule_is_dropped_lowered_and_spoilt() -> None:
    for script in scripts().values():
        found = list(mutants(script))
        by_kind = {kind: [each for each in found if each.kind == kind] for kind in ("dropped", "lowered", "flipped")}
        own = {rule.id for rule in script.rules if rule.raised_from is None}
        assert {name for each in by_kind["dropped"] for name in each.rules} >= own
        assert {name for each in by_kind["lowered"] for name in each.rules} >= own
        assert by_kind["flipped"]
        for each in found:
            spoilt = each.apply(script)
            assert spoilt.rules != script.rules, str(each)


def test_a_named_condition_is_spoilt_everywhere_at_once() -> None:
    shared = [each for each in mutants(scripts()["face"]) if len(each.rules) > 5]
    assert shared
    raised = [each for each in mutants(scripts()["face"]) if {"RE-7", "RE-7+"} <= each.rules.keys()]
    assert raised


def test_a_mutant_that_only_the_proof_can_tell_is_equivalent() -> None:
    # Whoever has 8 has the D2 of the first rule: what the second says about 8 makes no difference.
    script, judged = campaign(rule("PA-1", Level.D2, number("PA", 8)), rule("PA-2", Level.D3, number("PA", 7, 8)))
    verdicts = {mutant.change: judged.judge(mutant) for mutant in mutants(script) if "at_most" in mutant.kind}
    assert set(verdicts.values()) == {Verdict.EQUIVALENT}
    assert judged.judge(only(script, "at_least 6")) is Verdict.SURVIVED


def test_a_mutant_that_changes_somebody_is_not_equivalent() -> None:
    script, judged = campaign(rule("BL-1", Level.D2, both(answer("BL", "present"), Hours(up_to=48))))
    for mutant in mutants(script):
        assert judged.judge(mutant) in (Verdict.SURVIVED, Verdict.CHECK), str(mutant)


def test_variants_leave_alone_what_is_not_written() -> None:
    assert [kind for kind, _ in variants(NumberIs(question="PA", at_least=7))] == ["at_least 6", "at_least 8"]
    assert [kind for kind, _ in variants(NumberIs(question="PA", at_most=3))] == ["at_most 2", "at_most 4"]
    assert [kind for kind, _ in variants(answer("BL", "present"))] == []


def test_only_the_very_object_is_replaced() -> None:
    one, two = answer("BL", "present"), answer("BL", "present")
    found = replaced(both(one, two), one, answer("BL", "unsure"))
    assert found == both(answer("BL", "unsure"), two)


def test_a_survivor_gets_a_case_that_kills_it() -> None:
    """Without its cases the script has survivors; a case is written for one, and reads back as it was played."""
    script = scripts()["face"]
    judged = Campaign(script, (), Floor())
    shifted = [mutant for mutant in mutants(script) if mutant.kind == "at_least 8" and "PA-4" in mutant.rules]
    (mutant,) = shifted
    assert judged.judge(mutant) is Verdict.SURVIVED
    case = pin(script, judged.proofs, mutant)
    assert case is not None
    files = {**live().files, "face/cases/pinned.yaml": as_yaml(case, mutant)}
    (read,) = [each for each in read_cases(files, "face") if each.file == "face/cases/pinned.yaml"]
    assert replay(script, read).problems == ()
    assert Campaign(script, (read,), Floor()).judge(mutant) is Verdict.CASE


def test_a_case_that_breaks_already_kills_nothing() -> None:
    script = scripts()["face"]
    first = cases("face")[0]
    broken = first.model_copy(update={"expect": first.expect.model_copy(update={"level": Level.D4})})
    with pytest.raises(ValueError, match="breaks already"):
        Campaign(script, (broken,), Floor())


def test_a_call_more_is_no_error_but_a_call_less_is() -> None:
    called = rule("BL-1", Level.D2, answer("BL", "present")).model_copy(update={"calls": ("injector",)})
    plain = rule("BL-2", Level.D2, answer("BL", "present", "unsure"))
    script, judged = campaign(called, plain)
    wider = called.model_copy(update={"when": answer("BL", "present", "unsure")})
    more = Mutant("wider", "the injector is called for unsure too", {"BL-1": wider})
    less = Mutant("dropped", "the injector is not called", {"BL-1": None})
    assert judged.proofs.changes_nothing(more)
    assert not judged.proofs.changes_nothing(less)
    assert script.rules
