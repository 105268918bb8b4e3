"""Approve a revision, or a floor, that gives somebody less than the one in force: two persons, each with a reason."""

from datetime import datetime
from typing import Protocol

from bot.core.errors import Conflict, NotReady
from bot.core.post.message import Body, Priority
from bot.store.tables import ApprovalRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.people import active_staff
from bot.usecases.posting import audit, post

PERSONS = 2
ANSWERABLE = ("lead", "clinician", "admin")
"""The roles that may approve a fall or recall a revision."""
LONGEST_REASON = 500


class Fallen(Protocol):
    """Something that lowers a level: what it is about, its revision, and the one in force that it was compared with."""

    @property
    def subject(self) -> str:
        """A procedure, ``floor`` or ``escalation``."""

    @property
    def revision(self) -> str:
        """The revision that would be published."""

    @property
    def against(self) -> str:
        """The revision in force."""


def approvals(unit: Unit, fall: Fallen) -> list[ApprovalRow]:
    """Who approved it, in order."""
    return unit.many(
        ApprovalRow,
        ApprovalRow.subject == fall.subject,
        ApprovalRow.revision == fall.revision,
        ApprovalRow.against == fall.against,
        order_by=ApprovalRow.at,
    )


def named(fall: Fallen) -> str:
    """What it is, as the audit names it: a floor, a policy or the revision of a script."""
    return {"floor": "floor", "escalation": "policy"}.get(fall.subject, "revision")


def missing(unit: Unit, fall: Fallen) -> int:
    """How many persons still have to approve it."""
    return max(0, PERSONS - len({row.staff_id for row in approvals(unit, fall)}))


def approve(unit: Unit, clinic: Clinic, now: datetime, fall: Fallen, staff: StaffRow, reason: str) -> int:
    """Write one person's approval, and tell her in her own chat; how many more are needed.

    Errors: Conflict when she has approved it already.
    """
    reason = checked_reason(reason)
    row = ApprovalRow(
        id=clinic.new_id(),
        subject=fall.subject,
        revision=fall.revision,
        against=fall.against,
        staff_id=staff.id,
        role=staff.role,
        reason=reason,
        at=now,
    )
    if not unit.insert_new(row):
        raise Conflict(
            f"{staff.name} has approved revision {fall.revision} already. Another person must approve it too."
        )
    subject = f"{named(fall)}:{fall.revision}"
    audit(unit, now, staff.id, "approve_fall", subject, f"against {fall.against}: {reason}")
    tell_in_person(
        unit, clinic, now, staff, "publish.approved", revision=fall.revision, about=fall.subject, reason=reason
    )
    return missing(unit, fall)


def answerable(unit: Unit, name: str) -> StaffRow:
    """The colleague of this name or id who may answer for a change. Errors: NotReady, in words for the command line."""
    people = active_staff(unit)
    found = [each for each in people if name in (each.id, each.name)]
    if len(found) > 1:
        raise NotReady(f"There are {len(found)} colleagues named {name}: give the id. See: aftercare staff")
    may = ", ".join(each.name for each in people if each.role in ANSWERABLE) or "nobody yet"
    if not found:
        raise NotReady(f"Nobody on the staff list is named {name}. A lead, clinician or admin can do it: {may}.")
    if found[0].role not in ANSWERABLE:
        raise NotReady(f"{name} is {found[0].role}. Only a lead, clinician or admin can do it: {may}.")
    if found[0].chat_id is None:
        raise NotReady(f"{name} has not opened her link yet, so nobody knows that it is her. See: aftercare invite")
    return found[0]


def tell_in_person(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, key: str, **values: str) -> None:
    """What was done in a colleague's name is told to her: a name on a command line proves nothing."""
    if staff.chat_id is not None:
        body = Body(text=clinic.ui(staff.language).say(key, **values), html=True)
        post(unit, now, staff.chat_id, body, Priority.ALERT, kind="staff_reply")


def checked_reason(reason: str) -> str:
    """A reason on one line. Errors: NotReady for none, or a very long one."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise NotReady(f"Give a reason of 1 to {LONGEST_REASON} characters: --reason '...'")
    return reason
