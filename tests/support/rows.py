"""Valid rows with defaults, so that a test names only what it is about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from bot.core.post.message import Body
from bot.store.tables import (
    AlertLogRow,
    AlertRow,
    AnswerRow,
    ApprovalRow,
    AuditRow,
    ChannelCallRow,
    CheckInRow,
    FloorRow,
    InboxRow,
    InvitationRow,
    LeaseRow,
    NextSessionRow,
    OutboxRow,
    PaceRow,
    PatientRow,
    PhotoRow,
    PictureRow,
    PlaceRow,
    PolicyRow,
    RecallRow,
    RevisionRow,
    RunRow,
    SessionRow,
    ShiftRow,
    StaffChannelRow,
    StaffRow,
    TaskRow,
    WizardRow,
)
from bot.store.tables_console import ConsoleLinkRow, ConsoleSessionRow, SecondFactorRow, SignInTryRow
from bot.store.tables_nurse import AlertMarkRow, CanaryRow, ConfirmationRow, DigestRow, HandoverRow
from bot.store.tables_shifts import CoverWatchRow, HolidayRow, RotaRow, SwapRow, TestAlertRow
from bot.store.tables_topics import ForumRow, TopicRow
from bot.store.unit import Unit

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""The time in tests that do not move it."""


def _with(values: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    return defaults | values


def staff(**values: Any) -> StaffRow:
    """A clinician."""
    return StaffRow(**_with(values, id="st1", name="Vera", role="clinician", added_at=NOW))


def shift(**values: Any) -> ShiftRow:
    """An open shift of st1, called first."""
    return ShiftRow(**_with(values, id="sh1", staff_id="st1", rank=1, starts_at=NOW))


def invitation(**values: Any) -> InvitationRow:
    """A link for p1."""
    return InvitationRow(
        **_with(values, token_hash="hash", kind="patient", patient_id="p1", made_at=NOW, expires_at=NOW)
    )


def patient(**values: Any) -> PatientRow:
    """A patient who takes part."""
    who = _with(values, id="p1", case_code="K7M2", name="Anna", birth_date="1990-05-17", zone="Europe/Berlin")
    return PatientRow(**_with(who, stage="active", made_at=NOW))


def revision(**values: Any) -> RevisionRow:
    """A published script (of no content)."""
    return RevisionRow(**_with(values, id="rev1", procedure="face", script="{}", published_at=NOW, published_by="st1"))


def floor(**values: Any) -> FloorRow:
    """A published floor (of no content)."""
    return FloorRow(**_with(values, id="floor1", floor="{}", published_at=NOW, published_by="st1"))


def approval(**values: Any) -> ApprovalRow:
    """The clinician's approval of rev1."""
    what = _with(values, id="ap1", subject="face", revision="rev1", against="rev0", staff_id="st1")
    return ApprovalRow(**_with(what, role="clinician", reason="agreed with the lead", at=NOW))


def recall(**values: Any) -> RecallRow:
    """The recall of rev1."""
    return RecallRow(**_with(values, revision="rev1", staff_id="st1", reason="it missed a sign", at=NOW))


def policy(**values: Any) -> PolicyRow:
    """A published escalation policy (of no content)."""
    return PolicyRow(**_with(values, id="pol1", policy="{}", published_at=NOW))


def session(**values: Any) -> SessionRow:
    """A treatment of p1 by revision rev1."""
    what = _with(values, id="s1", patient_id="p1", course_id="c1", procedure="face", sites="lips")
    return SessionRow(**_with(what, t0=NOW, revision="rev1", made_at=NOW))


def checkin(**values: Any) -> CheckInRow:
    """A planned check-in of s1."""
    whose = _with(values, id="ch1", patient_id="p1", session_id="s1", step="c1", sets="A")
    return CheckInRow(**_with(whose, due_at=NOW, local_due="2026-03-02 13:00", zone="Europe/Berlin"))


def next_session(**values: Any) -> NextSessionRow:
    """A planned next session of p1."""
    whose = _with(values, id="n1", patient_id="p1", session_id="s1", on_day="2026-03-30")
    return NextSessionRow(**_with(whose, made_at=NOW, made_by="st1"))


def run(**values: Any) -> RunRow:
    """An open conversation of ch1."""
    whose = _with(values, id="r1", patient_id="p1", session_id="s1", checkin_id="ch1", revision="rev1")
    return RunRow(**_with(whose, body="{}", opened_at=NOW))


def answer(**values: Any) -> AnswerRow:
    """An answer in r1."""
    return AnswerRow(**_with(values, run_id="r1", patient_id="p1", question="A", codes="none", at=NOW))


def alert(**values: Any) -> AlertRow:
    """An open alert of p1."""
    whose = _with(values, id="a1", patient_id="p1", session_id="s1", level="D2", rules="PA-2", policy="pol1")
    return AlertRow(**_with(whose, raised_at=NOW, level_at=NOW, next_at=NOW, card="{}"))


def alert_log(**values: Any) -> AlertLogRow:
    """A line in the timeline of a1."""
    return AlertLogRow(**_with(values, alert_id="a1", at=NOW, what="raised"))


def staff_channel(**values: Any) -> StaffChannelRow:
    """A webhook of st1."""
    whose = _with(values, id="cn1", staff_id="st1", kind="webhook")
    return StaffChannelRow(**_with(whose, url="json://localhost/hook", made_at=NOW))


def channel_call(**values: Any) -> ChannelCallRow:
    """A call of cn1 for a1, due now."""
    what = _with(values, alert_id="a1", channel_id="cn1", staff_id="st1", kind="webhook", cause="step")
    return ChannelCallRow(**_with(what, made_at=NOW, due_at=NOW))


def task(**values: Any) -> TaskRow:
    """A call to make."""
    return TaskRow(**_with(values, id="t1", kind="phone_call", due_at=NOW, made_at=NOW, cause="c"))


def photo(**values: Any) -> PhotoRow:
    """A photo of p1 that waits to be fetched."""
    return PhotoRow(**_with(values, id="ph1", patient_id="p1", file_id="file-1", received_at=NOW, next_at=NOW))


def picture(**values: Any) -> PictureRow:
    """The picture of ph1."""
    return PictureRow(**_with(values, photo_id="ph1", image=b"\xff\xd8 large", thumbnail=b"\xff\xd8 small"))


def inbox(**values: Any) -> InboxRow:
    """An update that waits."""
    return InboxRow(**_with(values, update_id=1, chat_id=5, raw="{}", received_at=NOW))


def outbox(**values: Any) -> OutboxRow:
    """An answer that is due."""
    body = Body(text="Hello").model_dump_json()
    return OutboxRow(**_with(values, chat_id=5, priority=3, body=body, due_at=NOW, made_at=NOW))


def wizard(**values: Any) -> WizardRow:
    """A conversation of st1 in the middle."""
    return WizardRow(**_with(values, staff_id="st1", name="new", body="{}", at=NOW))


def audit(**values: Any) -> AuditRow:
    """A line of the audit."""
    return AuditRow(**_with(values, at=NOW, actor="st1", verb="enrolled", subject="p1"))


def lease(**values: Any) -> LeaseRow:
    """A duty that is taken."""
    return LeaseRow(**_with(values, name="polling", holder="w1", until=NOW))


def place(**values: Any) -> PlaceRow:
    """The staff group."""
    return PlaceRow(**_with(values, name="staff", chat_id=-100))


def pace(**values: Any) -> PaceRow:
    """The pacing of a token."""
    return PaceRow(**_with(values, name="telegram", free_at=NOW))


def forum(**values: Any) -> ForumRow:
    """A group with topics."""
    return ForumRow(**_with(values, chat_id=-1001, is_forum=True))


def topic(**values: Any) -> TopicRow:
    """The open topic of p1 in it."""
    return TopicRow(
        **_with(
            values,
            id="to1",
            patient_id="p1",
            chat_id=-1001,
            thread_id=7,
            state="open",
            asked_id=1,
            made_at=NOW,
        )
    )


def rota(**values: Any) -> RotaRow:
    """A line of the pattern: st1 on Monday nights."""
    what = _with(values, id="ro1", staff_id="st1", rank=1, weekday=0, begins="20:00", ends="08:00")
    return RotaRow(**_with(what, zone="Europe/Madrid", first_day="2026-01-01", made_at=NOW, made_by="st1"))


def holiday(**values: Any) -> HolidayRow:
    """A day that st1 covers."""
    days = _with(values, id="ho1", name="Christmas", first_day="2026-12-25", last_day="2026-12-25")
    return HolidayRow(**_with(days, zone="Europe/Madrid", first_id="st1", made_at=NOW, made_by="st1"))


def swap(**values: Any) -> SwapRow:
    """st1 asks st2 to take an hour."""
    who = _with(values, id="sw1", from_id="st1", to_id="st2", rank=1, asked_at=NOW)
    return SwapRow(**_with(who, begins_at=NOW, ends_at=NOW + timedelta(hours=1)))


def test_alert(**values: Any) -> TestAlertRow:
    """A test for st1."""
    return TestAlertRow(**_with(values, id="te1", staff_id="st1", sent_by="st1", sent_at=NOW))


def cover_watch(**values: Any) -> CoverWatchRow:
    """Cover is looked at now."""
    return CoverWatchRow(**_with(values, name="cover", next_at=NOW))


def alert_mark(**values: Any) -> AlertMarkRow:
    """st1 found a1 useful."""
    return AlertMarkRow(**_with(values, alert_id="a1", useful=True, by="st1", at=NOW))


def confirmation(**values: Any) -> ConfirmationRow:
    """st1 is asked whether s1 is right."""
    return ConfirmationRow(**_with(values, session_id="s1", injector_id="st1", asked_at=NOW))


def digest(**values: Any) -> DigestRow:
    """A morning's digest."""
    return DigestRow(**_with(values, id="daily:2026-03-02", made_at=NOW))


def handover(**values: Any) -> HandoverRow:
    """A card of p1 for the emergency room."""
    return HandoverRow(**_with(values, id="ho1", patient_id="p1", made_at=NOW, language="en", facts="{}"))


def canary(**values: Any) -> CanaryRow:
    """A round of the canary under way."""
    return CanaryRow(**_with(values, slot=1, started_at=NOW))


def console_link(**values: Any) -> ConsoleLinkRow:
    """A link of st1 that opens the console."""
    made = _with(values, token_hash="hash", staff_id="st1", made_at=NOW)
    return ConsoleLinkRow(**_with(made, expires_at=NOW + timedelta(minutes=10)))


def console_session(**values: Any) -> ConsoleSessionRow:
    """A device on which st1 is signed in."""
    whose = _with(values, id="cs1", secret_hash="hash", staff_id="st1", device="Firefox, Linux")
    return ConsoleSessionRow(**_with(whose, made_at=NOW, seen_at=NOW, ends_at=NOW + timedelta(hours=12)))


def second_factor(**values: Any) -> SecondFactorRow:
    """The authenticator app of st1."""
    return SecondFactorRow(**_with(values, staff_id="st1", secret="JBSWY3DPEHPK3PXP", made_at=NOW))


def sign_in_try(**values: Any) -> SignInTryRow:
    """A failed try from one address."""
    return SignInTryRow(**_with(values, source="somewhere", since=NOW, failed=1))


BUILDERS: dict[str, Callable[..., SQLModel]] = {
    "staff": staff,
    "shift": shift,
    "invitation": invitation,
    "patient": patient,
    "revision": revision,
    "floor": floor,
    "approval": approval,
    "recall": recall,
    "policy": policy,
    "session": session,
    "checkin": checkin,
    "next_session": next_session,
    "run": run,
    "answer": answer,
    "alert": alert,
    "alert_log": alert_log,
    "staff_channel": staff_channel,
    "channel_call": channel_call,
    "task": task,
    "photo": photo,
    "picture": picture,
    "inbox": inbox,
    "outbox": outbox,
    "wizard": wizard,
    "audit": audit,
    "lease": lease,
    "place": place,
    "pace": pace,
    "forum": forum,
    "topic": topic,
    "rota": rota,
    "holiday": holiday,
    "swap": swap,
    "test_alert": test_alert,
    "cover_watch": cover_watch,
    "alert_mark": alert_mark,
    "confirmation": confirmation,
    "digest": digest,
    "handover": handover,
    "canary": canary,
    "console_link": console_link,
    "console_session": console_session,
    "second_factor": second_factor,
    "sign_in_try": sign_in_try,
}
"""A builder for every table, in an order in which they can be inserted."""

FAMILY = ("staff", "patient", "revision", "policy", "session", "checkin", "run", "alert")
"""What other rows refer to."""


def insert_family(unit: Unit, before: str = "") -> None:
    """One default row of each table that others refer to; or of those that ``before`` (a table) may refer to."""
    for name in FAMILY:
        if name == before:
            break
        unit.insert(BUILDERS[name]())
