"""A second factor for the console: the six digits of an authenticator app (TOTP, RFC 6238)."""

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp

from bot.core.errors import Refused
from bot.store.tables import StaffRow
from bot.store.tables_console import ConsoleSessionRow, SecondFactorRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit

STEP_S = 30
MOST_WRONG = 5
"""So many wrong codes end the session: the person asks for a new link in the chat."""


def begin_second_factor(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow) -> SecondFactorRow:
    """The secret to scan, made on the first call and the same until it was confirmed. Errors: Refused when one is on."""
    row = unit.find(SecondFactorRow, staff_id=staff.id, lock=True)
    if row is not None and row.confirmed_at is not None:
        raise Refused("console.factor.on_already")
    if row is not None:
        return row
    secret = base64.b32encode(hashlib.sha256(clinic.new_token().encode()).digest()[:20]).decode()
    return unit.add(SecondFactorRow, staff_id=staff.id, secret=secret, made_at=now)


def address_of(clinic: Clinic, staff: StaffRow, row: SecondFactorRow) -> str:
    """What the QR code says: the app shows the clinic and the person beside the digits."""
    return pyotp.TOTP(row.secret).provisioning_uri(name=staff.name, issuer_name=f"Aftercare {clinic.facts.name}")


def confirm_second_factor(unit: Unit, now: datetime, staff: StaffRow, code: str) -> None:
    """The app works: from now on each sign-in asks for it. Errors: Refused for a wrong code."""
    row = unit.find(SecondFactorRow, staff_id=staff.id, lock=True)
    step = _step_of(row, now, code) if row else None
    if row is None or step is None:
        raise Refused("console.factor.wrong")
    unit.change_one(SecondFactorRow, staff.id, confirmed_at=now, last_step=step)
    audit(unit, now, staff.id, "second_factor_on", f"staff:{staff.id}")


def remove_second_factor(unit: Unit, now: datetime, by: StaffRow, staff_id: str) -> None:
    """Take it away: one's own, or (an admin) that of somebody whose phone is lost. Errors: Refused for others."""
    if by.id != staff_id and by.role != "admin":
        raise Refused("console.factor.role")
    if unit.remove(SecondFactorRow, SecondFactorRow.staff_id == staff_id):
        audit(unit, now, by.id, "second_factor_off", f"staff:{staff_id}")


def pass_second_factor(unit: Unit, now: datetime, session: ConsoleSessionRow, code: str) -> bool:
    """Open a session that waits for its code. False for a wrong one; too many end the session."""
    row = unit.find(SecondFactorRow, staff_id=session.staff_id, lock=True)
    step = _step_of(row, now, code) if row else None
    if row is not None and step is not None:
        unit.change_one(SecondFactorRow, row.staff_id, last_step=step)
        unit.change_one(ConsoleSessionRow, session.id, state="open", seen_at=now)
        return True
    known = unit.find(ConsoleSessionRow, id=session.id, lock=True)
    wrong = (known.wrong_codes if known else 0) + 1
    if wrong >= MOST_WRONG:
        unit.change_one(ConsoleSessionRow, session.id, wrong_codes=wrong, state="ended", ended_at=now)
        audit(unit, now, session.staff_id, "second_factor_wrong", f"console_session:{session.id}")
    else:
        unit.change_one(ConsoleSessionRow, session.id, wrong_codes=wrong)
    return False


def _step_of(row: SecondFactorRow, now: datetime, code: str) -> int | None:
    """The time step whose code this is (now, the one before, the one after), unless it was used already."""
    given = "".join(code.split())
    totp, step = pyotp.TOTP(row.secret), int(now.timestamp()) // STEP_S
    for each in (step, step - 1, step + 1):
        if each > row.last_step and hmac.compare_digest(totp.at(each * STEP_S).encode(), given.encode()):
            return each
    return None
