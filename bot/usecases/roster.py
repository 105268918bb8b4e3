"""The staff list and who is on call: invite, join, remove, relieve."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.errors import Refused, TokenExpired, TokenUnknown, TokenUsed
from bot.core.roles import Act, Role, may
from bot.store.tables import AlertLogRow, AlertRow, InvitationRow, ShiftRow, StaffChannelRow, StaffRow, WizardRow
from bot.store.tables_shifts import HolidayRow, RotaRow, SwapRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.enrol import hash_of
from bot.usecases.posting import audit
from bot.usecases.rota import look_at_cover
from bot.usecases.shifts import take_over

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


def new_link(unit: Unit, clinic: Clinic, now: datetime, by: str, staff_id: str) -> str:
    """A fresh one-time link for somebody who has not opened hers; the older ones are dead. Returns the token."""
    staff = unit.get(StaffRow, staff_id)
    if staff.removed_at is not None or staff.chat_id is not None:
        raise Refused("roster.has_started", name=staff.name)
    unit.remove(InvitationRow, InvitationRow.staff_id == staff_id, col(InvitationRow.used_at).is_(None))
    token = STAFF_PREFIX + clinic.new_token()
    expires = now + timedelta(hours=INVITATION_HOURS)
    unit.insert(
        InvitationRow(token_hash=hash_of(token), kind="staff", staff_id=staff_id, made_at=now, expires_at=expires)
    )
    audit(unit, now, by, "invite_staff", f"staff:{staff_id}", staff.role)
    return token


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
    look_at_cover(unit, now)
    audit(unit, now, staff.id, "join_staff", f"staff:{staff.id}")
    return staff


def remove_staff(unit: Unit, now: datetime, by: str, staff_id: str) -> None:
    """Remove a colleague at once: no alerts, no commands, no shifts. What they did keeps their name.

    An alert that she had taken goes back up the ladder at once; cover that is lacking now is told to the lead.
    """
    unit.change_one(StaffRow, staff_id, removed_at=now, chat_id=None)
    unit.remove(ShiftRow, ShiftRow.staff_id == staff_id, ShiftRow.starts_at >= now)
    running = col(ShiftRow.ends_at).is_(None) | (col(ShiftRow.ends_at) > now)
    unit.change(ShiftRow, ShiftRow.staff_id == staff_id, running, ends_at=now)
    _end_plans(unit, now, staff_id)
    unit.remove(StaffChannelRow, StaffChannelRow.staff_id == staff_id)
    unit.remove(InvitationRow, InvitationRow.staff_id == staff_id, col(InvitationRow.used_at).is_(None))
    unit.remove(WizardRow, WizardRow.staff_id == staff_id)
    for alert in unit.many(AlertRow, AlertRow.taken_by == staff_id, AlertRow.state == "taken", lock=True):
        hand_back(unit, now, by, alert)
    look_at_cover(unit, now)
    audit(unit, now, by, "remove_staff", f"staff:{staff_id}")


def hand_back(unit: Unit, now: datetime, by: str, alert: AlertRow) -> None:
    """Whoever took it does not see to it any more: it climbs again from the first step, and what is overdue at once."""
    unit.change_one(AlertRow, alert.id, state="sent", taken_by=None, taken_at=None, step=0, rounds=1, next_at=now)
    unit.add(AlertLogRow, alert_id=alert.id, at=now, what="handed_back", who=alert.taken_by or "")
    audit(unit, now, by, "hand_back_alert", f"alert:{alert.id}", alert.taken_by or "")


def change_role(unit: Unit, now: datetime, by: str, staff_id: str, role: str) -> StaffRow:
    """Another role from now on. A role that is never on call loses its shifts.

    Errors: Refused for the last lead of the clinic, who would leave nobody to plan.
    """
    staff = unit.get(StaffRow, staff_id)
    if staff.removed_at is not None:
        raise Refused("shifts.unknown_person")
    if may(staff.role, Act.PLAN) and not may(role, Act.PLAN):
        refuse_the_last_lead(unit, staff_id)
    unit.change_one(StaffRow, staff_id, role=Role(role).value)
    if not may(role, Act.BE_ON_CALL):
        unit.remove(ShiftRow, ShiftRow.staff_id == staff_id, ShiftRow.starts_at >= now)
        running = col(ShiftRow.ends_at).is_(None) | (col(ShiftRow.ends_at) > now)
        unit.change(ShiftRow, ShiftRow.staff_id == staff_id, running, ends_at=now)
        _end_plans(unit, now, staff_id)
    look_at_cover(unit, now)
    audit(unit, now, by, "change_role", f"staff:{staff_id}", f"{staff.role} {role}")
    staff.role = role
    return staff


def refuse_the_last_lead(unit: Unit, staff_id: str) -> None:
    """Errors: Refused when nobody else who uses the bot may plan: first another lead, then this one goes."""
    rows = unit.many(StaffRow, col(StaffRow.removed_at).is_(None), col(StaffRow.chat_id).is_not(None))
    if not any(may(each.role, Act.PLAN) for each in rows if each.id != staff_id):
        raise Refused("roster.last_lead")


def _end_plans(unit: Unit, now: datetime, staff_id: str) -> None:
    """The weekly pattern, holidays and swaps of somebody who is not on call any more."""
    day = now.date() - timedelta(days=2)  # no shift of hers may still run, in whatever zone
    unit.remove(RotaRow, RotaRow.staff_id == staff_id, RotaRow.first_day > day.isoformat())
    unit.change(
        RotaRow,
        RotaRow.staff_id == staff_id,
        col(RotaRow.last_day).is_(None) | (col(RotaRow.last_day) > day.isoformat()),
        last_day=day.isoformat(),
    )
    unit.change(HolidayRow, HolidayRow.second_id == staff_id, second_id=None)
    unit.change(HolidayRow, HolidayRow.lead_id == staff_id, lead_id=None)
    unit.change(
        SwapRow,
        (SwapRow.from_id == staff_id) | (SwapRow.to_id == staff_id),
        SwapRow.state == "asked",
        state="lapsed",
        answered_at=now,
    )


def relieve(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, rank: int) -> datetime | None:
    """``staff`` is on call from now on with this rank (1 first, 2 second, 3 lead); whoever was, is relieved."""
    until = take_over(unit, clinic, now, staff, rank)
    look_at_cover(unit, now)
    return until
