"""The other channels of a member of staff: set and counted. The URLs are sealed, and nobody is shown one again."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.core.errors import Gone
from bot.store.tables import StaffChannelRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.people import active_staff
from bot.usecases.posting import audit
from bot.usecases.ring import staff_channels


def find_person(unit: Unit, who: str) -> StaffRow:
    """The member of staff with this id or name. Errors: Gone when there is none, or several of that name."""
    staff = active_staff(unit)
    found = [each for each in staff if each.id == who] or [each for each in staff if each.name == who]
    if not found:
        raise Gone(f"Nobody on the staff list is {who!r}. See: aftercare staff")
    if len(found) > 1:
        raise Gone(f"Several people on the staff list are called {who!r}: give the id. See: aftercare staff")
    return found[0]


def set_channels(
    unit: Unit,
    new_id: Callable[[], str],
    now: datetime,
    by: str,
    person: StaffRow,
    channels: Sequence[tuple[str, str]],
) -> None:
    """These (kind, URL) are the person's channels from now on; the old ones are gone, also from calls that wait."""
    unit.remove(StaffChannelRow, StaffChannelRow.staff_id == person.id)
    for kind, url in channels:
        unit.add(StaffChannelRow, id=new_id(), staff_id=person.id, kind=kind, url=url, made_at=now)
    audit(unit, now, by, "set_channels", f"staff:{person.id}", " ".join(kind for kind, _ in channels) or "none")


def kinds_of(unit: Unit) -> dict[str, list[str]]:
    """The kinds of channels of everybody who has one, by staff id."""
    kinds: dict[str, list[str]] = {}
    for _, kind, staff_id in staff_channels(unit):
        kinds.setdefault(staff_id or "", []).append(kind)
    return kinds
