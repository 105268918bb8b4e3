"""Red flags while 600 check-ins go out under Telegram's limits: when advice and alert are there, and no 429."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import uvloop

from bot.emulator import Phone
from tests.bench.patient import all_asked, press_red
from tests.bench.result import Result, Row, ms, p50
from tests.bench.seed import add_patients, open_clinic
from tests.bench.settings import BenchSettings
from tests.bench.town import Clinic, Town, people, running, start_product, town

NAME = "red_flag"
BULK_PER_S = 24
PUBLISHED_S = 23.3
SLACK_S = 1.0
BETWEEN_FLAGS = 1.9
AFTER_DUE = 0.3
"""The first one comes while the check-ins are still being opened."""


def run(settings: BenchSettings) -> Result:
    """One dispatch with red flags in it; the rates of Telegram are enforced."""
    return uvloop.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    bulk, flags = settings.pick(240, 600), settings.pick(5, 10)
    url = f"sqlite:///{settings.folder}/red.sqlite3"
    async with town() as place:
        clinic = people(place, bulk + flags)
        red, well = list(clinic.patients[:flags]), clinic.patients[flags:]
        place.world.rates.enabled = True
        store = await open_clinic(url, settings.flows, staff=[phone.id for phone in clinic.staff])
        now = datetime.now(UTC)
        due = now + timedelta(seconds=12)
        await add_patients(store, settings.flows, [phone.id for phone in clinic.patients], [now] * flags + [due] * bulk)
        await store.close()
        async with running(await start_product(place, url, clinic.group.id)):
            await all_asked(place, red)
            advice, alert, took = await _dispatch(place, clinic, red, well, due)
    ideal = bulk / BULK_PER_S
    return Result(
        NAME,
        "Bulk never delays a red flag, a dispatch ends when Telegram's limits let it, and no limit is broken.",
        (
            Row("advice, median", ms(p50(advice)), f"{PUBLISHED_S} s*", "", "at most 100 ms", p50(advice) <= 0.1),
            Row("advice, worst", ms(max(advice)), "25.5 s*", "", "at most 500 ms", max(advice) <= 0.5),
            Row("alert, median", ms(p50(alert)), "23.7 s*", "", "at most 100 ms", p50(alert) <= 0.1),
            Row("alert, worst", ms(max(alert)), "25.9 s*", "", "at most 500 ms", max(alert) <= 0.5),
            Row("429 answers", str(place.world.rates.refusals), "222*", "", "0", place.world.rates.refusals == 0),
            Row(
                f"{bulk} check-ins, from due to the last",
                ms(took),
                "",
                "",
                f"at most {ideal + SLACK_S:.1f} s (ideal {ideal:.1f} s at {BULK_PER_S}/s)",
                took <= ideal + SLACK_S,
            ),
        ),
        (
            f"{flags} patients press a red flag (breathing) one after the other while {bulk} check-ins go out;"
            " the emulator allows 30 messages a second, 1 a second in a chat (burst 3), 20 a minute in a group.",
            "Peer: python-telegram-bot's JobQueue with AIORateLimiter, as measured before on a machine of this kind"
            " (its rate limiter is not a dependency of this project); without it 2 of 10 got no answer.",
            "The first red flag comes 0.3 s after the check-ins fall due, while they are still being opened.",
        ),
    )


async def _dispatch(
    place: Town, clinic: Clinic, red: list[Phone], well: object, due: datetime
) -> tuple[list[float], list[float], float]:
    assert isinstance(well, list | tuple)
    lead = time.perf_counter() - time.time()
    due_at = due.timestamp() + lead
    await asyncio.sleep(max(0.0, due.timestamp() + AFTER_DUE - time.time()))
    advice, alert = [], []
    ids = {phone.id for phone in well}
    for phone in red:
        to_patient, to_staff = await _raise_flag(place, clinic, phone)
        advice.append(to_patient)
        alert.append(to_staff)
        await asyncio.sleep(BETWEEN_FLAGS)
    last = [place.next_message(phone.id) for phone in well if not place.to(phone.id)]
    await asyncio.wait_for(asyncio.gather(*last), 120)
    ends = [each.at for each in place.delivered if each.chat_id in ids]
    return advice, alert, max(ends) - due_at


async def _raise_flag(place: Town, clinic: Clinic, phone: Phone) -> tuple[float, float]:
    """Tap a red line; how long until the advice is in the chat, and the alert in that of the one on call."""
    advice, alert = place.next_message(phone.id), place.next_message(clinic.staff[0].id)
    began = time.perf_counter()
    press_red(phone)
    moments = await asyncio.wait_for(asyncio.gather(advice, alert), 60)
    return moments[0] - began, moments[1] - began
