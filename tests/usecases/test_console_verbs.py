"""What the console reads, on both databases: the same answers from SQLite and from PostgreSQL."""

from datetime import timedelta

from bot.core.alert.policy import Policy
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.audit_trail import AuditWanted, audit_trail
from bot.usecases.board import open_alerts
from bot.usecases.clinic_figures import Span, clinic_figures, quantile
from bot.usecases.console_access import is_barred, living_sessions, note_failed
from bot.usecases.find_patients import DAYS, SPECIAL, STAGES, Wanted, find_patients
from bot.usecases.script_shelf import revisions
from tests.support import rows
from tests.usecases.conftest import Office

SOON = rows.NOW + timedelta(minutes=5)


async def test_every_narrowing_is_understood_by_both_databases(any_store: Store) -> None:
    def work(unit: Unit) -> None:
        rows.insert_family(unit)
        unit.insert(rows.task(patient_id="p1"))
        for wanted in (Wanted(), Wanted(procedure="face"), *(Wanted(days=days) for days in DAYS)):
            found = find_patients(unit, SOON, wanted).patients
            assert [each.patient.id for each in found] == (["p1"] if wanted.days in ("", "0") else []), wanted
        for state in (*STAGES, *SPECIAL):
            found = find_patients(unit, SOON, Wanted(state=state)).patients
            assert bool(found) == (state in ("active", "alert", "calls")), state
        assert [each.patient.id for each in find_patients(unit, SOON, Wanted(words="ann")).patients] == ["p1"]

    await any_store.run(work)


async def test_the_rest_is_read_by_both_databases(any_store: Store) -> None:
    def work(unit: Unit) -> None:
        rows.insert_family(unit)
        unit.insert(rows.answer())
        unit.insert(rows.audit())
        found = clinic_figures(unit, Span(rows.NOW - timedelta(days=7), SOON, "face"))
        assert (found.sessions, found.alerts_per_100) == (0, None), "one patient is too few to be told"
        assert all(each.is_hidden for each in (*found.response, *found.questions))
        assert all(each.is_hidden for each in found.waits)
        assert [row.verb for row in audit_trail(unit, AuditWanted(ends=SOON)).rows] == [rows.audit().verb]
        assert [each.id for each in revisions(unit)] == ["rev1"]
        unit.insert(rows.console_session())
        assert [each.id for each in living_sessions(unit, SOON)] == ["cs1"]
        assert living_sessions(unit, rows.NOW + timedelta(hours=12)) == []
        for number in range(20):
            assert not is_barred(unit, SOON, "somewhere"), number
            note_failed(unit, SOON, "somewhere")
        assert is_barred(unit, SOON, "somewhere")
        assert not is_barred(unit, SOON, "elsewhere")

    await any_store.run(work)


async def test_the_board_puts_the_worst_and_untaken_first(office: Office) -> None:
    policy: Policy = office.clinic.policy

    def work(unit: Unit) -> tuple[str, ...]:
        rows.insert_family(unit, before="alert")
        card = '{"case_code": "K7M2", "initials": "A.", "phone": "", "procedure": "", "sites": "", "day": 0, "hour": 1}'
        for place, (level, state) in enumerate((("D3", "sent"), ("D1", "taken"), ("D1", "sent"), ("D4", "sent"))):
            who = f"x{place}"
            unit.insert(rows.patient(id=who, case_code=who))
            unit.insert(rows.session(id=who, patient_id=who))
            taken = {"taken_by": "st1", "taken_at": rows.NOW} if state == "taken" else {}
            unit.insert(
                rows.alert(id=who, patient_id=who, session_id=who, level=level, state=state, card=card, **taken)
            )
        found = open_alerts(unit, office.clinic, SOON, "en")
        assert found[1].until == rows.NOW + policy.contact_within(found[1].level)
        assert found[0].until == rows.NOW + policy.acknowledge_within(found[0].level)
        return tuple(each.id for each in found)

    assert await office.do(work) == ("x2", "x1", "x0", "x3")


def test_quantiles() -> None:
    assert quantile([], 0.5) == 0.0
    assert quantile([7.0], 0.95) == 7.0
    assert quantile([0.0, 10.0], 0.5) == 5.0
    assert quantile([float(each) for each in range(101)], 0.95) == 95.0
