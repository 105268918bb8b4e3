"""A clinician lowers the level of an open alert, with a reason: the only way down, and never for a D1 question."""

from datetime import datetime

from bot.core.errors import Refused
from bot.core.flow.conditions import questions_in
from bot.core.flow.model import Script
from bot.core.level import Level
from bot.core.roles import Act
from bot.store.tables import AlertRow, RunRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import refresh_cards
from bot.usecases.clinic import Clinic
from bot.usecases.permissions import require
from bot.usecases.posting import audit
from bot.usecases.raise_alert import log

SHORTEST_REASON, LONGEST_REASON = 5, 300


def lower_alert(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, alert_id: str, level: Level, reason: str
) -> AlertRow:
    """The alert counts as ``level`` from now on; its ladder, its states and the re-checks stay as they are.

    The patient is told nothing, and what she answers next can raise it again. Errors: Refused for another role, before
    somebody has taken it, for a level that is not lower, without a reason, and wherever a question that can give a D1
    has a part in it.
    """
    require(unit, staff, Act.LOWER)
    alert = unit.find(AlertRow, id=alert_id, lock=True)
    if alert is None or alert.state == "closed":
        raise Refused("lower.none")
    before = Level(alert.level)
    if before is Level.D1 or alert.unconfirmed or touches_emergency(unit, clinic, alert):
        raise Refused("lower.never_d1")
    if level is Level.D5 or level.severity >= before.severity:
        raise Refused("lower.not_lower", level=before.value)
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Refused("lower.reason")
    if alert.state not in ("taken", "contacted"):
        raise Refused("lower.take_first")
    alert.level = level.value
    unit.change_one(AlertRow, alert.id, level=alert.level)
    # The reason is the clinician's own words and may name the patient: it is kept sealed, in the alert's timeline.
    log(unit, alert.id, now, "lowered", staff.id, f"{before.value} {level.value}: {reason.strip()}")
    audit(unit, now, staff.id, "lower_alert", f"alert:{alert.id}", f"{before.value} {level.value}")
    refresh_cards(unit, clinic, now, alert)
    return alert


def touches_emergency(unit: Unit, clinic: Clinic, alert: AlertRow) -> bool:
    """Did a question that can give a D1 (or emergency words) have a part in this alert? What is not known counts as yes."""
    run = unit.find(RunRow, id=alert.run_id) if alert.run_id else None
    if run is None:
        return True
    script = clinic.script(unit, run.revision)
    emergency = emergency_questions(script)
    when = {rule.id: rule.when for rule in script.rules}
    for rule in alert.rules.split():
        condition = when.get(rule.removesuffix("+"))
        if condition is None or questions_in(condition) & emergency:
            return True
    return False


def emergency_questions(script: Script) -> frozenset[str]:
    """The questions that have a part in any D1: the strict reading of "never for D1 questions"."""
    return frozenset().union(*(questions_in(rule.when) for rule in script.rules if rule.level is Level.D1))
