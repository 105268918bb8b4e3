"""The flood limits: off unless wanted, then 429 with the time to wait."""

import pytest

from bot.emulator import Clock, Phone, World
from bot.emulator.errors import Refused
from bot.emulator.rates import Rates
from tests.emulator.conftest import Call


def sent_at_once(rates: Rates, chat_ids: list[int], *, is_group: bool = False) -> int:
    """How many messages go through before the first 429."""
    for number, chat_id in enumerate(chat_ids):
        try:
            rates.spend(chat_id, is_group=is_group)
        except Refused:
            return number
    return len(chat_ids)


def test_the_bot_sends_thirty_a_second(clock: Clock) -> None:
    rates = Rates(clock, enabled=True)
    assert sent_at_once(rates, list(range(100))) == 30
    clock.advance(0.5)
    assert sent_at_once(rates, list(range(100, 200))) == 15


def test_a_chat_takes_a_small_burst_and_then_one_a_second(clock: Clock) -> None:
    rates = Rates(clock, enabled=True)
    assert sent_at_once(rates, [1] * 10) == 3
    clock.advance(1)
    assert sent_at_once(rates, [1] * 10) == 1
    assert rates.refusals == 2


def test_a_group_takes_twenty_a_minute(clock: Clock) -> None:
    rates = Rates(clock, enabled=True)
    assert sent_at_once(rates, [-1] * 30, is_group=True) == 20
    clock.advance(60)
    assert sent_at_once(rates, [-1] * 30, is_group=True) == 20


def test_waiting_as_long_as_asked_is_enough(clock: Clock) -> None:
    rates = Rates(clock, enabled=True)
    sent_at_once(rates, [-1] * 20, is_group=True)
    with pytest.raises(Refused) as refused:
        rates.spend(-1, is_group=True, messages=5)
    clock.advance(refused.value.parameters["retry_after"])
    rates.spend(-1, is_group=True, messages=5)


async def test_only_methods_that_create_messages_count(world: World, ana: Phone, call: Call) -> None:
    world.rates.enabled = True
    for _ in range(5):
        assert (await call("sendChatAction", chat_id=ana.id, action="typing"))[0] == 200
    statuses = [(await call("sendMessage", chat_id=ana.id, text="x"))[0] for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert world.rates.refusals == 2
    assert len(ana.messages()) == 3


async def test_limits_are_off_by_default(ana: Phone, call: Call) -> None:
    assert {(await call("sendMessage", chat_id=ana.id, text="x"))[0] for _ in range(40)} == {200}
