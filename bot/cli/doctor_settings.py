"""Reads whatever settings there are: a wrong or missing one is named, and does not hide the others."""

from dataclasses import dataclass
from typing import Any

from bot.cli.at_start import channel_fault, database_fault, key_fault
from bot.core.errors import SettingsError
from bot.settings import Settings, read_settings
from bot.store.crypto import new_key

_STAND_INS: dict[str, Any] = {
    "TELEGRAM_TOKEN": "1:stand-in-token",
    "CLINIC_NAME": "the clinic",
    "CLINIC_PHONE": "000",
    "EMERGENCY_NUMBER": "000",
    "CRISIS_LINE": "000",
    "CLINIC_TIMEZONE": "UTC",
    "WEBHOOK_SECRET": "stand-in-stand-in",
}
"""A value for each setting that has no default, so that the others can be read when it is wrong."""


@dataclass(frozen=True, slots=True)
class Partly:
    """The settings, of which those in ``wrong`` are stand-ins; ``wrong`` says for each what is wrong with it."""

    settings: Settings
    wrong: dict[str, str]

    def has(self, *names: str) -> bool:
        """Are all of these the clinic's own?"""
        return not any(name in self.wrong for name in names)


def read_what_there_is() -> Partly:
    """All settings that are right, and what is wrong with the others."""
    wrong: dict[str, str] = {}
    overrides: dict[str, Any] = {}
    while True:
        try:
            settings = read_settings(**overrides)
            break
        except SettingsError as error:
            lines = {line.partition(":")[0]: line.partition(":")[2].strip() for line in str(error).splitlines()}
            if lines.keys() <= wrong.keys():
                raise
            wrong |= lines
            overrides |= {name.lower(): _stand_in(name) for name in lines}
    looked = {
        "ENCRYPTION_KEYS": key_fault(settings),
        "DATABASE_URL": database_fault(settings),
        "ALERT_URLS": channel_fault(settings),
    }
    for name, fault in looked.items():
        if fault and name not in wrong:
            wrong[name] = fault.partition(":")[2].strip()
    return Partly(settings, wrong)


def _stand_in(name: str) -> Any:
    if name == "ENCRYPTION_KEYS":
        return new_key()
    field = Settings.model_fields[name.lower()]
    return _STAND_INS[name] if name in _STAND_INS else field.get_default(call_default_factory=True)
