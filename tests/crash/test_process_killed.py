"""`serve` is ended by SIGKILL or SIGTERM at random moments while patients report red flags: none is lost."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.emulator import Fault, FaultKind, Phone
from bot.wiring.flows import Flows
from tests.support.process import Town, town

pytestmark = pytest.mark.process

BREATHE = "▫️ Hard to breathe, or lips, tongue or throat swelling"
FAULTS = (FaultKind.CUT_AFTER, FaultKind.ERROR_BEFORE, FaultKind.HANG_AFTER)


async def test_killed_again_and_again(
    sqlite_url: str, fresh_folder: Path, flows: Flows, kills: int, chance: random.Random
) -> None:
    async with town(sqlite_url, fresh_folder, flows) as place:
        patients = await place.patients(kills)
        running = await place.start()
        for number, patient in enumerate(patients):
            patient.type("/worse")
            await _reads(place, patient, "Hard to breathe")
            place.world.faults.add(Fault(chance.choice(FAULTS), method="sendMessage"))
            patient.press(BREATHE)
            # A moment anywhere between the press and the last message of the alert.
            await _moment(place, chance.randrange(6))
            if number % 3 == 2:
                await running.stop()
            else:
                await running.kill()
            place.world.faults.clear()
            running = await place.start()
        for patient in patients:
            await _reads(place, patient, "Call 112 now")
        cards = [message.text for message in place.group.messages() if "EMERGENCY (D1)" in message.text]
        lost = [p.user.first_name for p in patients if not 1 <= len(place.texts(p, "Call 112 now")) <= 2]
        assert not lost, "advice came never, or three times"
        await place.until(
            lambda: sum("EMERGENCY (D1)" in message.text for message in place.group.messages()) >= len(patients)
        )
        assert len(cards) <= 2 * len(patients) + kills
        await running.stop()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        alerts = file.execute("SELECT COUNT(*) FROM alert WHERE level = 'D1'").fetchone()[0]
        assert alerts == len(patients), "each of them has one alert"
        assert file.execute("SELECT COUNT(*) FROM inbox WHERE state <> 'done'").fetchone() == (0,)
        assert file.execute("SELECT COUNT(*) FROM outbox WHERE state = 'sending'").fetchone() == (0,)


async def _reads(place: Town, patient: Phone, words: str) -> None:
    await place.until(lambda: place.texts(patient, words))


async def _moment(place: Town, calls: int) -> None:
    """Wait until so many more calls have reached Telegram, so that the end comes at another point each time."""
    before = len(place.world.calls)
    try:
        await place.world.until(lambda: len(place.world.calls) >= before + calls, 2)
    except TimeoutError:
        await asyncio.sleep(0)
