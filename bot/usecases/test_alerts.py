"""Test alerts: a marked alarm that a person must press, and the proof that she hears alarms."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.errors import Gone, Refused
from bot.core.post.message import Body, Button, Priority
from bot.store.tables import StaffRow
from bot.store.tables_shifts import TestAlertRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit, post

PRESS_WITHIN = timedelta(minutes=10)
DUE_AT_ONCE = 20


def send_test(unit: Unit, clinic: Clinic, now: datetime, by: str, staff: StaffRow) -> TestAlertRow:
    """Send a test to a person, by the way of a real alarm. Errors: Refused for one whom the bot cannot write to."""
    if staff.chat_id is None or staff.removed_at is not None:
        raise Refused("testalert.not_started", name=staff.name)
    unit.change(TestAlertRow, TestAlertRow.staff_id == staff.id, col(TestAlertRow.due_at).is_not(None), due_at=None)
    row = TestAlertRow(id=clinic.new_id(), staff_id=staff.id, sent_by=by, sent_at=now, due_at=now + PRESS_WITHIN)
    unit.insert(row)
    ui = clinic.ui(staff.language)
    button = Button(label=ui.plain("testalert.button.seen"), data=f"te|{row.id}|seen")
    body = Body(text=ui.say("testalert.card"), html=True, buttons=((button,),))
    post(unit, now, staff.chat_id, body, Priority.ALERT, kind="test_alert")
    audit(unit, now, by, "send_test_alert", f"staff:{staff.id}")
    return row


def see_test(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, test_id: str) -> int:
    """ "I see it": kept, and whoever sent it is told. Returns the seconds it took. Errors: Gone; Refused for others."""
    row = unit.find(TestAlertRow, id=test_id, lock=True)
    if row is None:
        raise Gone(f"test alert {test_id}")
    if row.staff_id != staff.id:
        raise Refused("testalert.not_yours")
    if row.seen_at is None:
        row.seen_at = now
        unit.change_one(TestAlertRow, row.id, seen_at=now, due_at=None)
        audit(unit, now, staff.id, "see_test_alert", f"staff:{staff.id}", str(_seconds(row, now)))
        _tell_sender(unit, clinic, now, row, "testalert.was_seen", staff.name, _seconds(row, now))
    return _seconds(row, row.seen_at)


def tell_late_tests(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Who sent a test that nobody pressed within ten minutes is told; how many there were."""
    due = unit.many(TestAlertRow, TestAlertRow.due_at <= now, limit=DUE_AT_ONCE, skip_locked=True)  # type: ignore[operator]
    for row in due:
        unit.change_one(TestAlertRow, row.id, due_at=None)
        name = unit.get(StaffRow, row.staff_id).name
        _tell_sender(unit, clinic, now, row, "testalert.not_seen", name, int(PRESS_WITHIN.total_seconds()))
    return len(due)


def passed(unit: Unit, since: datetime) -> dict[str, datetime]:
    """Who pressed a test since then, and when last."""
    rows = unit.many(TestAlertRow, TestAlertRow.seen_at >= since, order_by=TestAlertRow.seen_at)  # type: ignore[operator]
    return {row.staff_id: row.seen_at for row in rows if row.seen_at is not None}


def _seconds(row: TestAlertRow, at: datetime) -> int:
    return max(0, int((at - row.sent_at).total_seconds()))


def _tell_sender(
    unit: Unit, clinic: Clinic, now: datetime, row: TestAlertRow, key: str, name: str, seconds: int
) -> None:
    """The sender reads the result, unless she tested herself or sent it from the command line."""
    sender = unit.find(StaffRow, id=row.sent_by)
    if sender is None or sender.chat_id is None or sender.removed_at is not None or sender.id == row.staff_id:
        return
    text = clinic.ui(sender.language).say(key, name=name, seconds=seconds, minutes=seconds // 60)
    post(unit, now, sender.chat_id, Body(text=text, html=True), Priority.ANSWER, kind="staff_reply")
