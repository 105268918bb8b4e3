"""`invite`, `staff`, `remove-staff` and `rotate-keys`: the staff list from the command line."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store.crypto import new_key
from bot.usecases.people import active_staff
from bot.usecases.roster import join_staff
from tests.cli.conftest import KEY, Telegram, Terminal

InStore = Callable[[Callable[..., Any]], Any]


@pytest.mark.usefixtures("telegram")
def test_a_colleague_is_invited_joins_and_is_removed(configured: Terminal, in_store: InStore) -> None:
    shown = configured.says("invite", "Dr. Vega", "--role", "clinician", "--phone", "+34600000001")
    link = re.search(r"https://t\.me/(\w+)\?start=(s-[\w-]+)", shown)
    assert link is not None
    listed = configured.says("staff")
    assert "Dr. Vega" in listed
    assert "link not opened" in listed

    in_store(lambda unit: join_staff(unit, datetime.now(UTC), 42, link[2]))
    assert "yes" in configured.says("staff")

    (person,) = in_store(active_staff)
    gone = configured.says("remove-staff", person.id)
    assert "Dr. Vega is off the staff list" in gone
    assert "Nobody is on call" in gone
    assert "Nobody is on the staff list yet" in configured.says("staff")
    assert "Nobody on the staff list has the id" in configured.says("remove-staff", person.id, code=1)


def test_nobody_is_added_when_telegram_cannot_be_asked(configured: Terminal, in_store: InStore) -> None:
    shown = configured.says("invite", "Dr. Vega", "--role", "clinician", code=1)
    assert "could not be reached" in shown
    assert configured.settings["TELEGRAM_TOKEN"] not in shown
    assert in_store(active_staff) == []


def test_a_language_that_the_bot_does_not_speak_is_refused(configured: Terminal, telegram: Telegram) -> None:
    assert telegram.url
    shown = configured.says("invite", "Dr. Vega", "--role", "clinician", "--language", "tlh", code=2)
    assert "'tlh' is not one of" in shown


@pytest.mark.usefixtures("telegram")
def test_keys_are_rotated_until_the_old_one_is_not_needed(configured: Terminal) -> None:
    configured.says("invite", "Dr. Vega", "--role", "clinician")
    key = new_key()
    configured.set(ENCRYPTION_KEYS=f"{key},{KEY}")
    assert "1 rows were sealed again" in configured.says("rotate-keys")
    assert "0 rows" in configured.says("rotate-keys")
    configured.set(ENCRYPTION_KEYS=key)
    assert "Dr. Vega" in configured.says("staff")
    configured.set(ENCRYPTION_KEYS=KEY)
    assert "not among the encryption keys" in configured.says("staff", code=2)
