"""Every case beside a script replays, with a JSON round trip at every turn, and every rule has one that fires it."""

import pytest

from bot.core.engine.replay import replay
from bot.core.flow.cases import Case, Said
from tests.flows.loaded import cases, hearing, scripts

ALL = [case for procedure in scripts() for case in cases(procedure)]
SPOKEN = [case for case in ALL if any(isinstance(step, Said) for step in case.steps)]
VIGNETTES_OF_THE_FACE = ("v01", "v02", "v04", "v10", "v16", "v20", "v21", "v22", "v24", "v25")
"""The acceptance vignettes of the clinical brief that are about the face, or about any procedure."""


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.file)
def test_the_case_goes_as_it_says(case: Case) -> None:
    played = replay(scripts()[case.procedure], case)
    assert played.problems == ()
    assert played.turns


@pytest.mark.parametrize("case", SPOKEN, ids=lambda case: case.file)
def test_the_words_are_heard_by_the_real_screen(case: Case) -> None:
    assert replay(scripts()[case.procedure], case, hearing()).problems == ()


@pytest.mark.parametrize("procedure", scripts())
def test_every_procedure_has_cases_and_a_well_patient(procedure: str) -> None:
    names = [case.file.rpartition("/")[2] for case in cases(procedure)]
    assert any(name.startswith("well_") for name in names)


@pytest.mark.parametrize("vignette", VIGNETTES_OF_THE_FACE)
def test_every_vignette_of_the_brief_has_its_case(vignette: str) -> None:
    assert any(case.file.startswith(f"face/cases/{vignette}_") for case in cases("face"))


def test_every_rule_of_the_face_fires_in_a_case_that_names_it() -> None:
    script = scripts()["face"]
    fired: set[str] = set()
    for case in cases("face"):
        named = {*case.expect.rules, *(rule for step in case.steps if step.expect for rule in step.expect.rules)}
        fired |= named.intersection(replay(script, case).rules)
    assert {rule.id for rule in script.rules} - fired == set()
