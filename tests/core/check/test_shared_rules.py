"""A rule of a shared part is judged over all procedures together."""

from bot.core.check.shared_rules import check_shared_rules
from bot.core.flow.conditions import SiteIs
from bot.core.flow.model import Script
from bot.core.level import Level
from tests.core.check.builders import answer, both, number, rule, with_rules


def procedure(name: str, *sites: str) -> Script:
    """A script that uses the part ``skin``: one rule for the scalp, one that other rules make needless at the cheek."""
    at_scalp = rule("R-1", Level.D3, SiteIs(any_of=("scalp",)), part="skin")
    severe = rule("R-2", Level.D3, number("PA", 8), part="skin")
    at_feet = rule("R-3", Level.D3, both(SiteIs(any_of=("feet",)), answer("FE", "clear")), part="skin")
    own = rule("R-4", Level.D3, number("PA", 9))
    return with_rules(at_scalp, severe, at_feet, own, procedure=name, sites=sites, parts=("skin",))


def test_a_rule_may_be_meant_for_one_procedure_only() -> None:
    found = check_shared_rules([procedure("face", "cheek"), procedure("scalp", "scalp")])
    assert {(finding.code, finding.place.id) for finding in found} == {
        ("rule.never_fires", "R-3"),
        ("rule.never_decides", "R-2"),
    }


def test_a_rule_that_decides_somewhere_is_kept() -> None:
    milder = with_rules(rule("PA-2", Level.D3, number("PA", 9)), rule("PA-1", Level.D3, number("PA", 9)))
    elsewhere = procedure("legs", "feet").model_copy(
        update={"rules": (*milder.rules, *procedure("legs", "feet").rules[-4:-1])}
    )
    found = check_shared_rules([procedure("scalp", "scalp"), elsewhere])
    assert found == ()


def test_scripts_without_parts_have_nothing_to_find() -> None:
    assert check_shared_rules([with_rules(rule("R-1", Level.D3, SiteIs(any_of=("scalp",))))]) == ()
