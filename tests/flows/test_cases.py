"""Every case beside a script replays, with a JSON round trip at every turn, and every rule has one that fires it."""

import pytest

from bot.core.check.floor import Floor
from bot.core.check.rules import never_fire
from bot.core.check.submission import Submission
from bot.core.engine.replay import replay
from bot.core.flow.cases import Case, Said
from tests.flows.loaded import NOT_ASKED_FOR, cases, hearing, live, scripts

ALL = [case for procedure in scripts() for case in cases(procedure)]
SPOKEN = [case for case in ALL if any(isinstance(step, Said) for step in case.steps)]
VIGNETTES_OF_ALL = ("v20", "v21", "v22", "v24", "v25")
VIGNETTES = {
    "face": ("v01", "v02", "v04", "v10", "v16", *VIGNETTES_OF_ALL),
    "scalp": ("v05", "v06", "v07", "v23", *VIGNETTES_OF_ALL),
    "contour": ("v08", "v09", "v11", *VIGNETTES_OF_ALL),
    "texture": ("v03", *VIGNETTES_OF_ALL),
    "body_fat": ("v12", "v13", "v14", "v15", "v17", *VIGNETTES_OF_ALL),
    "cellulite": ("v18", "v19", *VIGNETTES_OF_ALL),
}
"""The acceptance vignettes of the clinical brief by procedure, with those that are about any procedure."""


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


@pytest.mark.parametrize(("procedure", "vignette"), [(name, each) for name in VIGNETTES for each in VIGNETTES[name]])
def test_every_vignette_of_the_brief_has_its_case(procedure: str, vignette: str) -> None:
    assert any(case.file.startswith(f"{procedure}/cases/{vignette}_") for case in cases(procedure))


@pytest.mark.parametrize("procedure", live().scripts)
def test_every_rule_fires_in_a_case_that_names_it(procedure: str) -> None:
    script = scripts()[procedure]
    fired: set[str] = set()
    for case in cases(procedure):
        named = {*case.expect.rules, *(rule for step in case.steps if step.expect for rule in step.expect.rules)}
        fired |= named.intersection(replay(script, case).rules)
    dead = never_fire(Submission(script, Floor(), languages=()))
    assert {rule.id for rule in script.rules} - fired - dead - NOT_ASKED_FOR.get(procedure, set()) == set()
