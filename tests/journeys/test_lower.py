"""The only way down: a clinician, with a reason, and never for an emergency question."""

from bot.store.tables import AlertLogRow, AuditRow
from bot.usecases.lower_alert import emergency_questions
from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, Person
from tests.support.scenes import hard_to_breathe


async def _d2(clinic: Clinic) -> tuple[Person, str]:
    """At her first check-in she has strong pain: D2, and no question of an emergency has a part in it."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.is_well(until="PA")
    await ana.says("9", "PA")
    ana.skims()
    clinic.staff_skim()
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.rules.split()[0][:2]) == ("D2", "PA")
    return ana, (await clinic.row_of(ana)).case_code


def test_the_emergency_screen_is_an_emergency_question_everywhere(flows: Flows) -> None:
    for script in flows.scripts.values():
        assert {"A", "CP", "BL", "FE"} <= emergency_questions(script), script.procedure


async def test_a_clinician_lowers_a_level_with_a_reason(clinic: Clinic) -> None:
    ana, code = await _d2(clinic)
    vega = clinic.staff["Dr. Vega"]
    for words, answer in (
        ("", "Write the case code"),
        ("XXXX D4 seen", "Write the case code"),
        (f"{code} D4 seen in the clinic", "First take the alert"),
    ):
        await vega.writes(f"/lower {words}")
        vega.expects(answer)
    await vega.taps("I take it")
    for words, answer in (
        ("D4", "Please write the reason"),
        ("D2 the same", "Only a lower one"),
        ("D1 higher than that", "Only a lower one"),
        ("D5 nothing at all", "Only a lower one"),
    ):
        await vega.writes(f"/lower {code} {words}")
        vega.expects(answer)
    await vega.writes(f"/lower {code} D4 Ana was seen, all is well")
    vega.expects(f"Case {code}: D2 is now D4")
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state) == ("D4", "taken")
    assert alert.next_at is not None
    log = await clinic.app.store.look(lambda unit: unit.many(AlertLogRow, AlertLogRow.what == "lowered"))
    assert [row.detail for row in log] == ["D2 D4: Ana was seen, all is well"]
    rows = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "lower_alert"))
    assert [(row.actor, row.detail) for row in rows] == [(await clinic.staff_id("Dr. Vega"), "D2 D4")]
    ana.skims()
    clinic.staff_skim()


async def test_an_emergency_is_lowered_by_nobody(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    code = (await clinic.row_of(ana)).case_code
    clinic.staff_skim()
    vega = clinic.staff["Dr. Vega"]
    await vega.taps("I take it")
    await vega.writes(f"/lower {code} D3 she breathes well")
    vega.expects("has to do with an emergency question")
    for name in ("Dr. Marín", "Lola"):
        await clinic.staff[name].writes(f"/lower {code} D3 she breathes well")
        clinic.staff[name].expects("Only a clinician can lower a level. Please ask Dr. Vega.")
    (alert,) = await clinic.alerts()
    assert alert.level == "D1"
    ana.skims()
    clinic.staff_skim()
