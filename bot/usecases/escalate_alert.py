"""Take the next step of an alert's ladder: tell the people of the step, set the next time, write the log."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.alert.escalate import Alert, AlertState, Why, escalate
from bot.core.alert.policy import Policy, Tell
from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.store.tables import AlertLogRow, AlertRow, PatientRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import post_card, staff_name
from bot.usecases.clinic import Clinic
from bot.usecases.one_by_one import one_by_one
from bot.usecases.people import named, recipients, unreached
from bot.usecases.policies import policy_of
from bot.usecases.posting import to_patient
from bot.usecases.ring import ring

DUE_AT_ONCE = 20


def escalate_due(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Climb every alert that is due (at most a handful a call); how many there were."""
    due = unit.many(
        AlertRow,
        AlertRow.state != "closed",
        AlertRow.next_at <= now,  # type: ignore[operator]
        order_by=AlertRow.next_at,
        limit=DUE_AT_ONCE,
        skip_locked=True,
    )
    return one_by_one(
        unit,
        clinic,
        now,
        due,
        lambda alert: climb(unit, clinic, now, alert),
        lambda alert, later: unit.change_one(AlertRow, alert.id, next_at=later),
        "phone_now",
    )


def climb(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, calls: Iterable[str] = ()) -> None:
    """One step: the pure decision, then the messages, the next time and the log, in this transaction."""
    policy = policy_of(unit, clinic, alert)
    assert alert.next_at is not None
    session = unit.find(SessionRow, id=alert.session_id)
    decision = escalate(
        Alert(
            level=Level(alert.level),
            state=AlertState(alert.state),
            level_at=alert.level_at,
            next_at=alert.next_at,
            step=alert.step,
            rounds=alert.rounds,
            no_answers=alert.no_answers,
        ),
        policy,
        now,
        unreached(unit, now, session) if alert.state in ("sent", "seen") else (),
    )
    tell = (*decision.tell, *(Tell(call) for call in calls))
    told = recipients(unit, clinic, now, tell, session)
    if decision.ahead:  # a step that was due is empty: the next ones are told with it
        more = recipients(unit, clinic, now, decision.ahead, session)
        told = list({each.chat_id: each for each in (*told, *more)}.values())
        tell = (*tell, *decision.ahead)
    alert.step, alert.rounds, alert.next_at = decision.step, decision.rounds, decision.next_at
    unit.change_one(AlertRow, alert.id, step=alert.step, rounds=alert.rounds, next_at=alert.next_at)
    for each in told:
        ui = clinic.ui(each.language)
        headline = ""
        if decision.why is not Why.NEW:
            name = staff_name(unit, alert.taken_by)
            headline = ui.say(f"alert.again.{decision.why.value}", name=name, tries=alert.no_answers)
        post_card(unit, clinic, now, alert, each, headline)
    _ring(unit, clinic, now, alert, policy, named(unit, now, tell, session), {each.staff_id for each in told})
    names = ", ".join(staff_name(unit, each.staff_id) or "group" for each in told)
    unit.insert(AlertLogRow(alert_id=alert.id, at=now, what=f"told_{decision.why.value}", detail=names))
    if decision.why is Why.NOT_TAKEN and decision.rounds == 0 and Level(alert.level).at_least(Level.D2):
        _tell_patient_the_truth(unit, clinic, now, alert)


def _ring(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    alert: AlertRow,
    policy: Policy,
    people: list[StaffRow],
    told: set[str],
) -> None:
    """The other channels of the step's people. With a D3 in time, only of those whom Telegram does not reach."""
    level = Level(alert.level)
    overdue = now >= alert.level_at + policy.acknowledge_within(level)
    if not level.at_least(Level.D2) and not overdue:
        people, told = [each for each in people if each.chat_id is None or not each.reachable], set()
        if not people:
            return
    ring(unit, clinic, now, alert, {each.id for each in people} | told, "step")


def _tell_patient_the_truth(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow) -> None:
    patient = unit.get(PatientRow, alert.patient_id)
    ui = clinic.ui(patient.language)
    key = "truth.nobody_d1" if alert.level == "D1" else "truth.nobody_d2"
    to_patient(unit, now, patient, Body(text=ui.say(key), html=True), Priority.ADVICE, kind="truth", alert_id=None)
