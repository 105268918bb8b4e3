"""Who may be registered, and what a session may say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.errors import NotReady, Refused
from bot.store.tables import AuditRow, InvitationRow, PatientRow, SessionRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.enrol import (
    AHEAD,
    LATEST_SESSION,
    NewPatient,
    NewSession,
    add_session,
    enrol_patient,
    invite_patient,
    link_of,
)
from tests.usecases.conftest import NOW, Office

ANA = NewPatient("Ana Ruiz", date(1985, 4, 23), "+34600123456", "Europe/Madrid", "en")
CHEEK = NewSession("face", NOW, ("cheek",))


@pytest.fixture
async def staffed(office: Office) -> Office:
    await office.hire("Vega", chat=1, rank=1)
    return office


async def enrol(office: Office, new: NewPatient = ANA) -> tuple[PatientRow, str]:
    return await office.do(lambda unit: enrol_patient(unit, office.clinic, NOW, unit.get(StaffRow, "vega"), new))


@pytest.mark.parametrize(
    ("born", "why"),
    [
        (date(2008, 3, 2), ""),
        (date(2008, 3, 3), "under_age"),
        (date(2026, 3, 3), "birth_in_future"),
        (date(2008, 2, 29), ""),
    ],
)
async def test_adults_only(staffed: Office, born: date, why: str) -> None:
    """NOW is 2 March 2026: 18 on this very day is old enough."""
    if why:
        with pytest.raises(Refused, match=why):
            await enrol(staffed, replace(ANA, birth_date=born))
    else:
        await enrol(staffed, replace(ANA, birth_date=born))


async def test_nobody_is_registered_while_nobody_would_hear_of_a_red_flag(office: Office) -> None:
    await office.hire("Vega", chat=1)
    with pytest.raises(Refused, match="nobody_on_call"):
        await enrol(office)


async def test_what_is_kept(staffed: Office) -> None:
    patient, token = await enrol(staffed)
    assert len(patient.case_code) == 4
    assert link_of(staffed.clinic, token).endswith(f"?start={token}")
    (invitation,) = await staffed.do(lambda unit: unit.many(InvitationRow))
    assert token not in invitation.token_hash
    verbs = [line.verb for line in await staffed.do(lambda unit: unit.many(AuditRow, order_by=AuditRow.id))]
    assert verbs[-2:] == ["enrol_patient", "invite_patient"]


async def test_a_new_link_ends_the_old_one(staffed: Office) -> None:
    patient, _ = await enrol(staffed)
    later = NOW + timedelta(hours=1)
    await staffed.do(lambda unit: invite_patient(unit, staffed.clinic, later, unit.get(StaffRow, "vega"), patient))
    rows = await staffed.do(lambda unit: unit.many(InvitationRow, order_by=InvitationRow.made_at))
    assert [row.expires_at > later for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("session", "why"),
    [
        (replace(CHEEK, t0=NOW + AHEAD), ""),
        (replace(CHEEK, t0=NOW + AHEAD + timedelta(seconds=1)), "in_future"),
        (replace(CHEEK, t0=NOW - LATEST_SESSION), ""),
        (replace(CHEEK, t0=NOW - LATEST_SESSION - timedelta(seconds=1)), "too_old"),
        (replace(CHEEK, sites=()), "unknown_site"),
        (replace(CHEEK, sites=("cheek", "toe")), "unknown_site"),
        (replace(CHEEK, modifiers=("magic",)), "unknown_modifier"),
    ],
)
async def test_what_a_session_may_say(staffed: Office, session: NewSession, why: str) -> None:
    patient, _ = await enrol(staffed)

    def add(unit: Unit) -> SessionRow:
        return add_session(unit, staffed.clinic, NOW, unit.get(StaffRow, "vega"), patient, session)

    if why:
        with pytest.raises(Refused, match=why):
            await staffed.do(add)
        assert not await staffed.do(lambda unit: unit.count(SessionRow))
    else:
        await staffed.do(add)


async def test_a_procedure_without_a_script(staffed: Office) -> None:
    patient, _ = await enrol(staffed)
    with pytest.raises(NotReady):
        await staffed.do(
            lambda unit: add_session(
                unit, staffed.clinic, NOW, unit.get(StaffRow, "vega"), patient, replace(CHEEK, procedure="wings")
            )
        )


async def test_a_course_of_sessions(staffed: Office) -> None:
    patient, _ = await enrol(staffed)

    def add(unit: Unit, days: int) -> SessionRow:
        now = NOW + timedelta(days=days)
        return add_session(unit, staffed.clinic, now, unit.get(StaffRow, "vega"), patient, replace(CHEEK, t0=now))

    first, second = [await staffed.do(lambda unit, d=d: add(unit, d)) for d in (0, 14)]  # type: ignore[misc]
    assert (first.number, second.number, second.course_id) == (1, 2, first.course_id)
    (task,) = await staffed.do(lambda unit: unit.many(TaskRow))
    assert task.cause == f"not_started:{patient.id}", "a link that nobody opens is told of within the hour"
