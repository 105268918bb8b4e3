"""Two real processes on one PostgreSQL: each press counts once, in order, each message once, and one of them polls."""

from collections import Counter
from pathlib import Path

import pytest

from bot.store.tables import AnswerRow, LeaseRow, OutboxRow
from bot.wiring.flows import Flows
from tests.support.process import town

pytestmark = [pytest.mark.process, pytest.mark.postgres]

PATIENTS = 40
NONE = "✔️ None of these"


async def test_forty_patients_at_once(postgres_url: str, fresh_folder: Path, flows: Flows) -> None:
    async with town(postgres_url, fresh_folder, flows) as place:
        patients = await place.patients(PATIENTS)
        first = await place.start("worker")
        second = await place.start("worker")
        store, world = place.office.store, place.world
        for phone in patients:
            phone.type("/worse")
        await place.until(lambda: all(place.texts(phone, "Hard to breathe") for phone in patients))
        questions = {phone.id: place.texts(phone)[-1] for phone in patients}
        for phone in patients:
            # Twice, and words in between: they must come out in this order.
            phone.press(NONE, questions[phone.id])
            phone.press(NONE, questions[phone.id])
            phone.type("how much is the next session?")
        await place.until(lambda: all(len(place.texts(phone)) >= 4 for phone in patients))
        await place.until(lambda: all(press.answer for press in world.presses.values()))
        answers = await store.look(lambda unit: unit.many(AnswerRow))
        assert Counter(answer.patient_id for answer in answers) == Counter({answer.patient_id: 1 for answer in answers})
        assert len(answers) == PATIENTS
        for phone in patients:
            texts = [message.text for message in place.texts(phone)]
            assert texts[0].startswith("✓ Emergency signs: None of these")
            assert [("our team will read this" in text) for text in texts] == [False, False, True, False], texts
            assert texts[1].partition("\n")[0] == texts[3].partition("\n")[0], "the open question is asked again"

        # One of them polls; when it goes, the other goes on.
        (lease,) = await store.look(lambda unit: unit.many(LeaseRow, LeaseRow.name == "polling"))
        holder = first if lease.holder.endswith(f"-{first.process.pid}") else second
        other = second if holder is first else first
        assert not [call for call in world.calls if call.method == "getUpdates" and call.error]
        assert await holder.stop() == 0, holder.output.read_text()
        patients[0].type("/next")
        await place.until(lambda: place.texts(patients[0], "next check-in", "No more check-ins"))
        (lease,) = await store.look(lambda unit: unit.many(LeaseRow, LeaseRow.name == "polling"))
        assert lease.holder.endswith(f"-{other.process.pid}")
        assert await other.stop() == 0, other.output.read_text()
        rows = await store.look(lambda unit: unit.many(OutboxRow, OutboxRow.method == "send"))
        assert max(row.sends for row in rows) == 1
        assert {row.sends for row in rows if row.chat_id > 0} == {1}, "only the group's pace makes anybody wait"
