"""Is there somebody to hear of a red flag? Without, nothing is sent: a check-in that nobody watches is worse than none."""

from datetime import datetime

from bot.core.errors import Refused
from bot.store.tables import PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.cover import hole_out_of_hours
from bot.usecases.people import CARING, active_staff, on_call


def lacking(unit: Unit, clinic: Clinic, now: datetime) -> str | None:
    """The key of what is missing, or None: a clinician whom the bot reaches, somebody on call, an emergency number."""
    if not clinic.facts.emergency_number.strip():
        return "ready.no_number"
    caring = [each for each in active_staff(unit) if each.role in CARING and each.chat_id is not None]
    if not caring:
        return "ready.no_clinician"
    if not on_call(unit, now, 1):
        return "ready.nobody_on_call"
    # Once patients are followed, a hole in the plan is told to the lead each morning and stops nobody from being
    # registered: an unregistered patient would be followed by nobody at all. The setup itself cannot end with one.
    if unit.first(PatientRow) is None and hole_out_of_hours(unit, clinic, now) is not None:
        return "ready.no_cover"
    return None


def nobody_listens(unit: Unit) -> bool:
    """Is there not one member of staff whom the bot reaches? Then check-ins wait, and the heartbeat stops."""
    return not any(each.chat_id is not None and each.reachable for each in active_staff(unit))


def require_ready(unit: Unit, clinic: Clinic, now: datetime) -> None:
    """Errors: Refused says what is missing before a patient may be registered."""
    missing = lacking(unit, clinic, now)
    if missing is not None:
        raise Refused(missing)
