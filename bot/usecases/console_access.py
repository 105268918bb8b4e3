"""The way into the console: a one-time link from the chat becomes a session of one device, which its owner can end."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.errors import Refused, TokenExpired, TokenUnknown, TokenUsed
from bot.store.tables import StaffRow
from bot.store.tables_console import ConsoleLinkRow, ConsoleSessionRow, SecondFactorRow, SignInTryRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.enrol import hash_of
from bot.usecases.posting import audit

LINK = timedelta(minutes=10)
"""So long a link opens the console, once."""
MOST_LINKS = 5
"""So many links a person may ask for within the life of one."""
SESSION = timedelta(hours=12)
"""A session ends after a shift, whatever happens."""
UNUSED = timedelta(hours=2)
"""A session that nobody uses ends. A board that is being watched is used."""
NOTE_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used: not every page is a write."""
TRIES, TRIES_WITHIN = 20, timedelta(minutes=10)
"""So many sign-ins may fail from one address before it has to wait."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A device that has just come in. ``secret`` goes into its cookie and is kept nowhere else."""

    session: ConsoleSessionRow
    staff: StaffRow
    secret: str


def make_console_link(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, *, unlimited: bool = False) -> str:
    """A one-time token for this person; an earlier link that was not used yet opens nothing any more.

    ``unlimited`` is for the demo, where anybody may come in as often as wanted.

    Errors: Refused when somebody asks again and again.
    """
    mine = (ConsoleLinkRow.staff_id == staff.id, col(ConsoleLinkRow.made_at) > now - LINK)
    if not unlimited and unit.count(ConsoleLinkRow, *mine) >= MOST_LINKS:
        raise Refused("console.chat.too_many")
    unit.remove(ConsoleLinkRow, ConsoleLinkRow.staff_id == staff.id, col(ConsoleLinkRow.made_at) <= now - LINK)
    unit.change(ConsoleLinkRow, ConsoleLinkRow.staff_id == staff.id, col(ConsoleLinkRow.used_at).is_(None), used_at=now)
    token = clinic.new_token()
    unit.add(ConsoleLinkRow, token_hash=hash_of(token), staff_id=staff.id, made_at=now, expires_at=now + LINK)
    audit(unit, now, staff.id, "console_link", f"staff:{staff.id}")
    return token


def enter_console(unit: Unit, clinic: Clinic, now: datetime, token: str, device: str) -> Entered:
    """Use a link up and sign a device in; with a second factor set up, the session waits for its code.

    Errors: TokenUnknown, TokenUsed, TokenExpired.
    """
    link = unit.find(ConsoleLinkRow, token_hash=hash_of(token), lock=True)
    if link is None:
        raise TokenUnknown("unknown")
    if link.used_at is not None:
        raise TokenUsed("used")
    if link.expires_at <= now:
        raise TokenExpired("expired")
    staff = unit.get(StaffRow, link.staff_id)
    if staff.removed_at is not None:
        raise TokenUnknown("unknown")
    unit.change_one(ConsoleLinkRow, link.token_hash, used_at=now)
    factor = unit.find(SecondFactorRow, staff_id=staff.id)
    secret = clinic.new_token()
    session = unit.add(
        ConsoleSessionRow,
        id=clinic.new_id(),
        secret_hash=hash_of(secret),
        staff_id=staff.id,
        state="second_factor" if factor is not None and factor.confirmed_at else "open",
        device=device[:60],
        made_at=now,
        seen_at=now,
        ends_at=now + SESSION,
    )
    audit(unit, now, staff.id, "console_enter", f"console_session:{session.id}")
    return Entered(session, staff, secret)


def session_behind(unit: Unit, now: datetime, secret: str) -> tuple[ConsoleSessionRow, StaffRow] | None:
    """The living session of a cookie and its person; None for a stranger, an ended session, somebody who left."""
    session = unit.find(ConsoleSessionRow, secret_hash=hash_of(secret))
    if session is None or session.state == "ended" or session.ends_at <= now or session.seen_at <= now - UNUSED:
        return None
    staff = unit.find(StaffRow, id=session.staff_id)
    return None if staff is None or staff.removed_at is not None else (session, staff)


def is_to_be_noted(now: datetime, session: ConsoleSessionRow) -> bool:
    """Is it time to keep again that the session is in use?"""
    return now - session.seen_at >= NOTE_EVERY


def note_use(unit: Unit, now: datetime, session: ConsoleSessionRow) -> None:
    """The session is in use."""
    unit.change_one(ConsoleSessionRow, session.id, seen_at=now)


def living_sessions(unit: Unit, now: datetime, staff_id: str = "") -> list[ConsoleSessionRow]:
    """The sessions that are signed in now, the newest first; of one person, or of everybody."""
    whose = (ConsoleSessionRow.staff_id == staff_id,) if staff_id else ()
    alive = (col(ConsoleSessionRow.ends_at) > now, col(ConsoleSessionRow.seen_at) > now - UNUSED)
    return unit.many(
        ConsoleSessionRow,
        *whose,
        ConsoleSessionRow.state != "ended",
        *alive,
        order_by=col(ConsoleSessionRow.made_at).desc(),
        limit=200,
    )


def end_session(unit: Unit, now: datetime, staff: StaffRow, session_id: str, *, anybodys: bool = False) -> None:
    """Sign a device out, one's own or (``anybodys``) somebody else's. One that is gone already is no error."""
    whose = () if anybodys else (ConsoleSessionRow.staff_id == staff.id,)
    changed = unit.change(
        ConsoleSessionRow,
        ConsoleSessionRow.id == session_id,
        *whose,
        ConsoleSessionRow.state != "ended",
        state="ended",
        ended_at=now,
    )
    if changed:
        audit(unit, now, staff.id, "console_end", f"console_session:{session_id}")


def is_barred(unit: Unit, now: datetime, source: str) -> bool:
    """Did too many sign-ins fail from this address lately?"""
    row = unit.find(SignInTryRow, source=_source(source))
    return row is not None and row.failed >= TRIES and row.since > now - TRIES_WITHIN


def note_failed(unit: Unit, now: datetime, source: str) -> None:
    """A sign-in failed from this address; addresses that were quiet for long are forgotten."""
    name = _source(source)
    unit.remove(SignInTryRow, col(SignInTryRow.since) <= now - TRIES_WITHIN)
    if not unit.change(SignInTryRow, SignInTryRow.source == name, failed=col(SignInTryRow.failed) + 1):
        unit.add_new(SignInTryRow, source=name, since=now, failed=1)


def _source(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]
