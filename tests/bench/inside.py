"""The product inside this process, on a database but without Telegram: for what is measured in microseconds."""

from collections.abc import Callable
from datetime import datetime

from bot.settings import read_settings
from bot.wiring.app import App, build
from bot.wiring.flows import Flows
from tests.bench.seed import KEY


def build_on(flows: Flows, url: str, clock: Callable[[], datetime]) -> App:
    """The whole product with a token that nobody hears."""
    given = {
        "telegram_token": "7000000003:token-of-nobody",
        "telegram_api_url": "http://127.0.0.1:9",
        "encryption_keys": KEY,
        "clinic_name": "Clinic Sol",
        "clinic_phone": "+34 910 000 000",
        "emergency_number": "112",
        "crisis_line": "024",
        "clinic_timezone": "Europe/Madrid",
        "staff_group_id": -4_000_001,
        "database_url": url,
        "digest_hour": -1,
    }
    settings = read_settings(_env_file=None, **given)
    return build(settings, clock=clock, worker="bench", flows=flows)
