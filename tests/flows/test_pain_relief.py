"""The gate of pain relief: a tablet is named only after every question was answered with no, and never with a dose."""

import re

import pytest

from bot.core.engine.events import Ended
from bot.core.engine.replay import Replay, replay
from bot.core.flow.cases import Asked, Case, Expectation
from bot.core.flow.layout import PRACTICE
from bot.core.flow.model import Script
from bot.core.flow.reading import read_script
from bot.core.wording.closing import MOST_CARE
from tests.flows.loaded import cases, live, scripts

GATED = [name for name, script in live().scripts.items() if "pain_relief" in script.parts]
GATE = ("N1", "N2", "N3", "N4", "N4B", "N5", "N5B", "N6", "N7", "N8", "N8B", "N9", "N10", "N11", "N12")
ON_FILE = ("pregnancy", "blood_thinner", "severe_allergy")


def all_clear(procedure: str) -> Case:
    """The case of a patient with pain 2 who wants to know, and answers every question of the gate with no."""
    return next(case for case in cases(procedure) if case.file.endswith("/pw_all_clear.yaml"))


def care_of(played: Replay) -> tuple[str, ...]:
    """The keys of self-care that the patient reads at the end."""
    ended = [event for turn in played.turns for event in turn.events if isinstance(event, Ended)]
    assert len(ended) == 1
    return ended[0].self_care[:MOST_CARE]


def stopped_at(case: Case, question: str) -> Case:
    """The same conversation, but this question of the gate is answered with yes, and the last one with "no more"."""
    steps = [step for step in case.steps if isinstance(step, Asked)]
    place = [step.ask for step in steps].index(question)
    changed = (*steps[:place], Asked(ask=question, tap=("present",)), steps[-1])
    return case.model_copy(update={"steps": changed, "expect": Expectation()})


def with_ibuprofen(procedure: str) -> Script:
    """The script of a clinic that has turned ibuprofen on."""
    return read_script({**live().files, PRACTICE: "allow_nsaid: true"}, procedure)


def tablets(played: Replay) -> set[str]:
    """What the patient was told she may use."""
    return {key for key in care_of(played) if key in ("pills_may", "pills_ibuprofen")}


@pytest.mark.parametrize("procedure", GATED)
def test_paracetamol_is_named_after_the_whole_gate_and_ibuprofen_is_off(procedure: str) -> None:
    played = replay(scripts()[procedure], all_clear(procedure))
    assert played.problems == ()
    assert tablets(played) == {"pills_may"}
    assert [step.ask for step in all_clear(procedure).steps if isinstance(step, Asked) and step.ask in GATE] == [*GATE]


@pytest.mark.parametrize("procedure", GATED)
def test_ibuprofen_is_named_where_the_clinic_has_turned_it_on(procedure: str) -> None:
    assert tablets(replay(with_ibuprofen(procedure), all_clear(procedure))) == {"pills_may", "pills_ibuprofen"}


@pytest.mark.parametrize("question", GATE)
@pytest.mark.parametrize("procedure", GATED)
def test_no_tablet_is_named_after_any_yes(procedure: str, question: str) -> None:
    case = stopped_at(all_clear(procedure), question)
    for script in (scripts()[procedure], with_ibuprofen(procedure)):
        played = replay(script, case)
        assert played.problems == ()
        assert tablets(played) == set()
        assert "pills_ask_us" in care_of(played)


@pytest.mark.parametrize("modifier", ON_FILE)
@pytest.mark.parametrize("procedure", GATED)
def test_what_is_on_file_counts_as_a_yes(procedure: str, modifier: str) -> None:
    case = all_clear(procedure)
    asked = [step for step in case.steps if isinstance(step, Asked) and step.ask not in GATE]
    played = replay(scripts()[procedure], case.model_copy(update={"steps": tuple(asked), "modifiers": (modifier,)}))
    assert "pills_ask_us" in care_of(played)
    assert tablets(played) == set()


@pytest.mark.parametrize("procedure", GATED)
def test_a_patient_without_pain_is_not_asked(procedure: str) -> None:
    script = scripts()[procedure]
    for case in cases(procedure):
        if case.file.rpartition("/")[2].startswith("well_c") and "well_course" not in case.file:
            asked = {event.question for turn in replay(script, case).turns for event in turn.events
                     if event.kind == "asked"}  # fmt: skip
            assert not asked & {"PW", *GATE}


def test_no_text_about_pills_gives_a_dose() -> None:
    for script in scripts().values():
        for texts in script.texts.values():
            for key, text in texts.by_key.items():
                if key.startswith("care.pills"):
                    assert re.search(r"\d", text) is None, key
