"""Debug."""
from tests.support.process import town, SECRET, free_port
from bot.store.tables import InboxRow, OutboxRow, RunRow, PatientRow
import asyncio
async def test_x(sqlite_url, fresh_folder, flows):
    async with town(sqlite_url, fresh_folder, flows) as place:
        (ana,) = await place.patients(1)
        await place.start()
        ana.type("/worse")
        await asyncio.sleep(4)
        for T in (InboxRow, OutboxRow, RunRow, PatientRow):
            print(await place.office.store.look(lambda unit: unit.many(T)))
        print([(c.method, c.params.get("chat_id"), c.error) for c in place.world.calls])
        for p in place.processes: print(p.output.read_text())
