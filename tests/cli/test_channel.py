"""`channel` and `doctor --send-test`: other ways to a colleague are set, refused, counted and tried, and never shown."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.store.tables import AuditRow, StaffChannelRow
from bot.usecases.people import active_staff
from bot.usecases.roster import remove_staff
from tests.cli.conftest import Terminal
from tests.support import rows
from tests.support.hook import Hook, open_hook

InStore = Callable[[Callable[..., Any]], Any]


@pytest.fixture
def vera(configured: Terminal, in_store: InStore) -> Terminal:
    """A terminal of a clinic with one colleague, Vera."""
    in_store(lambda unit: unit.insert(rows.staff()))
    configured.set(FLOWS_DIR="none")
    return configured


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook on loopback."""
    with open_hook() as opened:
        yield opened


def _kept(unit: Any) -> list[tuple[str, str]]:
    return [(row.kind, row.url) for row in unit.find_all(StaffChannelRow, by="id")]


def test_set_show_replace_and_take_away(vera: Terminal, in_store: InStore) -> None:
    assert "Vera: no other channel; alerts come by Telegram only." in vera.says("channel", "Vera")
    shown = vera.says("channel", "Vera", "json://127.0.0.1:9/s3cret")
    assert "Vera: webhook." in shown and "s3cret" not in shown
    assert "Vera: webhook." in vera.says("channel", "st1")
    shown = vera.says("channel", "Vera", "-", types="mailto://a:s3cret@gmail.com\nxml://127.0.0.1:9/s3cret\n")
    assert "email" in shown and "s3cret" not in shown
    assert sorted(kind for kind, _ in in_store(_kept)) == ["email", "webhook"]
    assert "webhook" in vera.says("staff")
    vera.says("channel", "Vera", "--none")
    assert in_store(_kept) == []
    audits = in_store(lambda unit: unit.find_all(AuditRow, verb="set_channels", by="id"))
    assert [row.detail for row in audits] == ["webhook", "email webhook", "none"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense://s3cret", "is no Apprise URL"),
        ("just-s3cret-words", "is no Apprise URL"),
        ("twilio://s3cret", "is no Apprise URL"),
        ("tgram://123456789:s3cret_hijklmnop/1234/", "leads to Telegram again"),
        ("syslog://s3cret", "only shows a message on the bot's own machine"),
    ],
)
def test_a_wrong_url_is_refused_when_it_is_set(vera: Terminal, in_store: InStore, url: str, why: str) -> None:
    shown = vera.says("channel", "Vera", "json://127.0.0.1:9/good", url, code=2)
    assert f"number 2 {why}" in shown and "Nothing was changed" in shown
    assert "s3cret" not in shown
    assert in_store(_kept) == []


def test_nobody_of_that_name_and_two_of_one(vera: Terminal, in_store: InStore) -> None:
    assert "Nobody on the staff list is 'Eve'" in vera.says("channel", "Eve", code=1)
    in_store(lambda unit: unit.insert(rows.staff(id="st2")))
    assert "Several people on the staff list are called 'Vera'" in vera.says("channel", "Vera", code=1)
    assert "Vera" in vera.says("channel", "st2")


def test_who_leaves_takes_her_channels_with_her(vera: Terminal, in_store: InStore) -> None:
    vera.says("channel", "Vera", "json://127.0.0.1:9/x")
    in_store(lambda unit: remove_staff(unit, rows.NOW, "test", active_staff(unit)[0].id))
    assert in_store(_kept) == []


def test_the_clinics_own_urls_are_looked_at_before_a_start(vera: Terminal) -> None:
    vera.set(ALERT_URLS="json://127.0.0.1:9/good nonsense://s3cret")
    shown = vera.says("staff", code=2)
    assert "ALERT_URLS: number 2 is no Apprise URL" in shown
    assert "s3cret" not in shown
    shown = vera.says("doctor", code=1)
    assert "✗ ALERT_URLS: number 2 is no Apprise URL" in shown
    assert "s3cret" not in shown


def test_the_doctor_without_channels_and_with_a_test(vera: Terminal, hook: Hook) -> None:
    assert "✗ other channels: none: alerts leave by Telegram only" in vera.says("doctor", code=1)
    vera.set(ALERT_URLS=hook.url())
    vera.says("channel", "Vera", hook.url("another-s3cret"))
    shown = vera.says("doctor", code=1)
    assert "✓ channel of Vera: webhook (not tried" in shown
    assert hook.came == []
    shown = vera.says("doctor", "--send-test", code=1)
    assert "✓ channel of the clinic: webhook: the test was accepted" in shown
    assert "✓ channel of Vera: webhook: the test was accepted" in shown
    assert "s3cret" not in shown
    assert [text.partition(":")[0] for text in hook.texts()] == ["Aftercare", "Aftercare"]
    hook.status = 403
    assert "✗ channel of Vera: webhook: the test was not accepted" in vera.says("doctor", "--send-test", code=1)
