"""Fills a database with a clinic: staff on call, patients who take part, and check-ins that are due when wanted."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.store import migrate
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import CheckInRow, PatientRow, SessionRow, ShiftRow, StaffRow
from bot.store.tables_shifts import CoverWatchRow
from bot.store.unit import table_of
from bot.usecases.publish import publish_scripts
from bot.wiring.flows import Flows

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ZONE = "Europe/Madrid"
PROCEDURE = "face"
STEP = "c3"
BATCH = 10_000


def store_of(url: str) -> Store:
    """The database, with the benchmarks' key."""
    return Store(url, Keyring.from_text(KEY))


async def open_clinic(url: str, flows: Flows, *, staff: Sequence[int]) -> Store:
    """Migrate an empty database, publish the scripts, and put ``staff`` (Telegram ids) on call: first, second."""
    await asyncio.to_thread(migrate.upgrade, url)
    store = store_of(url)
    now = datetime.now(UTC)
    await store.run(lambda unit: publish_scripts(unit, now, flows.scripts, flows.floor_hash, "bench"))
    people = [
        StaffRow(id=f"st{number}", name=f"Dr. {number}", role="clinician", chat_id=chat, added_at=now)
        for number, chat in enumerate(staff)
    ]
    shifts = [
        ShiftRow(id=f"sh{number}", staff_id=f"st{number}", rank=number + 1, starts_at=now - timedelta(days=1))
        for number in range(min(len(staff), 2))
    ]
    await store.run(lambda unit: unit.insert_all(people))
    await store.run(lambda unit: unit.insert_all(shifts))
    # Nobody of the bench has passed a test alert: what is told of that would go to a Telegram that is not there.
    put_off = CoverWatchRow(name="cover", next_at=now + timedelta(days=3650))
    await store.run(lambda unit: unit.insert(put_off))
    return store


async def add_patients(store: Store, flows: Flows, chats: Iterable[int | None], due: Iterable[datetime]) -> int:
    """Patients treated a day ago, each with one planned check-in at her ``due``; how many."""
    now = datetime.now(UTC)
    revision = flows.scripts[PROCEDURE].revision
    sets = " ".join(_sets(flows))
    count = 0
    people = zip(chats, due, strict=False)
    while batch := list(islice(people, BATCH)):
        patients: list[SQLModel] = []
        sessions: list[SQLModel] = []
        check_ins: list[SQLModel] = []
        for chat, moment in batch:
            key = f"{id(store) % 1296:x}{count:08d}"
            count += 1
            patients.append(
                PatientRow(
                    id=f"p{key}",
                    case_code=key[-8:],
                    name="Ana Ruiz",
                    birth_date="1985-04-23",
                    phone="+34600123456",
                    zone=ZONE,
                    chat_id=chat,
                    stage="active",
                    consented_at=now,
                    made_at=now,
                )
            )
            sessions.append(
                SessionRow(
                    id=f"s{key}",
                    patient_id=f"p{key}",
                    course_id=f"c{key}",
                    procedure=PROCEDURE,
                    t0=now - timedelta(hours=24),
                    sites="cheek",
                    injector_id="st0",
                    revision=revision,
                    made_at=now,
                )
            )
            check_ins.append(
                CheckInRow(
                    id=f"k{key}",
                    patient_id=f"p{key}",
                    session_id=f"s{key}",
                    step=STEP,
                    sets=sets,
                    due_at=moment,
                    local_due=moment.isoformat(timespec="minutes"),
                    zone=ZONE,
                )
            )
        for rows in (patients, sessions, check_ins):
            await store.run(lambda unit, rows=rows: unit.insert_all(rows))  # type: ignore[misc]
    return count


async def add_future_check_ins(store: Store, flows: Flows, count: int) -> float:
    """``count`` planned check-ins of the coming year for 1,000 patients, by executemany; seconds a row."""
    now = datetime.now(UTC)
    people = min(count, 1000)
    far = now + timedelta(days=400)
    await add_patients(store, flows, [None] * people, [far] * people)
    known = await store.look(lambda unit: unit.many(CheckInRow))
    each, sets = table_of(CheckInRow), " ".join(_sets(flows))
    began = asyncio.get_running_loop().time()
    rows = _future(known, count - people, now, sets)
    while batch := list(islice(rows, BATCH)):
        await store.run(lambda unit, batch=batch: unit.connection.execute(insert(each), batch))  # type: ignore[misc]
    return (asyncio.get_running_loop().time() - began) / max(count - people, 1)


def _future(known: Sequence[CheckInRow], count: int, now: datetime, sets: str) -> Iterator[dict[str, Any]]:
    for number in range(count):
        whose = known[number % len(known)]
        due = now + timedelta(days=1, seconds=number * 30_000_000 // count)
        yield {
            "id": f"f{number:09d}",
            "patient_id": whose.patient_id,
            "session_id": whose.session_id,
            "kind": "planned",
            "step": "later",
            "occurrence": number // len(known),
            "sets": sets,
            "due_at": due,
            "local_due": "",
            "zone": ZONE,
            "state": "planned",
            "reason": "",
        }


def _sets(flows: Flows) -> tuple[str, ...]:
    entry = flows.scripts[PROCEDURE].plan.check_in(STEP)
    assert entry is not None
    return entry.sets
