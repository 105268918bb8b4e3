"""The open alerts at a glance, the most urgent first: what a board on the wall and the list in the console show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.level import Level
from bot.core.post.message import State
from bot.core.wording.alert_card import AlertFacts, Delivery
from bot.store.tables import AlertRow, OutboxRow, StaffRow
from bot.store.unit import Unit, fixed
from bot.usecases.alert_cards import NOT_ACCEPTED
from bot.usecases.clinic import Clinic

MOST = 200


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """One alert of the board. ``until`` is when the next act is due: to take it, then to speak to the patient.

    ``begins`` is the moment from which the time counts. ``until`` is None once the patient was spoken to.
    """

    id: str
    patient_id: str
    level: Level
    state: str
    facts: AlertFacts
    unconfirmed: bool
    begins: datetime
    until: datetime | None
    delivery: Delivery
    taken_by: str
    taken_at: datetime | None
    contacted_by: str
    contacted_at: datetime | None
    outcome: str
    doing: str

    @property
    def is_untaken(self) -> bool:
        """Does nobody have it yet?"""
        return self.state in ("sent", "seen")


def open_alerts(
    unit: Unit, clinic: Clinic, now: datetime, language: str, *, patient_id: str = ""
) -> tuple[OpenAlert, ...]:
    """Every open alert (or that of one patient), in three queries however many there are."""
    whose = (AlertRow.patient_id == patient_id,) if patient_id else ()
    rows = unit.many(AlertRow, *whose, col(AlertRow.state) != fixed("closed"), limit=MOST)
    return alerts_as_shown(unit, clinic, now, language, rows)


def alerts_as_shown(
    unit: Unit, clinic: Clinic, now: datetime, language: str, rows: Iterable[AlertRow]
) -> tuple[OpenAlert, ...]:
    """These alerts with names and deliveries, the most urgent first; those that nobody has before the others."""
    rows = tuple(rows)
    names = names_of(unit, (name for row in rows for name in (row.taken_by, row.contacted_by)))
    told = _deliveries(unit, now, [row.advice_id for row in rows if row.advice_id is not None])
    found = []
    for row in rows:
        level = Level(row.level)
        is_taken = row.state not in ("sent", "seen")
        within = clinic.policy.contact_within(level) if is_taken else clinic.policy.acknowledge_within(level)
        found.append(
            OpenAlert(
                id=row.id,
                patient_id=row.patient_id,
                level=level,
                state=row.state,
                facts=AlertFacts.model_validate_json(row.card).read_in(language),
                unconfirmed=row.unconfirmed,
                begins=row.level_at,
                until=row.level_at + within if row.state not in ("contacted", "closed") else None,
                delivery=told.get(row.advice_id or 0, Delivery.UNKNOWN),
                taken_by=names.get(row.taken_by or "", ""),
                taken_at=row.taken_at,
                contacted_by=names.get(row.contacted_by or "", ""),
                contacted_at=row.contacted_at,
                outcome=row.outcome,
                doing=row.doing,
            )
        )
    found.sort(key=lambda each: (-each.level.severity, not each.is_untaken, each.begins, each.id))
    return tuple(found)


def names_of(unit: Unit, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of these members of staff, also of those who left, by one query."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    return {row.id: row.name for row in unit.many(StaffRow, col(StaffRow.id).in_(sorted(wanted)))}


def _deliveries(unit: Unit, now: datetime, ids: list[int]) -> dict[int, Delivery]:
    """What is known of each advice, as :func:`bot.usecases.alert_cards.delivery_of` says it of one."""
    if not ids:
        return {}
    rows = unit.many(OutboxRow, col(OutboxRow.id).in_(sorted(ids)))
    return {row.id: delivery(row, now) for row in rows if row.id is not None}


def delivery(row: OutboxRow, now: datetime, patience: timedelta = NOT_ACCEPTED) -> Delivery:
    """What is known of a message to a patient."""
    match State(row.state):
        case State.SENT:
            return Delivery.DELIVERED
        case State.PENDING | State.SENDING:
            return Delivery.NOT_DELIVERED if now - row.made_at >= patience else Delivery.ON_THE_WAY
        case State.REFUSED | State.DROPPED:
            return Delivery.NOT_DELIVERED
        case State.UNKNOWN:
            return Delivery.UNKNOWN
