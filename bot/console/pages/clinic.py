"""The clinic: people, who is on call, the ladder, languages, what waits for a signature; and the audit trail."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import SHAPES, times_of
from bot.console.table import csv_answer
from bot.core.errors import Refused
from bot.core.level import Level
from bot.core.roles import CLINICAL
from bot.store.tables import StaffRow
from bot.store.tables_console import ConsoleSessionRow, SecondFactorRow
from bot.store.unit import Unit
from bot.usecases.audit_trail import MOST_EXPORTED, AuditPage, AuditWanted, audit_trail
from bot.usecases.console_access import end_session, living_sessions
from bot.usecases.people import active_staff, on_call
from bot.usecases.posting import audit
from bot.usecases.roster import relieve
from bot.usecases.second_factor import remove_second_factor

VERBS = ("look", "look_photo", "search_patients", "take_alert", "contact_alert", "close_alert", "write_to_patient",
         "enrol_patient", "mark_paused", "mark_in_hospital", "mark_deceased", "resume", "relieve", "invite_staff",
         "remove_staff", "console_enter", "console_end", "second_factor_on", "second_factor_off", "export_audit",
         "publish", "recall")  # fmt: skip
"""The acts that the trail can be narrowed to."""


async def show(asked: Asked) -> Response:
    """The page."""

    def work(
        unit: Unit,
    ) -> tuple[list[StaffRow], list[list[StaffRow]], list[ConsoleSessionRow], set[str]]:
        leads = asked.staff.role in ("lead", "admin")
        factors = {row.staff_id for row in unit.many(SecondFactorRow) if row.confirmed_at}
        sessions = living_sessions(unit, asked.now) if leads else []
        return active_staff(unit), [on_call(unit, asked.now, rank) for rank in (1, 2)], sessions, factors

    staff, called, sessions, factors = await asked.look(work)
    clinic, standing = asked.clinic, asked.product.flows.standing
    return asked.page(
        "clinic.html",
        staff=staff,
        called=called,
        sessions=sessions,
        own=asked.session.id,
        names={each.id: each.name for each in staff},
        factors=factors,
        ladders=[(level, clinic.policy.ladder(level)) for level in Level if level in clinic.policy.ladders],
        policy=clinic.policy,
        languages=clinic.languages,
        open_by_subject=Counter(point.of for point in standing.open),
        signers=standing.signers,
        facts=clinic.facts,
        may_be_called=asked.staff.role in CLINICAL,
        shapes=SHAPES,
        times=times_of(asked),
        span=lambda minutes: _span(asked, minutes),
    )


def _span(asked: Asked, minutes: int) -> str:
    """Whole hours as hours, everything else in minutes."""
    if minutes >= 60 and minutes % 60 == 0:
        return asked.ui.plain("console.clinic.hours", hours=minutes // 60)
    return asked.ui.plain("console.clinic.minutes", minutes=minutes)


async def take_over(asked: Asked) -> Response:
    """Be on call from now on, as with /oncall. Errors: Refused for a role that must not take medical alerts."""
    if asked.staff.role not in CLINICAL:
        raise Refused("oncall.role")
    rank = asked.form.get("rank")
    if rank not in ("1", "2"):
        raise Refused("oncall.rank")
    await asked.run(lambda unit: relieve(unit, asked.clinic, asked.now, asked.staff, int(rank)))
    return asked.go("/clinic", "done")


async def end_anybodys(asked: Asked) -> Response:
    """Sign somebody's device out."""
    await asked.run(lambda unit: end_session(unit, asked.now, asked.staff, asked.path("session"), anybodys=True))
    return asked.go("/clinic", "ended")


async def factor_away(asked: Asked) -> Response:
    """Take somebody's second factor away: the phone is lost."""
    await asked.run(lambda unit: remove_second_factor(unit, asked.now, asked.staff, asked.path("staff")))
    return asked.go("/clinic", "factor_off")


def _wanted(asked: Asked) -> AuditWanted:
    before = asked.arg("before")
    ends = _day(asked, "until")
    return AuditWanted(
        actor=asked.arg("actor"),
        verb=asked.arg("verb") if asked.arg("verb") in VERBS else "",
        subject=asked.arg("subject"),
        begins=_day(asked, "from"),
        ends=ends + timedelta(days=1) if ends else None,
        before=int(before) if before.isascii() and before.isdigit() else 0,
    )


def _day(asked: Asked, name: str) -> datetime | None:
    """A day by the clinic's calendar; one that cannot be read is none."""
    try:
        day = datetime.fromisoformat(asked.arg(name)).date() if asked.arg(name) else None
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=ZoneInfo(asked.clinic.facts.zone)) if day else None


async def trail(asked: Asked) -> Response:
    """The audit trail, a page at a time."""
    wanted = _wanted(asked)

    def work(unit: Unit) -> tuple[AuditPage, list[StaffRow]]:
        return audit_trail(unit, wanted), unit.many(StaffRow, order_by=StaffRow.added_at)

    page, staff = await asked.look(work)
    given = {name: asked.arg(name) for name in ("actor", "verb", "subject", "from", "until")}
    return asked.page("audit.html", page=page, staff=staff, verbs=VERBS, given=given, times=times_of(asked))


async def trail_export(asked: Asked) -> Response:
    """The audit trail as CSV; the export is a line of it."""
    wanted = _wanted(asked)

    def work(unit: Unit) -> AuditPage:
        audit(unit, asked.now, asked.staff.id, "export_audit", "audit")
        return audit_trail(unit, wanted, MOST_EXPORTED)

    page = await asked.run(work)
    rows = (
        (
            row.at.isoformat(timespec="seconds"),
            row.actor,
            page.names.get(row.actor, ""),
            row.verb,
            row.subject,
            row.detail,
        )
        for row in page.rows
    )
    return csv_answer("audit", ("at", "actor", "name", "verb", "subject", "detail"), rows)
