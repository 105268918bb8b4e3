"""The store and the clinic for a command that does one thing and ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.core.errors import NotReady
from bot.settings import Settings
from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.urls import is_sqlite, read_url
from bot.usecases.clinic import Clinic


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The database of the settings. Errors: NotReady when it is not there, or not migrated."""
    url = settings.database_url.get_secret_value()
    address = read_url(url)
    if is_sqlite(address) and not Path(address.database or "").is_file():
        raise NotReady("The database is not there yet. Run: aftercare release")
    try:
        pending = migrate.pending(url)
    except DBAPIError as error:
        raise NotReady(
            f"The database cannot be read ({type(error.orig).__name__}). Look at: aftercare doctor"
        ) from None
    if pending:
        raise NotReady("The database is not up to date. Run: aftercare release")
    store = Store(url, Keyring.from_text(settings.encryption_keys.get_secret_value()))
    try:
        yield store
    finally:
        await store.close()


def clinic_of(settings: Settings) -> Clinic:
    """The clinic of the settings and scripts. Errors: ScriptError."""
    from bot.wiring.app import build_clinic
    from bot.wiring.flows import load_flows

    return build_clinic(settings, load_flows(Path(settings.flows_dir)))
