"""The staff list and who is on call: invite, join, remove, relieve."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.errors import Refused, TokenExpired, TokenUnknown, TokenUsed
from bot.store.tables import InvitationRow, ShiftRow, StaffChannelRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.enrol import hash_of
from bot.usecases.posting import audit

INVITATION_HOURS = 72
STAFF_PREFIX = "s-"
"""A staff link's token begins with this, so that it is never looked up among the patients'."""


def invite_staff(
    unit: Unit, clinic: Clinic, now: datetime, by: str, name: str, role: str, phone: str, language: str
) -> tuple[StaffRow, str]:
    """Add a colleague; returns the row and the token of a one-time link that ties it to a Telegram account."""
    staff = StaffRow(id=clinic.new_id(), name=name, role=role, phone=phone, language=language, added_at=now)
    unit.insert(staff)
    token = STAFF_PREFIX + clinic.new_token()
    unit.insert(
        InvitationRow(
            token_hash=hash_of(token),
            kind="staff",
            staff_id=staff.id,
            made_at=now,
            expires_at=now + timedelta(hours=INVITATION_HOURS),
        )
    )
    audit(unit, now, by, "invite_staff", f"staff:{staff.id}", role)
    return staff, token


def join_staff(unit: Unit, now: datetime, user_id: int, token: str) -> StaffRow:
    """A colleague opens the link. Errors: TokenUnknown, TokenUsed, TokenExpired, Refused for an account taken already."""
    invitation = unit.first(InvitationRow, InvitationRow.token_hash == hash_of(token), lock=True)
    if invitation is None or invitation.staff_id is None:
        raise TokenUnknown("join.token_unknown")
    staff = unit.get(StaffRow, invitation.staff_id)
    if invitation.used_at is not None:
        if staff.chat_id == user_id:
            return staff
        raise TokenUsed("join.token_used")
    if invitation.expires_at <= now:
        raise TokenExpired("join.token_expired")
    if unit.count(StaffRow, StaffRow.chat_id == user_id):
        raise Refused("staff.account_taken")
    unit.change(InvitationRow, InvitationRow.token_hash == invitation.token_hash, used_at=now)
    unit.change_one(StaffRow, staff.id, chat_id=user_id, reachable=True)
    staff.chat_id = user_id
    audit(unit, now, staff.id, "join_staff", f"staff:{staff.id}")
    return staff


def remove_staff(unit: Unit, now: datetime, by: str, staff_id: str) -> None:
    """Remove a colleague at once: no alerts, no commands, no shifts. What they did keeps their name."""
    unit.change_one(StaffRow, staff_id, removed_at=now, chat_id=None)
    unit.remove(ShiftRow, ShiftRow.staff_id == staff_id, ShiftRow.starts_at >= now)
    running = col(ShiftRow.ends_at).is_(None) | (col(ShiftRow.ends_at) > now)
    unit.change(ShiftRow, ShiftRow.staff_id == staff_id, running, ends_at=now)
    unit.remove(StaffChannelRow, StaffChannelRow.staff_id == staff_id)
    audit(unit, now, by, "remove_staff", f"staff:{staff_id}")


def relieve(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, rank: int) -> None:
    """``staff`` is on call from now on with this rank (1 first, 2 second); whoever was, is relieved."""
    if rank not in (1, 2):
        raise Refused("oncall.rank")
    for shift in unit.many(ShiftRow, ShiftRow.rank == rank, col(ShiftRow.ends_at).is_(None), lock=True):
        if shift.staff_id == staff.id:
            return
        if shift.starts_at < now:
            unit.change_one(ShiftRow, shift.id, ends_at=now)
        else:
            unit.remove(ShiftRow, ShiftRow.id == shift.id)
    unit.insert(ShiftRow(id=clinic.new_id(), staff_id=staff.id, rank=rank, starts_at=now))
    audit(unit, now, staff.id, "relieve", f"staff:{staff.id}", str(rank))
