"""Apprise behind its port: what is sent, what is refused, and that an address reaches no log."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.wiring.bells import LOGGERS, clinic_channels, kind_of, ring_by_apprise
from tests.support.hook import Hook, open_hook


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook on loopback."""
    with open_hook() as opened:
        yield opened


def test_it_rings(hook: Hook) -> None:
    assert ring_by_apprise(hook.url(), "Alarm", "Case K7M2") is True
    assert hook.texts() == ["Alarm | Case K7M2"]
    hook.status = 500
    assert ring_by_apprise(hook.url(), "Alarm", "Case K7M2") is False
    assert ring_by_apprise("nonsense://x", "Alarm", "Case K7M2") is False


def test_no_address_reaches_a_log(hook: Hook, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    hook.status = 500
    ring_by_apprise(hook.url(), "Alarm", "Case")
    ring_by_apprise("json://127.0.0.1:9/s3cret-path", "Alarm", "Case")
    ring_by_apprise("json://s3cret:s3cret@", "Alarm", "Case")
    assert "s3cret" not in caplog.text
    out, err = capfd.readouterr()
    assert "s3cret" not in out + err
    assert not [name for name in LOGGERS if logging.getLogger(name).propagate]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("json://127.0.0.1/x", "webhook"),
        ("mailto://a:b@gmail.com", "email"),
        ("pagerduty://intkey@apikey", "Pager Duty"),
        ("twilio://AC735c30364a2b4f3a9a1b2c3d4e5f6a7b:e29dfbcebf390dee9@+12345678901/+15551234567", "sms"),
        (
            "twilio://AC735c30364a2b4f3a9a1b2c3d4e5f6a7b:e29dfbcebf390dee9@+12345678901/+15551234567?method=call",
            "voice",
        ),
    ],
)
def test_kinds(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_the_clinics_urls_have_names_that_last_and_tell_nothing() -> None:
    first, second = clinic_channels("json://127.0.0.1/s3cret\n  xml://127.0.0.1/s3cret json://127.0.0.1/s3cret")
    assert first.id != second.id
    assert clinic_channels("xml://127.0.0.1/s3cret") == (second,)
    assert "s3cret" not in repr(first) + first.id
