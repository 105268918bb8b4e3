"""The settings of a process that is about to start, with everything refused that would go wrong later."""

import os

from bot.core.errors import SettingsError
from bot.settings import EXAMPLES, Settings, read_settings
from bot.store.crypto import Keyring
from bot.store.urls import is_sqlite, read_url


def settings_at_start() -> Settings:
    """Settings that a start can rely on. Errors: SettingsError with a line for each thing that is wrong."""
    settings = read_settings()
    wrong = [*faults(settings)]
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def faults(settings: Settings) -> tuple[str, ...]:
    """What reading alone does not find: keys that are no keys, an address that is none, a disk that does not last."""
    return tuple(fault for fault in (key_fault(settings), database_fault(settings), channel_fault(settings)) if fault)


def key_fault(settings: Settings) -> str:
    """What is wrong with the encryption keys; empty when nothing is."""
    try:
        Keyring.from_text(settings.encryption_keys.get_secret_value())
    except SettingsError as error:
        return f"ENCRYPTION_KEYS: {error} Example: ENCRYPTION_KEYS={EXAMPLES['ENCRYPTION_KEYS']}"
    return ""


def channel_fault(settings: Settings) -> str:
    """What is wrong with the clinic's other channels; empty when nothing is. The URLs are not in it."""
    urls = settings.alert_urls.get_secret_value()
    if not urls.strip():
        return ""
    from bot.wiring.bells import clinic_channels

    try:
        clinic_channels(urls)
    except SettingsError as error:
        return f"{error} Example: ALERT_URLS={EXAMPLES['ALERT_URLS']}"
    return ""


def database_fault(settings: Settings) -> str:
    """What is wrong with the address of the database; empty when nothing is."""
    try:
        url = read_url(settings.database_url.get_secret_value())
    except SettingsError as error:
        return f"DATABASE_URL: {str(error).removeprefix('DATABASE_URL ')}"
    if "DYNO" in os.environ and is_sqlite(url):
        return (
            "DATABASE_URL: is an SQLite file, and the disk of this platform (DYNO is set) is emptied at every restart:"
            " patients and alerts would be lost. Example: DATABASE_URL=postgresql://user:password@host/name"
        )
    return ""
