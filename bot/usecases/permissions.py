"""Say no kindly: who may not do something is told who can."""

from bot.core.errors import Refused
from bot.core.roles import ALLOWED, Act, may
from bot.store.tables import StaffRow
from bot.store.unit import Unit

MOST_NAMES = 3
"""A toast holds 200 characters."""


def require(unit: Unit, staff: StaffRow, act: Act) -> None:
    """Errors: Refused with the names of some who may, when this role may not."""
    if may(staff.role, act):
        return
    rows = unit.many(StaffRow, StaffRow.removed_at == None, order_by=StaffRow.added_at)  # noqa: E711 - SQL
    names = [each.name for each in rows if each.role in ALLOWED[act] and each.chat_id is not None][:MOST_NAMES]
    key = f"permission.{act.value}"
    raise Refused(f"{key}.who", names=", ".join(names)) if names else Refused(f"{key}.nobody")
