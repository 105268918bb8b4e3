"""Every script passes the checker: the floor is proved, and nothing stops its publication."""

import pytest

from bot.core.check.checking import check
from bot.core.check.floor import Floor
from bot.core.check.floor_reading import read_floor
from bot.core.check.shared_rules import check_shared_rules
from bot.core.flow.layout import TEMPLATE
from bot.core.level import Level
from bot.wiring.flows import FLOOR, load_flows
from tests.flows.loaded import FOLDER, NOT_ASKED_FOR, cases, live, scripts

PROCEDURES = [*live().scripts, TEMPLATE]


def the_floor() -> Floor:
    """The clinic's signed safety floor."""
    return read_floor(live().files[FLOOR], FLOOR, scripts().values())


def uncovered(level: Level) -> str | None:
    """What is missing in the ladder of a level."""
    ladder = live().policy.ladders.get(level)
    if ladder is None:
        return "there is no ladder"
    told = {who for step in ladder.steps for who in step.tell}
    return None if len(told) > 1 else "only one is told"


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_nothing_stops_the_script(procedure: str) -> None:
    findings = check(scripts()[procedure], the_floor(), cases=cases(procedure), uncovered=uncovered)
    assert [str(finding) for finding in findings if finding.stops] == []


def test_every_live_rule_is_named_by_a_case() -> None:
    for procedure, script in live().scripts.items():
        findings = check(script, the_floor(), cases=cases(procedure))
        unnamed = {finding.place.id for finding in findings if finding.code == "case.none"}
        assert unnamed <= NOT_ASKED_FOR.get(procedure, set())


def test_every_shared_rule_fires_and_decides_somewhere() -> None:
    assert [str(finding) for finding in check_shared_rules(scripts().values()) if finding.stops] == []


def test_a_script_without_the_breathing_rule_is_stopped() -> None:
    script = scripts()["face"]
    spoilt = script.model_copy(update={"rules": tuple(rule for rule in script.rules if rule.id != "BR-1")})
    assert "floor.broken" in {finding.code for finding in check(spoilt, the_floor()) if finding.stops}


def test_the_folder_is_read_whole_or_not_at_all() -> None:
    assert load_flows(FOLDER).scripts.keys() == live().scripts.keys()
    assert live().unsigned > 0
