"""The doctor's looks at the database: is it there, up to date, does the key fit, and who would hear of an alert?"""

import asyncio
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.doctor_line import Line, line, skipped
from bot.cli.doctor_settings import Partly
from bot.core.errors import AftercareError
from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import StaffRow
from bot.store.unit import Unit
from bot.store.urls import is_sqlite, read_url
from bot.usecases.people import CARING, active_staff, on_call
from bot.wiring.sources import utc_now

CONNECT_TIMEOUT_S = 5
RELEASE = "Run: aftercare release"


async def look_at_database(partly: Partly) -> tuple[Line, ...]:
    """Is the database there and up to date?"""
    if not partly.has("DATABASE_URL"):
        return (skipped("database", "DATABASE_URL"),)
    if is_missing(partly):
        return (line(False, "database", "there is no such file yet", RELEASE),)
    address = read_url(partly.settings.database_url.get_secret_value())
    if not is_sqlite(address):
        address = address.update_query_dict({"connect_timeout": str(CONNECT_TIMEOUT_S)})
    try:
        pending = await asyncio.to_thread(migrate.pending, address.render_as_string(hide_password=False))
    except (SQLAlchemyError, AftercareError) as error:
        found = str(error) if isinstance(error, AftercareError) else f"does not answer ({type(error).__name__})"
        return (line(False, "database", found, "Look at DATABASE_URL and at the database server."),)
    kind = address.get_backend_name()
    found = f"{kind}, {len(pending)} steps are missing" if pending else f"{kind}, up to date"
    return (line(not pending, "database", found, RELEASE),)


async def look_at_staff(partly: Partly) -> tuple[Line, ...]:
    """Is there a clinician whom Telegram reaches, and is somebody on call?"""
    if not partly.has("DATABASE_URL", "ENCRYPTION_KEYS"):
        return (skipped("staff", "DATABASE_URL or ENCRYPTION_KEYS"),)
    if is_missing(partly):
        return (line(False, "staff", "not looked at: there is no database yet", RELEASE),)
    settings = partly.settings
    keyring = Keyring.from_text(settings.encryption_keys.get_secret_value())
    store = Store(settings.database_url.get_secret_value(), keyring)
    try:
        people, first = await store.look(_staff)
    except AftercareError as error:
        return (line(False, "staff", str(error), "Put the key that sealed the data behind the new one."),)
    except SQLAlchemyError as error:
        return (line(False, "staff", f"cannot be read ({type(error).__name__})", RELEASE),)
    finally:
        await store.close()
    reached = [each for each in people if each.role in CARING and each.chat_id is not None and each.reachable]
    ready = [each for each in first if each.chat_id is not None and each.reachable]
    invite = "Run: aftercare invite NAME --role clinician, and let her open the link."
    return (
        line(bool(people), "staff list", f"{len(people)} people", invite),
        line(bool(reached), "clinicians", f"{len(reached)} can be reached in Telegram", invite),
        line(
            bool(ready),
            "on call",
            ", ".join(each.name for each in ready) or "nobody who can be reached",
            "A clinician sends /oncall to the bot.",
        ),
    )


def _staff(unit: Unit) -> tuple[list[StaffRow], list[StaffRow]]:
    return active_staff(unit), on_call(unit, utc_now(), 1)


def is_missing(partly: Partly) -> bool:
    """Is it an SQLite file that nobody made yet? Looking must not make it."""
    address = read_url(partly.settings.database_url.get_secret_value())
    return is_sqlite(address) and not Path(address.database or "").exists()
