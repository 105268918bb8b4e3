"""Operational numbers and secrets, read from the environment or ``.env``. Clinical numbers live in ``flows/``."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import SettingsError

EXAMPLES = {
    "TELEGRAM_TOKEN": "123456789:AA...  (from @BotFather)",
    "ENCRYPTION_KEYS": "the output of `aftercare new-key`",
    "EMERGENCY_NUMBER": "112",
    "CLINIC_NAME": "Clínica Sol",
    "CLINIC_PHONE": "+34 910 000 000",
    "CLINIC_TIMEZONE": "Europe/Madrid",
    "CRISIS_LINE": "024",
    "WEBHOOK_SECRET": "32 random letters and digits",
    "PUBLIC_URL": "https://aftercare.example.org",
    "CONSOLE_URL": "https://aftercare.example.org",
    "DATABASE_URL": "sqlite:///aftercare.sqlite3 or postgresql://user:password@host/name",
    "ALERT_URLS": "jsons://hook.example.org/alert mailtos://user:password@example.org",
    "HEARTBEAT_URL": "https://hc.example.org/ping/...",
}
"""What a right value looks like, shown in errors and by ``aftercare doctor``."""

THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
"""Names under which a browser reaches the machine that it runs on: no line that somebody could listen to."""


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone") from None
    return value


def _phone(value: str) -> str:
    if not re.fullmatch(r"[+0-9][0-9 ()./-]{1,24}", value.strip()):
        raise ValueError(f"{value!r} is no phone number")
    return value.strip()


Filled = Annotated[str, AfterValidator(_filled)]
Phone = Annotated[str, AfterValidator(_filled), AfterValidator(_phone)]


class Settings(BaseSettings):
    """Every setting. The names of the variables are those of the fields, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    telegram_token: SecretStr
    encryption_keys: SecretStr
    clinic_name: Filled
    clinic_phone: Phone
    emergency_number: Phone
    crisis_line: Phone
    clinic_timezone: Annotated[str, AfterValidator(_zone)]
    clinic_language: str = "en"
    staff_group_id: int = 0
    database_url: SecretStr = SecretStr("sqlite:///aftercare.sqlite3")
    flows_dir: Path = Path("flows")

    public_url: str = ""
    console_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    telegram_api_url: str = "https://api.telegram.org"
    telegram_proxy: SecretStr | None = None

    tick_seconds: float = Field(default=1.0, gt=0, le=60)
    alert_urls: SecretStr = SecretStr("")
    heartbeat_url: str = ""
    heartbeat_seconds: float = Field(default=60, ge=5)
    messages_per_second: float = Field(default=30, gt=0)
    bulk_per_second: float = Field(default=24, gt=0)
    link_hours: int = Field(default=168, ge=1, le=24 * 60)
    keep_months: int = Field(default=24, ge=4)
    canary_chat_id: int = Field(default=0, ge=0)
    canary_minutes: float = Field(default=10, ge=1, le=24 * 60)
    digest_hour: int = Field(default=8, ge=-1, le=23)
    drain_seconds: float = Field(default=10, ge=0, le=300)
    metrics_token: SecretStr = SecretStr("")
    log_level: str = "INFO"

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{10,}", value.get_secret_value()):
            raise ValueError("is no bot token")
        return value

    @field_validator("public_url", "console_url", "telegram_api_url", "heartbeat_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise ValueError(f"{value!r} is no web address")
        return value.rstrip("/")

    @field_validator("console_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        if value and not value.startswith("https:") and urlsplit(value).hostname not in THIS_MACHINE:
            raise ValueError("must begin with https: (http only for this machine)")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}|", value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, _ or -")
        return value

    @property
    def webhook_path(self) -> str:
        """Where Telegram posts updates when ``PUBLIC_URL`` is set."""
        return "/telegram"

    @property
    def console_address(self) -> str:
        """Where staff open the console; empty where it can be reached by nobody but over an open line."""
        if self.console_url or self.public_url.startswith("https:"):
            return self.console_url or self.public_url
        return f"http://{self.host}:{self.port}" if self.host in THIS_MACHINE else ""

    def require_webhook(self) -> None:
        """Errors: SettingsError when a public address is set without a secret."""
        if self.public_url and not self.webhook_secret.get_secret_value():
            raise SettingsError(_line("WEBHOOK_SECRET", "must be set when PUBLIC_URL is set"))


def _line(name: str, what: str) -> str:
    example = f" Example: {name}={EXAMPLES[name]}" if name in EXAMPLES else ""
    return f"{name}: {what}.{example}"


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process. Errors: SettingsError with one line for each variable, and never a secret's value."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        lines = []
        for one in error.errors(include_input=False, include_context=False):
            name = str(one["loc"][0]).upper()
            what = "is missing" if one["type"] == "missing" else one["msg"].removeprefix("Value error, ")
            lines.append(_line(name, what))
        raise SettingsError("\n".join(lines)) from None
    settings.require_webhook()
    return settings
