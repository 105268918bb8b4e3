"""What staff wait for: the digest of a clinic with 1,000 active patients, and /patients among 100,000."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.chat.staff import patients
from bot.chat.staff.reply import Asked
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.tables import AlertRow, CheckInRow, PolicyRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.digest import daily_words
from bot.usecases.week import week, week_words
from bot.wiring.app import build_clinic
from tests.bench.result import Result, Row, ms, p99
from tests.bench.seed import KEY, add_patients, open_clinic
from tests.bench.settings import BenchSettings

NAME = "lists"
ACTIVE, KNOWN = 1_000, 100_000
DIGEST_S, LIST_S = 2.0, 0.2


def run(settings: BenchSettings) -> Result:
    """On SQLite, in this process, with every name encrypted."""
    return asyncio.run(_run(settings))


async def _run(settings: BenchSettings) -> Result:
    clinic, now = _clinic(settings), datetime.now(UTC)
    store = await open_clinic(f"sqlite:///{settings.folder / 'lists.sqlite3'}", settings.flows, staff=[1, 2])
    try:
        await _thousand(store, settings, clinic, now)
        digest = await _best(
            store, settings, lambda unit: [daily_words(unit, clinic, now, language) for language in clinic.messages]
        )
        weekly = await _best(
            store, settings, lambda unit: week_words(clinic, week(unit, clinic, now - timedelta(days=7), now), "en")
        )
        rest = KNOWN - ACTIVE
        await add_patients(store, settings.flows, [None] * rest, [now + timedelta(days=30)] * rest)
        newest = await _best(store, settings, lambda unit: patients.run(_asked(unit, clinic, now), ""))
        code = await _best(store, settings, lambda unit: patients.run(_asked(unit, clinic, now), "0000ABCD"))
        name = await _best(store, settings, lambda unit: patients.run(_asked(unit, clinic, now), "zzz"))
    finally:
        await store.close()
    rows = [
        _row(
            f"the morning's digest of {ACTIVE:,} active patients, in {len(clinic.messages)} languages", digest, DIGEST_S
        ),
        _row("the figures of the week", weekly, DIGEST_S),
        _row(f"/patients among {KNOWN:,}", newest, LIST_S),
        _row(f"/patients CODE among {KNOWN:,}, a code that nobody has", code, LIST_S),
        _row(f"/patients NAME among {KNOWN:,}, a name that nobody has", name, LIST_S),
    ]
    notes = [f"A search by name reads the newest {patients.LOOKED_THROUGH:,} patients: names are encrypted."]
    return Result(
        NAME,
        "A nurse waits for no list: digest under 2 s, /patients under 200 ms (the slowest run counts).",
        rows,
        notes,
    )


def _row(what: str, seconds: list[float], goal: float) -> Row:
    return Row(what, ms(p99(seconds)), goal=f"under {ms(goal)}", met=max(seconds) < goal)


async def _best(store: Store, settings: BenchSettings, work: Callable[[Unit], object]) -> list[float]:
    """Seconds of each run, each in a transaction of its own."""
    found = []
    for _ in range(settings.pick(5, 20)):
        began = time.perf_counter()
        await store.run(work)
        found.append(time.perf_counter() - began)
    return found


async def _thousand(store: Store, settings: BenchSettings, clinic: Clinic, now: datetime) -> None:
    """Active patients, a check-in of each in the last day: a third silent; and fifty alerts of the night."""
    dues = [now - timedelta(minutes=number % 1400) for number in range(ACTIVE)]
    await add_patients(store, settings.flows, [None] * ACTIVE, dues)

    def work(unit: Unit) -> None:
        policy = clinic.policy
        unit.insert_new(PolicyRow(id=policy.revision, policy=policy.model_dump_json(), published_at=now))
        for number, row in enumerate(unit.many(CheckInRow)):
            state = ("done", "no_answer", "done")[number % 3]
            unit.change_one(CheckInRow, row.id, state=state, opened_at=row.due_at, ended_at=row.due_at)
            if number < 50:
                unit.insert(
                    AlertRow(
                        id=f"a{number:08d}",
                        patient_id=row.patient_id,
                        session_id=row.session_id,
                        level=("D1", "D2", "D3")[number % 3],
                        rules="BL",
                        policy=policy.revision,
                        raised_at=now - timedelta(hours=6),
                        level_at=now - timedelta(hours=6),
                        next_at=now + timedelta(hours=1),
                        card="{}",
                    )
                )

    await store.run(work)


def _asked(unit: Unit, clinic: Clinic, now: datetime) -> Asked:
    staff = unit.get(StaffRow, "st0")
    return Asked(unit, clinic, now, staff, staff.chat_id or 1, private=True)


def _clinic(settings: BenchSettings) -> Clinic:
    made = Settings(
        _env_file=None,
        telegram_token="7000000001:token-of-the-bench",
        encryption_keys=KEY,
        clinic_name="Clinic Sol",
        clinic_phone="+34 910 000 000",
        emergency_number="112",
        crisis_line="024",
        clinic_timezone="Europe/Madrid",
    )
    return build_clinic(made, settings.flows)
