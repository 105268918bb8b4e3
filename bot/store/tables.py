"""The tables: what is kept, and the CHECK constraints that state every lifecycle.

Columns of type :class:`Sealed` are encrypted (AES-GCM, key from the settings): names, birth dates, phone numbers,
free text, the words of answers and of messages, photos, and the raw updates. Codes, levels, times and ids stay
readable so that the product can find what is due without a key.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import configure_mappers
from sqlmodel import Field, SQLModel

from bot.store.crypto import Sealed, SealedBytes
from bot.store.shapes import due_index, one_of
from bot.store.tables_shifts import CoverWatchRow, HolidayRow, RotaRow, SwapRow, TestAlertRow


class StaffRow(SQLModel, table=True):
    """A member of staff. Known to the bot once ``chat_id`` (the person's Telegram user id) is set."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", "reception", "clinician", "injector", "lead", "admin"),)

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(sa_column=Column(Sealed("staff.name"), nullable=False))
    phone: str = Field(default="", sa_column=Column(Sealed("staff.phone"), nullable=False))
    role: str
    language: str = "en"
    chat_id: int | None = Field(default=None, sa_column=Column(BigInteger, unique=True))
    reachable: bool = True
    added_at: datetime
    removed_at: datetime | None = None


class ShiftRow(SQLModel, table=True):
    """Who is on call from when to when; ``rank`` 1 is called first, 2 second, 3 as the lead of the hour.

    With an end it is a shift on a date, and goes before every other plan. Without one it is a standing duty: it lasts
    until relieved, and counts where nothing else is planned.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("rank IN (1, 2, 3)", name="rank"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="order"),
        Index("ix_shift_time", "starts_at", "ends_at"),
    )

    id: str = Field(primary_key=True, max_length=16)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    rank: int
    starts_at: datetime
    ends_at: datetime | None = None


class InvitationRow(SQLModel, table=True):
    """A one-time link for a patient or a colleague; only the hash of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("kind", "patient", "staff"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    kind: str
    patient_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    staff_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    wrong_answers: int = 0


class PatientRow(SQLModel, table=True):
    """A patient. ``case_code`` is the short code that staff and other channels use instead of the name.

    ``stage`` is where she stands: invited (link made), consenting (opened the link), active, paused, stopped,
    in_hospital, deceased, forgotten. ``enrolling`` is the step of the enrolment talk.
    """

    __tablename__ = "patient"
    __table_args__ = (
        one_of("stage", "invited", "consenting", "active", "paused", "stopped", "in_hospital", "deceased", "forgotten"),
        CheckConstraint("checkin_hour BETWEEN 8 AND 21", name="checkin_hour"),
        Index("ix_patient_made_at", "made_at"),
        Index("ix_patient_stage", "stage"),
    )

    id: str = Field(primary_key=True, max_length=16)
    case_code: str = Field(unique=True, max_length=8)
    name: str = Field(sa_column=Column(Sealed("patient.name"), nullable=False))
    birth_date: str = Field(sa_column=Column(Sealed("patient.birth_date"), nullable=False))
    phone: str = Field(default="", sa_column=Column(Sealed("patient.phone"), nullable=False))
    emergency_contact: str = Field(default="", sa_column=Column(Sealed("patient.emergency_contact"), nullable=False))
    allergies: str = Field(default="", sa_column=Column(Sealed("patient.allergies"), nullable=False))
    language: str = "en"
    zone: str
    checkin_hour: int = 10
    chat_id: int | None = Field(default=None, sa_column=Column(BigInteger, unique=True))
    stage: str = "invited"
    enrolling: str = ""
    reachable: bool = True
    unreadable_in_a_row: int = 0
    consented_at: datetime | None = None
    consent_text: str = ""
    made_at: datetime
    made_by: str = ""
    forget_at: datetime | None = None


class SessionRow(SQLModel, table=True):
    """One treatment of a course: when it ended (``t0``), where, with what, and by whom."""

    __tablename__ = "session"
    __table_args__ = (one_of("state", "open", "closed", "cancelled"), Index("ix_session_t0", "t0", "id"))

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    course_id: str = Field(index=True, max_length=16)
    number: int = 1
    procedure: str
    t0: datetime
    sites: str
    modifiers: str = ""
    products: str = Field(default="", sa_column=Column(Sealed("session.products"), nullable=False))
    injector_id: str | None = Field(default=None, foreign_key="staff.id")
    revision: str = Field(foreign_key="revision.id")
    state: str = "open"
    made_at: datetime


class NextSessionRow(SQLModel, table=True):
    """A next session that staff have planned: its day by the clinic's calendar (ISO date), after which session.

    ``checkin_id`` is the patient's gate two days before it. Nothing is kept of what the gate says: that follows from
    its answers and from the open alerts, each time that somebody looks.
    """

    __tablename__ = "next_session"
    __table_args__ = (
        one_of("state", "planned", "done", "cancelled"),
        Index(
            "uq_next_session_planned_patient",
            "patient_id",
            unique=True,
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    checkin_id: str | None = Field(default=None, foreign_key="checkin.id")
    on_day: str = Field(max_length=10)
    state: str = "planned"
    made_at: datetime
    made_by: str


class RevisionRow(SQLModel, table=True):
    """A published script, immutable, named by its content; ``floor`` names the safety floor it was proved against."""

    __tablename__ = "revision"

    id: str = Field(primary_key=True, max_length=16)
    procedure: str = Field(index=True)
    script: str = Field(sa_column=Column(Text, nullable=False))
    floor: str = ""
    published_at: datetime
    published_by: str
    current: bool = True


class FloorRow(SQLModel, table=True):
    """A published safety floor, immutable, named by the hash of its file: what the next one is compared with."""

    __tablename__ = "floor"

    id: str = Field(primary_key=True, max_length=16)
    floor: str = Field(sa_column=Column(Text, nullable=False))
    published_at: datetime
    published_by: str
    current: bool = True


class ApprovalRow(SQLModel, table=True):
    """One person's approval of a revision (or floor) that gives somebody less than the one in force. Never changed.

    ``against`` is the revision in force that it was compared with: for another one it says nothing.
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("revision", "against", "staff_id"),
        one_of("role", "lead", "clinician", "admin"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: str = Field(primary_key=True, max_length=16)
    subject: str
    revision: str = Field(max_length=16)
    against: str = Field(max_length=16)
    staff_id: str = Field(foreign_key="staff.id")
    role: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


class RecallRow(SQLModel, table=True):
    """A revision that must not be used any more, and the one that its patients were moved to (None: staff took over)."""

    __tablename__ = "recall"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("to_revision IS NULL OR to_revision <> revision", name="to_revision"),
    )

    revision: str = Field(primary_key=True, foreign_key="revision.id")
    to_revision: str | None = Field(default=None, foreign_key="revision.id")
    staff_id: str = Field(foreign_key="staff.id")
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


class PolicyRow(SQLModel, table=True):
    """A published escalation policy, immutable and named by its content."""

    __tablename__ = "policy"

    id: str = Field(primary_key=True, max_length=16)
    policy: str = Field(sa_column=Column(Text, nullable=False))
    published_at: datetime


class CheckInRow(SQLModel, table=True):
    """One scheduled conversation. ``due_at`` is UTC; ``local_due`` and ``zone`` say what the patient's clock showed.

    ``step`` is the id in the plan (c3), or recheck, worse, words or gate; ``occurrence`` tells several of one kind apart.
    """

    __tablename__ = "checkin"
    __table_args__ = (
        UniqueConstraint("session_id", "step", "occurrence"),
        one_of("kind", "planned", "recheck", "on_demand"),
        one_of("state", "planned", "open", "done", "no_answer", "broken_off", "merged", "cancelled"),
        CheckConstraint("state <> 'merged' OR merged_into IS NOT NULL", name="merged"),
        due_index("checkin", "due_at", "state = 'planned'"),
        Index("ix_checkin_state_due_at", "state", "due_at"),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    kind: str = "planned"
    step: str
    occurrence: int = 0
    sets: str
    due_at: datetime
    local_due: str
    zone: str
    state: str = "planned"
    merged_into: str | None = None
    alert_id: str | None = Field(default=None, index=True)
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


class RunRow(SQLModel, table=True):
    """The conversation of a check-in: its state as JSON, its turn, its level and when it next wakes by itself."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("state", "open", "ended"),
        one_of("level", "D1", "D2", "D3", "D4", "D5"),
        due_index("run", "wake_at", "wake_at IS NOT NULL"),
        Index("ix_run_opened_at", "opened_at"),
        Index(
            "uq_run_open_patient",
            "patient_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    checkin_id: str = Field(foreign_key="checkin.id", index=True)
    revision: str = Field(foreign_key="revision.id")
    body: str = Field(sa_column=Column(Sealed("run.body"), nullable=False))
    turn: int = 0
    level: str = "D5"
    state: str = "open"
    ended_as: str = ""
    opened_at: datetime
    ended_at: datetime | None = None
    wake_at: datetime | None = None


class AnswerRow(SQLModel, table=True):
    """One answer as it was given; a changed answer is a further row. ``assumed`` means silence counted as this."""

    __tablename__ = "answer"

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(foreign_key="run.id", index=True)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    question: str
    codes: str = ""
    number: int | None = None
    words: str = Field(default="", sa_column=Column(Sealed("answer.words"), nullable=False))
    assumed: bool = False
    changed: bool = False
    at: datetime


class AlertRow(SQLModel, table=True):
    """What staff must act on. An open alert always has a next step (``next_at``)."""

    __tablename__ = "alert"
    __table_args__ = (
        one_of("level", "D1", "D2", "D3", "D4"),
        one_of("state", "sent", "seen", "taken", "contacted", "closed"),
        CheckConstraint("state = 'closed' OR next_at IS NOT NULL", name="never_dies"),
        CheckConstraint("state <> 'closed' OR (closed_by IS NOT NULL AND closed_reason <> '')", name="closed_by"),
        CheckConstraint("state NOT IN ('taken', 'contacted') OR taken_by IS NOT NULL", name="taken_by"),
        due_index("alert", "next_at", "state <> 'closed'"),
        Index("ix_alert_raised_at", "raised_at"),
        Index(
            "uq_alert_open_patient",
            "patient_id",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    run_id: str | None = Field(default=None, foreign_key="run.id")
    level: str
    rules: str
    unconfirmed: bool = False
    state: str = "sent"
    policy: str = Field(foreign_key="policy.id")
    step: int = 0
    rounds: int = 0
    no_answers: int = 0
    raised_at: datetime
    level_at: datetime
    next_at: datetime | None
    seen_at: datetime | None = None
    seen_by: str | None = None
    taken_at: datetime | None = None
    taken_by: str | None = None
    contacted_at: datetime | None = None
    contacted_by: str | None = None
    outcome: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    card: str = Field(sa_column=Column(Sealed("alert.card"), nullable=False))
    advice_id: int | None = Field(default=None, index=True)
    doing: str = ""


class AlertLogRow(SQLModel, table=True):
    """The timeline of an alert: every step, message, tap and outcome, with who and when."""

    __tablename__ = "alert_log"

    id: int | None = Field(default=None, primary_key=True)
    alert_id: str = Field(foreign_key="alert.id", index=True)
    at: datetime
    what: str
    who: str = ""
    detail: str = Field(default="", sa_column=Column(Sealed("alert_log.detail"), nullable=False))


class StaffChannelRow(SQLModel, table=True):
    """Another way to a member of staff than Telegram: an Apprise URL (SMS, call, e-mail, webhook), sealed."""

    __tablename__ = "staff_channel"

    id: str = Field(primary_key=True, max_length=16)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    kind: str
    url: str = Field(sa_column=Column(Sealed("staff_channel.url"), nullable=False))
    made_at: datetime


class ChannelCallRow(SQLModel, table=True):
    """One alert to be told by one other channel: tried until it worked, or until somebody has taken the alert.

    ``channel_id`` is a row of staff_channel, or one of the clinic's own (``staff_id`` is NULL then). ``cause`` is why:
    a step of the ladder, a card that Telegram refused or is late with, a lost group, a patient's text not delivered.
    """

    __tablename__ = "channel_call"
    __table_args__ = (
        one_of("state", "pending", "sending", "done", "failed", "dropped"),
        one_of("cause", "step", "refused", "late", "group_lost", "undelivered"),
        CheckConstraint("state <> 'sending' OR lease_until IS NOT NULL", name="sending"),
        CheckConstraint("state <> 'done' OR done_at IS NOT NULL", name="done"),
        due_index("channel_call", "due_at", "state = 'pending'"),
        Index(
            "ix_channel_call_lease",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "uq_channel_call_open",
            "alert_id",
            "channel_id",
            unique=True,
            sqlite_where=text("state = 'pending' OR state = 'sending'"),
            postgresql_where=text("state = 'pending' OR state = 'sending'"),
        ),
        Index("ix_channel_call_alert", "alert_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert_id: str = Field(foreign_key="alert.id")
    channel_id: str = Field(max_length=16)
    staff_id: str | None = Field(default=None, foreign_key="staff.id")
    kind: str
    cause: str
    state: str = "pending"
    made_at: datetime
    due_at: datetime
    lease_until: datetime | None = None
    worker: str = ""
    tries: int = 0
    tried_at: datetime | None = None
    done_at: datetime | None = None
    error: str = ""


class TaskRow(SQLModel, table=True):
    """Something a person must do that is not an alert: phone a silent patient, see to an undelivered message."""

    __tablename__ = "task"
    __table_args__ = (
        one_of(
            "kind", "phone_call", "phone_now", "late_list", "undelivered", "unread", "unreadable", "stopped", "other"
        ),
        CheckConstraint("done_at IS NULL OR done_by IS NOT NULL", name="done_by"),
        due_index("task", "due_at", "done_at IS NULL"),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    kind: str
    due_at: datetime
    made_at: datetime
    about: str = Field(default="", sa_column=Column(Sealed("task.about"), nullable=False))
    cause: str = Field(default="", max_length=64, unique=True)
    told_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    result: str = Field(default="", sa_column=Column(Sealed("task.result"), nullable=False))


class PhotoRow(SQLModel, table=True):
    """A photo that a patient sent: waiting until it is fetched, then kept (its picture beside it), or not, and why.

    ``file_id`` is how Telegram finds the file; it is emptied as soon as it is no longer needed. A photo that waits always
    has a next try (``next_at``; while one is under way, the end of its lease).
    """

    __tablename__ = "photo"
    __table_args__ = (
        one_of("state", "waiting", "kept", "refused", "failed"),
        CheckConstraint("state <> 'waiting' OR next_at IS NOT NULL", name="waiting"),
        CheckConstraint("state NOT IN ('refused', 'failed') OR why <> ''", name="why"),
        due_index("photo", "next_at", "state = 'waiting'"),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    session_id: str | None = Field(default=None, foreign_key="session.id")
    checkin_id: str | None = Field(default=None, foreign_key="checkin.id")
    file_id: str = Field(sa_column=Column(Sealed("photo.file_id"), nullable=False))
    received_at: datetime
    state: str = "waiting"
    tries: int = 0
    next_at: datetime | None = None
    why: str = ""


class PictureRow(SQLModel, table=True):
    """The picture of a photo that is kept, and a small one: JPEG, made anew by us, without any metadata."""

    __tablename__ = "picture"

    photo_id: str = Field(primary_key=True, foreign_key="photo.id", max_length=16)
    image: bytes = Field(sa_column=Column(SealedBytes("picture.image"), nullable=False))
    thumbnail: bytes = Field(sa_column=Column(SealedBytes("picture.thumbnail"), nullable=False))


class InboxRow(SQLModel, table=True):
    """One update as it came in, committed before it is confirmed to Telegram; ``update_id`` is Telegram's."""

    __tablename__ = "inbox"
    __table_args__ = (
        one_of("state", "pending", "done", "dead"),
        Index(
            "ix_inbox_waiting",
            "chat_id",
            "update_id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_inbox_retry",
            "retry_at",
            sqlite_where=text("state = 'pending' AND retry_at IS NOT NULL"),
            postgresql_where=text("state = 'pending' AND retry_at IS NOT NULL"),
        ),
        Index(
            "ix_inbox_received",
            "received_at",
            sqlite_where=text("state = 'done'"),
            postgresql_where=text("state = 'done'"),
        ),
    )

    update_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    chat_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    raw: str = Field(sa_column=Column(Sealed("inbox.raw"), nullable=False))
    state: str = "pending"
    received_at: datetime
    retry_at: datetime | None = None
    tries: int = 0
    error: str = ""
    done_at: datetime | None = None


class OutboxRow(SQLModel, table=True):
    """One message to send, with its final words, written in the same transaction as its cause."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", "pending", "sending", "sent", "refused", "unknown", "dropped"),
        one_of("method", "send", "edit", "photo", "document", "copy"),
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
        CheckConstraint("state <> 'sending' OR lease_until IS NOT NULL", name="sending"),
        CheckConstraint("state <> 'pending' OR due_at IS NOT NULL", name="pending"),
        Index(
            "ix_outbox_due",
            "priority",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_lease",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_outbox_chat",
            "chat_id",
            "priority",
            "id",
            sqlite_where=text("state = 'pending' OR state = 'sending'"),
            postgresql_where=text("state = 'pending' OR state = 'sending'"),
        ),
        Index("ix_outbox_message", "chat_id", "message_id"),
        {"sqlite_autoincrement": True},  # other rows and workers keep its ids: one must never come back
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    priority: int
    method: str = "send"
    body: str = Field(sa_column=Column(Sealed("outbox.body"), nullable=False))
    state: str = "pending"
    due_at: datetime | None
    lease_until: datetime | None = None
    worker: str = ""
    sends: int = 0
    tries: int = 0
    error: str = ""
    made_at: datetime
    sent_at: datetime | None = None
    message_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    patient_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    checkin_id: str | None = None
    run_id: str | None = None
    alert_id: str | None = Field(default=None, index=True)
    kind: str = ""
    edits_id: int | None = None


class WizardRow(SQLModel, table=True):
    """Where a member of staff stands in a conversation of several steps (/new, /session)."""

    __tablename__ = "wizard"

    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    name: str
    body: str = Field(sa_column=Column(Sealed("wizard.body"), nullable=False))
    at: datetime


class AuditRow(SQLModel, table=True):
    """Who changed what, and when. Append-only; words of patients are never in it."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str
    verb: str
    subject: str
    detail: str = ""


class LeaseRow(SQLModel, table=True):
    """Who holds a duty that only one process may do at a time (polling), and until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


class PlaceRow(SQLModel, table=True):
    """A Telegram chat that the clinic uses (the staff group), whose id may change when it becomes a supergroup."""

    __tablename__ = "place"

    name: str = Field(primary_key=True)
    chat_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    told_at: datetime | None = None


class PaceRow(SQLModel, table=True):
    """The moment up to which sends of a token are already spoken for: one pacing for all processes."""

    __tablename__ = "pace"

    name: str = Field(primary_key=True)
    free_at: datetime


from bot.store.tables_topics import ForumRow, TopicRow  # noqa: E402 - the naming of constraints must stand by now

TABLES: dict[str, type[Any]] = {
    row.__tablename__: row
    for row in (
        StaffRow,
        ShiftRow,
        InvitationRow,
        PatientRow,
        SessionRow,
        RevisionRow,
        FloorRow,
        ApprovalRow,
        RecallRow,
        PolicyRow,
        CheckInRow,
        NextSessionRow,
        RunRow,
        AnswerRow,
        AlertRow,
        AlertLogRow,
        StaffChannelRow,
        ChannelCallRow,
        TaskRow,
        PhotoRow,
        PictureRow,
        InboxRow,
        OutboxRow,
        WizardRow,
        AuditRow,
        LeaseRow,
        PlaceRow,
        PaceRow,
        ForumRow,
        TopicRow,
        RotaRow,
        HolidayRow,
        SwapRow,
        TestAlertRow,
        CoverWatchRow,
    )
}
"""Every table by its name: the closed set that migrations and tests loop over."""

# SQLAlchemy would do this at the first call of a constructor; a Unit makes rows without, and a process that only reads
# (a worker at its first tick) would find rows without attributes.
configure_mappers()

import bot.store.tables_console  # noqa: E402 - registers its tables in TABLES
import bot.store.tables_nurse  # noqa: E402, F401 - registers its tables in TABLES
