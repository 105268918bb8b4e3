"""`.env.example` and the Procfile: every setting is there once, explained, and what is filled in is the default."""

import re
from itertools import pairwise

from bot.__main__ import COMMANDS
from bot.settings import Settings
from tests.cli.conftest import KEY, ROOT

EXAMPLE = ROOT / ".env.example"
FILLED_IN = {
    "telegram_token": "123456789:abcdefghijkl",
    "encryption_keys": KEY,
    "clinic_name": "Clinic Sol",
    "clinic_phone": "+34 910 000 000",
    "emergency_number": "112",
    "crisis_line": "024",
    "clinic_timezone": "Europe/Madrid",
}


def test_it_names_every_setting_once_with_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    named = [line.partition("=")[0].lower() for line in lines if re.match(r"[A-Z_]+=", line)]
    assert sorted(named) == sorted(Settings.model_fields)
    for before, line in pairwise(lines):
        assert not re.match(r"[A-Z_]+=", line) or before.startswith("# "), line


def test_what_is_filled_in_is_the_default() -> None:
    needed = {name for name, field in Settings.model_fields.items() if field.is_required()}
    assert needed == FILLED_IN.keys()
    settings = Settings(_env_file=EXAMPLE, **FILLED_IN)  # type: ignore[arg-type]
    plain = Settings(_env_file=None, **FILLED_IN)  # type: ignore[arg-type]
    for name in Settings.model_fields:
        ours, default = getattr(settings, name), getattr(plain, name)
        assert ours == default or not (ours or default), name


def test_the_procfile_names_commands_that_there_are() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    known = {command.__name__ for command in COMMANDS}
    assert [line.partition(":")[0] for line in lines] == ["release", "web", "worker"]
    assert {line.split()[-1] for line in lines} <= known
