"""Whom to tell: the people behind the words of the ladder, and the staff group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.alert.policy import Tell
from bot.core.cover.duty import Rank
from bot.core.errors import NotStaff
from bot.core.roles import CLINICAL
from bot.store.tables import PatientRow, PlaceRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.rota import rota_of

GROUP = "staff_group"
CARING = CLINICAL


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat that is told: a person's private chat, or the staff group (``staff_id`` empty)."""

    chat_id: int
    language: str
    staff_id: str = ""


def is_unproved(patient: PatientRow) -> bool:
    """Does nobody know yet whether the chat is the patient's? Then nothing of hers is shown there or done from there."""
    return patient.enrolling in ("birth_date", "name") or (
        patient.stage in ("invited", "consenting") and patient.enrolling in ("", "language", "consent")
    )


def staff_by_chat(unit: Unit, chat_id: int) -> StaffRow | None:
    """The active member of staff with this Telegram user id, or None."""
    return unit.find(StaffRow, chat_id=chat_id, removed_at=None)


def require_staff(unit: Unit, user_id: int) -> StaffRow:
    """The member of staff who acts. Errors: NotStaff for everybody else."""
    staff = staff_by_chat(unit, user_id)
    if staff is None:
        raise NotStaff("staff.unknown")
    return staff


def group_chat(unit: Unit, clinic: Clinic) -> Recipient | None:
    """The staff group: as set up, or where it moved to."""
    place = unit.find(PlaceRow, name=GROUP)
    chat_id = place.chat_id if place else clinic.facts.staff_group
    return Recipient(chat_id, clinic.facts.language) if chat_id else None


def on_call(unit: Unit, now: datetime, rank: int) -> list[StaffRow]:
    """Who is called now at this step (1 first, 2 second, 3 the lead of the hour), by the whole rota."""
    wanted = rota_of(unit, now).who_is_on(Rank(rank), now)
    return [staff for staff in active_staff(unit) if staff.id in wanted]


def leads(unit: Unit, now: datetime) -> list[StaffRow]:
    """The lead of the hour; every lead where none is planned, or where she cannot be reached."""
    planned = [each for each in on_call(unit, now, Rank.LEAD) if each.chat_id is not None and each.reachable]
    return planned or [each for each in active_staff(unit) if each.role == "lead"]


def unreached(unit: Unit, now: datetime, session: SessionRow | None) -> frozenset[Tell]:
    """The words of the ladder behind which Telegram reaches nobody now."""
    return frozenset(
        who
        for who in Tell
        if who is not Tell.GROUP
        and not any(each.chat_id is not None and each.reachable for each in named(unit, now, (who,), session))
    )


def active_staff(unit: Unit) -> list[StaffRow]:
    """Everybody on the staff list, in order of joining."""
    return unit.many(StaffRow, StaffRow.removed_at == None, order_by=StaffRow.added_at)  # noqa: E711 - SQL


def named(unit: Unit, now: datetime, tell: Iterable[Tell], session: SessionRow | None) -> list[StaffRow]:
    """The persons behind ``tell``, each once, whether Telegram reaches them or not."""
    staff = active_staff(unit)
    found: list[StaffRow] = []
    for who in tell:
        match who:
            case Tell.GROUP:
                pass
            case Tell.ON_CALL:
                found.extend(on_call(unit, now, 1))
            case Tell.SECOND:
                found.extend(on_call(unit, now, 2))
            case Tell.INJECTOR:
                found.extend(each for each in staff if session and each.id == session.injector_id)
            case Tell.LEAD:
                found.extend(leads(unit, now))
            case Tell.EVERYONE:
                found.extend(each for each in staff if each.role in CARING)
    return list({each.id: each for each in found}.values())


def recipients(
    unit: Unit, clinic: Clinic, now: datetime, tell: Iterable[Tell], session: SessionRow | None
) -> list[Recipient]:
    """The chats behind ``tell``, each once. A step that reaches nobody tells everybody."""
    tell = tuple(tell)
    group = group_chat(unit, clinic)
    chats: dict[int, Recipient] = {}
    if Tell.GROUP in tell and group:
        chats[group.chat_id] = group
    reachable = [each for each in named(unit, now, tell, session) if each.chat_id is not None and each.reachable]
    persons = any(who is not Tell.GROUP for who in tell)
    if not reachable and (persons or not chats):
        reachable = [each for each in active_staff(unit) if each.chat_id is not None and each.reachable]
        if group:
            chats[group.chat_id] = group
    for each in reachable:
        if each.chat_id is not None:
            chats.setdefault(each.chat_id, Recipient(each.chat_id, each.language, each.id))
    return list(chats.values())
