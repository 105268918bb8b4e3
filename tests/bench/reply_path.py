"""Press to next question: one patient at a time, and fifty at once with 80 ms a Telegram call."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import uvloop

from bot.core.flow.model import Script
from bot.emulator import Phone, Press
from tests.bench.patient import all_asked, leads_on, press_well
from tests.bench.result import Result, Row, ms, p50, p99, times
from tests.bench.seed import PROCEDURE, add_patients, open_clinic
from tests.bench.settings import BenchSettings
from tests.bench.town import NO_LIMIT, Town, answered, people, running, start_echo, start_product, town

NAME = "reply_path"
PAUSE = 0.015
"""Between two presses: the bot finishes what it does beside the question."""
AT_ONCE = 50
CALL_S = 0.080
CROWDS = 4
WARM_UP = 20


def run(settings: BenchSettings) -> Result:
    """The product beside the echo, in interleaved rounds."""
    return uvloop.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    script = settings.flows.scripts[PROCEDURE]
    url = f"sqlite:///{settings.folder}/reply.sqlite3"
    async with town() as ours, town("7000000002:token-of-the-echo") as theirs:
        clinic = people(ours, AT_ONCE * CROWDS)
        phones = list(clinic.patients)
        store = await open_clinic(url, settings.flows, staff=[phone.id for phone in clinic.staff])
        await add_patients(store, settings.flows, [phone.id for phone in phones], [datetime.now(UTC)] * len(phones))
        await store.close()
        echoed = [theirs.world.user() for _ in phones]
        product = await start_product(
            ours, url, clinic.group.id, MESSAGES_PER_SECOND=NO_LIMIT, BULK_PER_SECOND=NO_LIMIT
        )
        async with running(product), running(await start_echo(theirs)) as peer:
            await all_asked(ours, phones)
            for phone in echoed:
                phone.start()
            await theirs.world.until(lambda: len(theirs.delivered) >= len(echoed), 60)
            cpu = product.cpu_s(), peer.cpu_s()
            ours_one, theirs_one = await _one_by_one(settings, script, ours, phones, theirs, echoed)
            spent = (
                (product.cpu_s() - cpu[0]) / (len(ours_one) + WARM_UP),
                (peer.cpu_s() - cpu[1]) / (len(theirs_one) + WARM_UP),
            )
            ours.world.delay_ms = theirs.world.delay_ms = CALL_S * 1000
            ours_many, theirs_many = await _crowds(settings, script, ours, phones, theirs, echoed)
    return _result(ours_one, theirs_one, ours_many, theirs_many, spent)


async def _one_by_one(
    settings: BenchSettings, script: Script, ours: Town, phones: list[Phone], theirs: Town, echoed: list[Phone]
) -> tuple[list[float], list[float]]:
    """Patients in turn, so that none comes near the rate of one chat; ours and theirs in rounds of 20 presses."""
    product: list[float] = []
    echo: list[float] = []
    for number in range(settings.pick(15, 40)):
        for place in range(20):
            at = (number * 20 + place) % len(phones)
            if leads_on(script, phones[at]):
                product.append(await _press_ours(script, ours, phones[at]))
        turn = [echoed[(number * 20 + place) % len(echoed)] for place in range(20)]
        echo.extend([await _press_theirs(theirs, phone) for phone in turn])
    return product[WARM_UP:], echo[WARM_UP:]


async def _press_ours(script: Script, place: Town, phone: Phone) -> float:
    came = place.next_message(phone.id)
    began = time.perf_counter()
    press = press_well(script, phone)
    assert press is not None
    took = await came - began
    await answered(place, press)
    await asyncio.sleep(PAUSE)
    return took


async def _press_theirs(place: Town, phone: Phone) -> float:
    came = place.next_message(phone.id)
    began = time.perf_counter()
    press = phone.press("Next")
    took = await came - began
    await answered(place, press)
    await asyncio.sleep(PAUSE)
    return took


Crowd = tuple[float, list[float]]
"""How long until the last of a crowd had the next question, and how long each of them waited."""


async def _crowds(
    settings: BenchSettings, script: Script, ours: Town, phones: list[Phone], theirs: Town, echoed: list[Phone]
) -> tuple[list[Crowd], list[Crowd]]:
    product: list[Crowd] = []
    echo: list[Crowd] = []
    for number in range(settings.pick(4, 12)):
        ready = [phone for phone in phones if leads_on(script, phone)]
        at = number * AT_ONCE % max(len(ready) - AT_ONCE + 1, 1)
        product.append(await _crowd(ours, ready[at : at + AT_ONCE], lambda phone: press_well(script, phone)))
        if number < settings.pick(1, 2):
            echo.append(await _crowd(theirs, echoed[:AT_ONCE], lambda phone: phone.press("Next")))
        await asyncio.sleep(0.8)
    return product, echo


async def _crowd(place: Town, phones: list[Phone], press: Callable[[Phone], Press | None]) -> Crowd:
    coming = [place.next_message(phone.id) for phone in phones]
    began = time.perf_counter()
    pressed = [press(phone) for phone in phones]
    waits = [moment - began for moment in await asyncio.gather(*coming)]
    for each in pressed:
        if each is not None:
            await answered(place, each)
    return max(waits) if waits else 0.0, waits


def _result(
    one: list[float], echo: list[float], many: list[Crowd], echo_many: list[Crowd], cpu: tuple[float, float]
) -> Result:
    rows = []
    for name, figure in (("median", p50), ("99th percentile", p99)):
        ratio = figure(one) / figure(echo)
        rows.append(
            Row(
                f"one patient, {name}",
                ms(figure(one)),
                ms(figure(echo)),
                times(ratio),
                "at most 1.0x (aim 0.6x)",
                ratio <= 1.0,
            )
        )
    rows.append(Row("processor time a press, all told", ms(cpu[0]), ms(cpu[1]), times(cpu[0] / cpu[1])))
    rate = p50([len(waits) / took for took, waits in many])
    echo_rate = p50([len(waits) / took for took, waits in echo_many])
    rows.append(
        Row(
            f"{AT_ONCE} at once, {CALL_S * 1000:.0f} ms a call, presses/s",
            f"{rate:,.0f}/s",
            f"{echo_rate:,.1f}/s",
            times(rate / echo_rate),
            "at least 50x",
            rate / echo_rate >= 50,
        )
    )
    waits = [wait for _, each in many for wait in each]
    echo_waits = [wait for _, each in echo_many for wait in each]
    rows.append(
        Row(f"{AT_ONCE} at once, median", ms(p50(waits)), ms(p50(echo_waits)), times(p50(waits) / p50(echo_waits)))
    )
    rows.append(
        Row(
            f"{AT_ONCE} at once, 99th percentile",
            ms(p99(waits)),
            ms(p99(echo_waits)),
            times(p99(waits) / p99(echo_waits)),
            "at most 240 ms (three calls)",
            p99(waits) <= 3 * CALL_S,
        )
    )
    return Result(
        NAME,
        "A durable, checked answer is as fast as a bare echo, and many patients at once do not wait for each other.",
        rows,
        (
            f"{len(one)} presses of the product and {len(echo)} of the echo, in interleaved rounds of 20.",
            "Product: inbox and outbox committed with synchronous=FULL. Peer: Application with its defaults, long"
            " polling; it sends the next message first and answers the press then, which is its quickest order.",
            "Time from the press to the moment at which the emulator accepted the message, on the emulator's clock.",
        ),
    )
