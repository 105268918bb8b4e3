"""Ring the other channels of an alert: write the calls in the transaction of their cause, claim them, settle them.

The words hold no clinical text, no name and no number of a patient: SMS, e-mail and webhooks are not ours to guard.
"""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from bot.core.level import Level
from bot.core.wording.alert_card import Delivery
from bot.store.tables import AlertLogRow, AlertRow, ChannelCallRow, PatientRow, StaffChannelRow, StaffRow
from bot.store.unit import Unit, fixed, table_of
from bot.usecases.alert_cards import delivery_of, refresh_cards
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit

log = logging.getLogger(__name__)

RINGING = ("sent", "seen")
"""The states of an alert in which nobody has taken it: only then is anybody rung."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=5)
PUT_OFF = timedelta(minutes=1)
ENDED = "the process ended"


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed call with its final words."""

    id: int
    channel_id: str
    title: str
    words: str
    url: str = field(repr=False)


def ring(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    alert: AlertRow,
    people: Iterable[str],
    cause: str,
    *,
    since: datetime | None = None,
) -> int:
    """Call the clinic's channels and those of these people (ids of staff), unless the alert is taken; how many are new.

    A call that waits for its next try is due at once instead. ``since``: a channel that was called for this alert from
    then on is left alone.
    """
    if alert.state not in RINGING or not Level(alert.level).is_red:
        return 0
    who = set(people)
    wanted = [(each.id, each.kind, cast(str | None, None)) for each in clinic.channels]
    wanted += [each for each in staff_channels(unit) if each[2] in who]
    known = unit.find_all(ChannelCallRow, alert_id=alert.id) if wanted else []
    made = 0
    for channel_id, kind, staff_id in wanted:
        calls = [call for call in known if call.channel_id == channel_id]
        waiting = [call for call in calls if call.state in ("pending", "sending")]
        if since is None:
            for call in waiting:
                if call.state == "pending" and call.due_at > now:
                    unit.change_one(ChannelCallRow, call.id, due_at=now)
        if waiting or (since is not None and any(call.made_at >= since for call in calls)):
            continue
        made += unit.add_new(
            ChannelCallRow,
            alert_id=alert.id,
            channel_id=channel_id,
            staff_id=staff_id,
            kind=kind,
            cause=cause,
            made_at=now,
            due_at=now,
        )
    return made


def stop_ringing(unit: Unit, alert: AlertRow) -> None:
    """Somebody has taken the alert, or it is closed: what was not rung yet is not rung any more."""
    pending = (ChannelCallRow.alert_id == alert.id, ChannelCallRow.state == "pending")
    unit.change(ChannelCallRow, *pending, ChannelCallRow.tries > 0, state="failed")
    unit.change(ChannelCallRow, *pending, state="dropped")


def claim_calls(
    unit: Unit, clinic: Clinic, now: datetime, worker: str, lease_s: float, room: int, busy: Collection[str]
) -> list[Call]:
    """Take up to ``room`` calls that are due, one for each channel, none of a ``busy`` one; words are made here."""
    due = unit.many(
        ChannelCallRow,
        ChannelCallRow.state == fixed("pending"),
        ChannelCallRow.due_at <= now,
        col(ChannelCallRow.channel_id).not_in(busy),
        order_by=(ChannelCallRow.due_at, ChannelCallRow.id),
        limit=room,
        skip_locked=True,
    )
    calls: dict[str, Call] = {}
    for row in due:
        if row.channel_id in calls:
            continue

        def claim(row: ChannelCallRow = row) -> None:
            call = _claimed(unit, clinic, now, row)
            if call is not None:
                lease = now + timedelta(seconds=lease_s)
                unit.change_one(ChannelCallRow, row.id, state="sending", worker=worker, lease_until=lease)
                calls[row.channel_id] = call

        if not survives(unit, claim):
            unit.change_one(ChannelCallRow, row.id, due_at=now + PUT_OFF, error="could not be prepared")
    return list(calls.values())


def _claimed(unit: Unit, clinic: Clinic, now: datetime, row: ChannelCallRow) -> Call | None:
    """The call with its words; None for one that nobody needs any more, or whose channel is gone."""
    alert = unit.get(AlertRow, row.alert_id)
    if alert.state not in RINGING:
        unit.change_one(ChannelCallRow, row.id, state="failed" if row.tries else "dropped")
        return None
    url = _url(unit, clinic, row)
    if url is None:
        _log(unit, now, row, "channel_failed")
        unit.change_one(ChannelCallRow, row.id, state="failed", tried_at=now, error="the channel was removed")
        return None
    title, words = _words(unit, clinic, now, alert, row)
    return Call(cast(int, row.id), row.channel_id, title, words, url)


def survives(unit: Unit, work: Callable[[], object]) -> bool:
    """Do it in a savepoint of its own: what one row raises must keep no other from ringing. False when it raised."""
    try:
        with unit.savepoint():
            work()
    except OperationalError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("a call failed: %s at %s:%s", type(error).__name__, place.filename.rpartition("/")[2], place.lineno)
        return False
    return True


def staff_channels(unit: Unit) -> list[tuple[str, str, str | None]]:
    """Id, kind and owner of every channel of staff. The URLs stay sealed: one that does not open must stop no alert."""
    table = table_of(StaffChannelRow)
    found = unit.connection.execute(select(table.c.id, table.c.kind, table.c.staff_id).order_by(table.c.id))
    return [(row.id, row.kind, row.staff_id) for row in found]


def settle_call(unit: Unit, clinic: Clinic, now: datetime, call_id: int, error: str) -> None:
    """Write what became of a call ("" is well): the timeline, the audit trail, the cards, and the next try."""
    row = unit.find(ChannelCallRow, id=call_id, lock=True)
    if row is None or row.state != "sending":
        return
    alert = unit.get(AlertRow, row.alert_id)
    row.tries += 1
    if not error:
        state, due_at = "done", row.due_at
    elif alert.state in RINGING:
        state, due_at = "pending", now + min(FIRST_PAUSE * 2 ** min(row.tries - 1, 8), LONGEST_PAUSE)
    else:
        state, due_at = "failed", row.due_at
    unit.change_one(
        ChannelCallRow,
        call_id,
        state=state,
        due_at=due_at,
        tries=row.tries,
        tried_at=now,
        done_at=None if error else now,
        lease_until=None,
        error=error,
    )
    _log(unit, now, row, "channel_failed" if error else "channel_sent")
    if not error or row.tries == 1:  # the card says "failed" from the first time on; more edits would say no more
        refresh_cards(unit, clinic, now, alert)


def calls_left_behind(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Settle the calls whose process ended under way: they are tried again, since twice beats never."""
    left = unit.many(
        ChannelCallRow,
        ChannelCallRow.state == fixed("sending"),
        col(ChannelCallRow.lease_until) <= now,
        skip_locked=True,
    )
    for row in left:
        settle_call(unit, clinic, now, cast(int, row.id), ENDED)
    return len(left)


def _url(unit: Unit, clinic: Clinic, row: ChannelCallRow) -> str | None:
    if row.staff_id is None:
        return next((each.url for each in clinic.channels if each.id == row.channel_id), None)
    channel = unit.find(StaffChannelRow, id=row.channel_id)
    return channel.url if channel else None


def _words(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, row: ChannelCallRow) -> tuple[str, str]:
    """Title and words in the language of whoever is rung: the level, the case code, the wait, and what to do."""
    person = unit.find(StaffRow, id=row.staff_id) if row.staff_id else None
    ui = clinic.ui(person.language if person else clinic.facts.language)
    level = ui.plain(f"channel.level.{alert.level}")
    code = unit.get(PatientRow, alert.patient_id).case_code
    minutes = int((now - alert.level_at).total_seconds() // 60)
    said = [ui.plain("channel.case", level=level, code=code)]
    said.append(ui.plain("channel.waits", minutes=minutes) if minutes else ui.plain("channel.new"))
    delivery = delivery_of(unit, alert, now)[0]
    if delivery is Delivery.NOT_DELIVERED or (delivery is Delivery.UNKNOWN and alert.advice_id is not None):
        said.append(ui.plain("channel.not_delivered"))
    said.append(ui.plain("channel.open"))
    return ui.plain("channel.title", level=level), " ".join(said)


def _log(unit: Unit, now: datetime, row: ChannelCallRow, what: str) -> None:
    who = row.staff_id or "clinic"
    unit.add(AlertLogRow, alert_id=row.alert_id, at=now, what=what, who=who, detail=row.kind)
    audit(unit, now, "bot", what, f"alert:{row.alert_id}", f"{row.channel_id} {who} {row.kind} {row.cause}")
