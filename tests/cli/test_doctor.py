"""`doctor`: every line says what is well and what to mend, and half a configuration is no reason to stop."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.sign_sheet import block, open_sheets, write
from bot.settings import Settings
from bot.store.tables_shifts import TestAlertRow
from bot.usecases.roster import join_staff, relieve
from bot.wiring.flows import load_flows
from tests.cli.conftest import Telegram, Terminal


class _Ids:
    """All of a clinic that taking over a shift needs."""

    def __init__(self, name: str) -> None:
        self._name = name

    def new_id(self) -> str:
        return f"shift-{self._name}"


def test_without_any_setting_every_line_says_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set(FLOWS_DIR=str(tmp_path / "none"))
    shown = terminal.says("doctor", code=1)
    for name, field in Settings.model_fields.items():
        assert not field.is_required() or f"✗ {name.upper()}: is missing" in shown
    assert "✗ database: there is no such file yet" in shown
    assert "✗ scripts: 1 errors, the first: There is no folder" in shown
    assert [*tmp_path.iterdir()] == []


def test_a_fresh_clinic(configured: Terminal, telegram: Telegram) -> None:
    configured.set(CLINIC_TIMEZONE="Mars/Olympus", STAFF_GROUP_ID="-99", FLOWS_DIR="none")
    shown = configured.says("doctor", code=1)
    assert "✗ CLINIC_TIMEZONE: 'Mars/Olympus' is no time zone" in shown
    assert "✓ token: the bot is @" in shown
    assert "✓ updates: are polled" in shown
    assert "✗ staff group: Bad Request: chat not found" in shown
    assert "✓ database: sqlite, up to date" in shown
    assert "✗ staff list: 0 people" in shown
    assert "✗ time zone: not looked at" in shown
    assert "✓ emergency number: 112" in shown
    assert telegram.world.token not in shown


def test_a_webhook_that_nobody_asked_for(configured: Terminal, telegram: Telegram) -> None:
    configured.set(PUBLIC_URL="https://bot.example.org", WEBHOOK_SECRET="0123456789abcdef", FLOWS_DIR="none")
    shown = configured.says("doctor", code=1)
    assert "✗ updates: wait to be polled, but should come to https://bot.example.org/telegram" in shown
    assert telegram.url


def test_a_key_that_does_not_fit_and_a_telegram_that_is_not_there(configured: Terminal) -> None:
    configured.set(ENCRYPTION_KEYS="no key", FLOWS_DIR="none")
    shown = configured.says("doctor", code=1)
    assert "✗ ENCRYPTION_KEYS: Encryption key 1" in shown
    assert "✗ token: Telegram could not be reached" in shown
    assert "✗ staff: not looked at" in shown
    assert configured.settings["TELEGRAM_TOKEN"] not in shown


def test_a_clinic_that_is_ready(
    configured: Terminal, telegram: Telegram, in_store: Callable[[Callable[..., Any]], Any], few: Path
) -> None:
    group = telegram.do(lambda world: world.group("Staff").id)
    _sign(few)
    configured.set(STAFF_GROUP_ID=str(group), HEARTBEAT_URL="https://hc.example.org/ping", FLOWS_DIR=str(few))
    configured.set(ALERT_URLS="json://127.0.0.1:9/s3cret")
    for chat, rank, name, role in (
        (42, 1, "Dr. Vega", "clinician"),
        (43, 2, "Marín", "injector"),
        (44, 3, "Lola", "lead"),
    ):
        link = re.search(r"start=(s-[\w-]+)", configured.says("invite", name, "--role", role))
        assert link is not None

        def begins_her_shift(unit: Any, token: str = link[1], chat: int = chat, rank: int = rank) -> None:
            now = datetime.now(UTC)
            person = join_staff(unit, now, chat, token)
            relieve(unit, _Ids(str(rank)), now, person, rank)  # type: ignore[arg-type]
            seen = {"sent_at": now, "seen_at": now}
            unit.insert(TestAlertRow(id=f"test{chat}", staff_id=person.id, sent_by=person.id, **seen))

        in_store(begins_her_shift)
        if rank == 1:
            shown = configured.says("doctor", code=1)
            assert "✓ cover out of hours: somebody is called first" in shown
            assert "✗ cover, 14 days: 2 gaps: ❗ Second: NOBODY" in shown
    shown = configured.says("doctor")
    assert "✗" not in shown
    assert "✓ on call: Dr. Vega" in shown
    assert "✓ cover, 14 days: no gaps" in shown
    assert "✓ signatures: nothing is left to sign (Dr. Vega, lead, 2026-03-02)" in shown
    assert "✓ channel of the clinic: webhook (not tried" in shown
    assert "s3cret" not in shown
    assert "All is well" in shown


def _sign(folder: Path) -> None:
    """Sign every point, as a clinician would after reading it."""
    flows = load_flows(folder)
    sheets = open_sheets(flows, "")
    write(folder, [block(flows, sheet, (), "Dr. Vega", "lead", "4711", "2026-03-02") for sheet in sheets])


@pytest.mark.parametrize("name", ["PORT", "TICK_SECONDS", "STAFF_GROUP_ID", "TELEGRAM_API_URL"])
def test_a_wrong_optional_setting_does_not_hide_the_rest(configured: Terminal, name: str) -> None:
    configured.set(**{name: "nonsense", "FLOWS_DIR": "none"})
    shown = configured.says("doctor", code=1)
    assert f"✗ {name}: " in shown
    assert "✓ database: sqlite, up to date" in shown
