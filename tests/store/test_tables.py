"""The tables state the lifecycles: every constraint refuses what it is there for, on both databases."""

from typing import Any

import pytest
from sqlalchemy import CheckConstraint, DateTime
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.core.errors import Conflict
from bot.store.engine import Store
from bot.store.tables import TABLES
from bot.store.unit import Unit
from tests.support import rows

CLOSED = {"state": "closed", "next_at": None, "closed_by": "st1", "closed_reason": "well"}

BROKEN: dict[str, dict[str, Any]] = {
    "ck_staff_role": {"role": "king"},
    "ck_shift_rank": {"rank": 4},
    "ck_rota_rank": {"rank": 4},
    "ck_rota_weekday": {"weekday": 7},
    "ck_holiday_order": {"last_day": "2026-12-24"},
    "ck_swap_state": {"state": "lost"},
    "ck_swap_rank": {"rank": 4},
    "ck_swap_order": {"ends_at": rows.NOW},
    "ck_swap_back": {"back_ends_at": rows.NOW},
    "ck_swap_two": {"to_id": "st1"},
    "ck_shift_order": {"ends_at": rows.NOW},
    "ck_invitation_kind": {"kind": "stranger"},
    "ck_patient_stage": {"stage": "lost"},
    "ck_patient_checkin_hour": {"checkin_hour": 7},
    "ck_approval_role": {"role": "reception"},
    "ck_approval_reason": {"reason": ""},
    "ck_recall_reason": {"reason": ""},
    "ck_recall_to_revision": {"to_revision": "rev1"},
    "ck_session_state": {"state": "lost"},
    "ck_checkin_kind": {"kind": "surprise"},
    "ck_checkin_state": {"state": "lost"},
    "ck_checkin_merged": {"state": "merged"},
    "ck_next_session_state": {"state": "lost"},
    "ck_run_state": {"state": "lost"},
    "ck_run_level": {"level": "D6"},
    "ck_alert_level": {"level": "D5"},
    "ck_alert_state": {"state": "lost"},
    "ck_alert_never_dies": {"next_at": None},
    "ck_alert_closed_by": CLOSED | {"closed_reason": ""},
    "ck_alert_taken_by": {"state": "taken"},
    "ck_channel_call_state": {"state": "lost"},
    "ck_channel_call_cause": {"cause": "whim"},
    "ck_channel_call_sending": {"state": "sending"},
    "ck_channel_call_done": {"state": "done"},
    "ck_task_kind": {"kind": "dream"},
    "ck_task_done_by": {"done_at": rows.NOW},
    "ck_photo_state": {"state": "lost"},
    "ck_photo_waiting": {"next_at": None},
    "ck_photo_why": {"state": "refused"},
    "ck_topic_state": {"state": "gone"},
    "ck_topic_thread_id": {"thread_id": None},
    "ck_topic_lost_at": {"state": "lost"},
    "ck_inbox_state": {"state": "lost"},
    "ck_outbox_state": {"state": "lost"},
    "ck_outbox_method": {"method": "whisper"},
    "ck_outbox_priority": {"priority": 6},
    "ck_outbox_sending": {"state": "sending"},
    "ck_outbox_pending": {"due_at": None},
    "ck_confirmation_confirmed_by": {"confirmed_at": rows.NOW},
    "ck_canary_stage": {"stage": "lost", "ended_at": rows.NOW},
    "ck_canary_ended": {"stage": "seen"},
    "ck_console_link_order": {"expires_at": rows.NOW},
    "ck_console_session_state": {"state": "lost"},
    "ck_console_session_ended": {"state": "ended"},
}
"""For every CHECK, values that break it and nothing else."""


def all_checks() -> dict[str, str]:
    """The table of every CHECK constraint, by the constraint's name."""
    return {
        str(constraint.name): table.name
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_every_check_has_its_case() -> None:
    assert set(BROKEN) == set(all_checks())


def test_every_table_has_its_builder() -> None:
    assert set(rows.BUILDERS) == set(TABLES) == set(SQLModel.metadata.tables)


def test_every_time_is_aware() -> None:
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime | UTCDateTime):
                assert isinstance(column.type, UTCDateTime), f"{table.name}.{column.name}"


@pytest.mark.parametrize("check", sorted(BROKEN))
async def test_check_refuses(any_store: Store, check: str) -> None:
    table = all_checks()[check]
    await any_store.run(lambda unit: rows.insert_family(unit, before=table))
    with pytest.raises(Conflict, match=f"^{check}$"):
        await any_store.run(lambda unit: unit.insert(rows.BUILDERS[table](**BROKEN[check])))


async def test_every_builder_makes_a_row_that_is_accepted(any_store: Store) -> None:
    def work(unit: Unit) -> None:
        rows.insert_family(unit)
        unit.insert(rows.staff(id="st2"))  # a swap is between two
        for name, builder in rows.BUILDERS.items():
            row = builder()
            if name not in rows.FAMILY:
                unit.insert(row)
            found = unit.first(type(row))
            assert found is not None
            assert found.model_dump() == row.model_dump(), name

    await any_store.run(work)


async def test_a_closed_alert_lets_the_next_one_in(any_store: Store) -> None:
    await any_store.run(rows.insert_family)
    with pytest.raises(Conflict, match=r"^uq_alert_open_patient$"):
        await any_store.run(lambda unit: unit.insert(rows.alert(id="a2")))
    await any_store.run(lambda unit: unit.insert(rows.alert(id="a2", **CLOSED)))


async def test_one_open_run_for_each_patient(any_store: Store) -> None:
    await any_store.run(rows.insert_family)
    with pytest.raises(Conflict, match=r"^uq_run_open_patient$"):
        await any_store.run(lambda unit: unit.insert(rows.run(id="r2")))
    await any_store.run(lambda unit: unit.insert(rows.run(id="r2", state="ended")))


async def test_numbers_of_messages_never_come_back(any_store: Store) -> None:
    first = rows.outbox()
    await any_store.run(lambda unit: unit.insert(first))
    await any_store.run(lambda unit: unit.remove(type(first)))
    second = rows.outbox()
    await any_store.run(lambda unit: unit.insert(second))
    assert first.id is not None
    assert second.id is not None
    assert second.id > first.id
