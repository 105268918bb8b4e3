"""kill -9 of the real process in the middle of a check-in, an alert and a delivery, and SIGTERM: nothing lost."""

from pathlib import Path

import pytest

from bot.emulator import Fault, FaultKind
from bot.store.tables import AnswerRow, OutboxRow, RunRow
from bot.wiring.flows import Flows
from tests.support.process import town

pytestmark = pytest.mark.process

NONE = "✔️ None of these"
BREATHE = "▫️ Hard to breathe, or lips, tongue or throat swelling"


async def test_killed_three_times(sqlite_url: str, fresh_folder: Path, flows: Flows) -> None:
    async with town(sqlite_url, fresh_folder, flows) as place:
        ana, bea = await place.patients(2)
        world = place.world

        # In the middle of a check-in: what she pressed while nothing ran is taken, and each question comes once.
        first = await place.start()
        ana.type("/worse")
        await place.until(lambda: place.texts(ana, "Hard to breathe"))
        await first.kill()
        ana.press(NONE)
        second = await place.start()
        await place.until(lambda: len(place.texts(ana)) >= 2)
        asked = [message.text.partition("\n")[0] for message in place.texts(ana)]
        assert len(asked) == 2

        # In the middle of an alert: her advice was sent, and the group's card hangs on the line.
        bea.type("/worse")
        await place.until(lambda: place.texts(bea, "Hard to breathe"))
        world.faults.add(Fault(FaultKind.HANG_BEFORE, method="sendMessage", chat_id=place.group.id))
        world.faults.add(Fault(FaultKind.HANG_AFTER, method="sendMessage", chat_id=bea.id))
        bea.press(BREATHE)
        await place.until(lambda: place.texts(bea, "Call 112 now") and world.faults.fired[FaultKind.HANG_BEFORE])
        await second.kill()
        assert not place.group.messages() or all("D1" not in message.text for message in place.group.messages())
        third = await place.start()
        await place.until(lambda: any("EMERGENCY (D1)" in message.text for message in place.group.messages()))
        await place.until(lambda: place.texts(bea, "What are you doing now?"))
        assert 1 <= len(place.texts(bea, "Call 112 now")) <= 2, "twice beats never, and never three times"
        assert len(place.texts(bea, "What are you doing now?")) == 1
        await place.until(lambda: place.texts(place.doctor, "EMERGENCY (D1)"))
        assert len(place.texts(place.doctor, "EMERGENCY (D1)")) <= 2

        # SIGTERM in the middle of a delivery: it is finished, and the process ends well.
        world.faults.clear()
        world.faults.add(Fault(FaultKind.SLOW, method="sendMessage", chat_id=bea.id, seconds=0.5))
        bea.press("Calling now")
        await place.until(lambda: world.faults.fired[FaultKind.SLOW])
        assert await third.stop() == 0, third.output.read_text()
        assert len(place.texts(bea, "We will check on you again soon")) == 1

        def left(unit: object) -> tuple[int, int, int]:
            return (
                unit.count(OutboxRow, OutboxRow.state == "sending"),  # type: ignore[attr-defined]
                unit.count(AnswerRow),  # type: ignore[attr-defined]
                unit.count(RunRow),  # type: ignore[attr-defined]
            )

        assert await place.office.store.look(left) == (0, 3, 2)
        assert "Ana" not in third.output.read_text(), "no patient in the logs"
