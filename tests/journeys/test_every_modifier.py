"""What a modifier changes, beside a patient of the same procedure without it: a question, a level, or the words."""

import json
from datetime import UTC, datetime

import pytest

from bot.core.level import Level
from tests.journeys.test_every_variant import treated
from tests.journeys.test_gate import card, plan
from tests.support.clinic import Clinic
from tests.support.languages import Reader, on_phone

PUS = (("I", "leak"), ("PU", "pus"))
HARD_BRUISE = (("R", "bruise"), ("BU", "hard"))


@pytest.mark.parametrize(
    ("procedure", "modifier", "question"),
    [
        ("contour", "filler", "FI"),
        ("texture", "botulinum", "BT"),
        ("scalp", "dutasteride", "PG"),
        ("scalp", "finasteride", "PG"),
    ],
)
async def test_a_question_that_only_she_is_asked(clinic: Clinic, procedure: str, modifier: str, question: str) -> None:
    asked = {}
    for modifiers in ((), (modifier,)):
        patient = await treated(clinic, procedure, "en", *modifiers)
        await patient.person.writes("/worse")
        asked[modifiers] = await patient.is_well()
        patient.person.skims()
    assert question in asked[(modifier,)]
    assert question not in asked[()]
    clinic.staff_skim()


@pytest.mark.parametrize(
    ("procedure", "modifier", "answers"),
    [
        ("body_fat", "diabetes", PUS),
        ("scalp", "weak_immunity", PUS),
        ("cellulite", "pregnancy", PUS),
        ("cellulite", "blood_thinner", HARD_BRUISE),
    ],
)
async def test_a_level_that_is_raised(
    clinic: Clinic, procedure: str, modifier: str, answers: tuple[tuple[str, str], ...]
) -> None:
    """The same answers: to be seen today without the risk, to the emergency room with it; the card names the risk."""
    for modifiers, level in (((), Level.D3), ((modifier,), Level.D2)):
        patient = await treated(clinic, procedure, "en", *modifiers)
        await patient.person.writes("/worse")
        await patient.reports(*answers)
        patient.reads(on_phone(patient.ui.say(f"advice.mark.{level.value}")))
        assert (await clinic.alerts())[-1].level == level.value
        shown = clinic.staff["Dr. Vega"].expects(level.value, patient.texts.raw(f"procedure.{procedure}"))
        assert (f"Note: {patient.texts.raw(f'modifier.{modifier}')}" in shown.text) is bool(modifiers)
        patient.person.skims()
        clinic.staff_skim()


async def screen_of(clinic: Clinic, procedure: str, *modifiers: str) -> Reader:
    """The first question of the first check-in is open."""
    patient = await treated(clinic, procedure, "en", *modifiers)
    await patient.person.writes("/worse")
    return patient


async def test_treated_lips_are_no_sign_of_an_emergency(clinic: Clinic) -> None:
    """The first line drops the word "lips", or every patient with treated lips would be sent an ambulance."""
    plain = (await screen_of(clinic, "texture")).person.open_question
    lips = (await screen_of(clinic, "texture", "lips_treated")).person.open_question
    assert "lips" in plain.buttons[0][0]
    assert "lips" not in lips.buttons[0][0]
    assert "tongue" in lips.buttons[0][0]


async def test_a_mix_that_is_felt_in_the_heart(clinic: Clinic) -> None:
    """With aminophylline the question about the heart says what is still normal in the first hours."""
    words = {}
    for modifiers in ((), ("aminophylline",)):
        patient = await screen_of(clinic, "body_fat", *modifiers)
        await patient.person.says("chest", "A")
        await patient.person.says("done", "A")
        words[modifiers] = [each for row in patient.person.open_question.buttons for each in row]
        assert patient.asked() == "CP"
    assert "No, I just notice my heart a bit" in words[("aminophylline",)]
    assert "No, I just notice my heart a bit" not in words[()]


async def test_hormones_in_the_mix_are_asked_about_on_day_14(clinic: Clinic) -> None:
    patient = await treated(clinic, "body_fat", "en", "thyroid")
    asked: dict[str, list[str]] = {}
    for row in await clinic.check_ins():
        await clinic.pass_until(row.due_at)
        asked[row.step] = await patient.is_well()
        if row.step == "c9":
            break
    assert [step for step, questions in asked.items() if "TY" in questions] == ["c9"]


async def test_the_gate_before_the_next_session_of_the_scalp(clinic: Clinic) -> None:
    """Two days before: a new illness holds the session, the doctor reads HOLD."""
    patient = await treated(clinic, "scalp", "en", "repeat_session")
    await plan(clinic, "9.3")
    for row in await clinic.check_ins():
        if row.step != "gate" and row.due_at < datetime(2026, 3, 7, 9, tzinfo=UTC):
            await clinic.pass_until(row.due_at)
            await patient.is_well()
    await clinic.to_check_in("gate")
    patient.person.skims()
    await patient.reports(("G", "drug"))
    await patient.is_well()
    patient.person.expects("WE WILL CONTACT YOU SOON")
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.rules) == ("D4", "GA-1")
    await card(clinic, "gate: HOLD")


async def test_a_second_session_of_body_fat_is_asked_about_together_with_the_first(clinic: Clinic) -> None:
    """On day 28 the late check of the first session and the first hours of the second are one check-in."""
    patient = await treated(clinic, "body_fat", "es")
    for row in await clinic.check_ins():
        if row.step == "c11":
            break
        await clinic.pass_until(row.due_at)
        await patient.is_well()
    await clinic.treat_again(patient.person, procedure="body_fat", sites=("thigh",))
    rows = await clinic.check_ins()
    (merged,) = [row for row in rows if row.step == "c11" and row.state == "merged"]
    first = next(row for row in rows if row.id == merged.merged_into)
    await clinic.pass_until(first.due_at)
    asked = await patient.is_well()
    assert len(asked) == len(set(asked)) <= 10
    assert {"L", "HB", "V"} <= set(asked)
    run = json.loads((await clinic.runs())[-1].body)
    assert len(run["subjects"]) == 2
