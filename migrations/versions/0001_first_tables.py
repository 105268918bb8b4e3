"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])

    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        op.f("ix_inbox_received"),
        "inbox",
        ["received_at"],
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        op.f("ix_inbox_retry"),
        "inbox",
        ["retry_at"],
        sqlite_where=sa.text("state = 'pending' AND retry_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'pending' AND retry_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_inbox_waiting"),
        "inbox",
        ["chat_id", "update_id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("case_code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("emergency_contact", sa.LargeBinary(), nullable=False),
        sa.Column("allergies", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("checkin_hour", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("enrolling", sa.String(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("unreadable_in_a_row", sa.Integer(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage IN ('invited', 'consenting', 'active', 'paused', 'stopped', 'in_hospital', 'deceased', 'forgotten')",
            name=op.f("ck_patient_stage"),
        ),
        sa.CheckConstraint("checkin_hour BETWEEN 8 AND 21", name=op.f("ck_patient_checkin_hour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("case_code", name=op.f("uq_patient_case_code")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_patient_chat_id")),
    )
    op.create_table(
        "place",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_place")),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("floor", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_procedure"), "revision", ["procedure"])

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('reception', 'clinician', 'injector', 'lead', 'admin')", name=op.f("ck_staff_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_staff_chat_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('patient', 'staff')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_invitation_patient_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_invitation_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_patient_id"), "invitation", ["patient_id"])
    op.create_index(op.f("ix_invitation_staff_id"), "invitation", ["staff_id"])

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("checkin_id", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("alert_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("edits_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("method IN ('send', 'edit', 'photo', 'document', 'copy')", name=op.f("ck_outbox_method")),
        sa.CheckConstraint("state <> 'pending' OR due_at IS NOT NULL", name=op.f("ck_outbox_pending")),
        sa.CheckConstraint("state <> 'sending' OR lease_until IS NOT NULL", name=op.f("ck_outbox_sending")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'refused', 'unknown', 'dropped')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name=op.f("ck_outbox_priority")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_outbox_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"])
    op.create_index(
        op.f("ix_outbox_chat"),
        "outbox",
        ["chat_id", "priority", "id"],
        sqlite_where=sa.text("state = 'pending' OR state = 'sending'"),
        postgresql_where=sa.text("state = 'pending' OR state = 'sending'"),
    )
    op.create_index(
        op.f("ix_outbox_due"),
        "outbox",
        ["priority", "due_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        op.f("ix_outbox_lease"),
        "outbox",
        ["lease_until"],
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(op.f("ix_outbox_message"), "outbox", ["chat_id", "message_id"])
    op.create_index(op.f("ix_outbox_patient_id"), "outbox", ["patient_id"])

    op.create_table(
        "session",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("t0", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sites", sa.String(), nullable=False),
        sa.Column("modifiers", sa.String(), nullable=False),
        sa.Column("products", sa.LargeBinary(), nullable=False),
        sa.Column("injector_id", sa.String(), nullable=True),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed', 'cancelled')", name=op.f("ck_session_state")),
        sa.ForeignKeyConstraint(["injector_id"], ["staff.id"], name=op.f("fk_session_injector_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_session_patient_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_session_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_course_id"), "session", ["course_id"])
    op.create_index(op.f("ix_session_patient_id"), "session", ["patient_id"])

    op.create_table(
        "shift",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_shift_order")),
        sa.CheckConstraint("rank IN (1, 2)", name=op.f("ck_shift_rank")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_staff_id"), "shift", ["staff_id"])
    op.create_index(op.f("ix_shift_time"), "shift", ["starts_at", "ends_at"])

    op.create_table(
        "task",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone_call', 'phone_now', 'late_list', 'undelivered', 'unread', 'unreadable', 'stopped', 'other')",
            name=op.f("ck_task_kind"),
        ),
        sa.CheckConstraint("done_at IS NULL OR done_by IS NOT NULL", name=op.f("ck_task_done_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_task_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("cause", name=op.f("uq_task_cause")),
    )
    op.create_index(
        op.f("ix_task_due"),
        "task",
        ["due_at"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_task_patient_id"), "task", ["patient_id"])

    op.create_table(
        "wizard",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_wizard_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_wizard")),
    )
    op.create_table(
        "checkin",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("sets", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_due", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("alert_id", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('planned', 'recheck', 'on_demand')", name=op.f("ck_checkin_kind")),
        sa.CheckConstraint("state <> 'merged' OR merged_into IS NOT NULL", name=op.f("ck_checkin_merged")),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'done', 'no_answer', 'broken_off', 'merged', 'cancelled')",
            name=op.f("ck_checkin_state"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_checkin_patient_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_checkin_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin")),
        sa.UniqueConstraint("session_id", "step", "occurrence", name=op.f("uq_checkin_session_id_step_occurrence")),
    )
    op.create_index(op.f("ix_checkin_alert_id"), "checkin", ["alert_id"])
    op.create_index(
        op.f("ix_checkin_due"),
        "checkin",
        ["due_at"],
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(op.f("ix_checkin_patient_id"), "checkin", ["patient_id"])
    op.create_index(op.f("ix_checkin_session_id"), "checkin", ["session_id"])

    op.create_table(
        "run",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("checkin_id", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_as", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('D1', 'D2', 'D3', 'D4', 'D5')", name=op.f("ck_run_level")),
        sa.CheckConstraint("state IN ('open', 'ended')", name=op.f("ck_run_state")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_run_checkin_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_run_patient_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_run_revision")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_run_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_checkin_id"), "run", ["checkin_id"])
    op.create_index(
        op.f("ix_run_due"),
        "run",
        ["wake_at"],
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_run_patient_id"), "run", ["patient_id"])
    op.create_index(op.f("ix_run_session_id"), "run", ["session_id"])
    op.create_index(
        op.f("uq_run_open_patient"),
        "run",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("unconfirmed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("no_answers", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.Column("advice_id", sa.Integer(), nullable=True),
        sa.Column("doing", sa.String(), nullable=False),
        sa.CheckConstraint("level IN ('D1', 'D2', 'D3', 'D4')", name=op.f("ck_alert_level")),
        sa.CheckConstraint(
            "state <> 'closed' OR (closed_by IS NOT NULL AND closed_reason <> '')", name=op.f("ck_alert_closed_by")
        ),
        sa.CheckConstraint("state = 'closed' OR next_at IS NOT NULL", name=op.f("ck_alert_never_dies")),
        sa.CheckConstraint("state IN ('sent', 'seen', 'taken', 'contacted', 'closed')", name=op.f("ck_alert_state")),
        sa.CheckConstraint(
            "state NOT IN ('taken', 'contacted') OR taken_by IS NOT NULL", name=op.f("ck_alert_taken_by")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_alert_patient_id")),
        sa.ForeignKeyConstraint(["policy"], ["policy.id"], name=op.f("fk_alert_policy")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_alert_run_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_alert_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_advice_id"), "alert", ["advice_id"])
    op.create_index(
        op.f("ix_alert_due"),
        "alert",
        ["next_at"],
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(op.f("ix_alert_patient_id"), "alert", ["patient_id"])
    op.create_index(op.f("ix_alert_session_id"), "alert", ["session_id"])
    op.create_index(
        op.f("uq_alert_open_patient"),
        "alert",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_answer_patient_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_answer_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_patient_id"), "answer", ["patient_id"])
    op.create_index(op.f("ix_answer_run_id"), "answer", ["run_id"])

    op.create_table(
        "alert_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_log_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_log")),
    )
    op.create_index(op.f("ix_alert_log_alert_id"), "alert_log", ["alert_id"])


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_table("alert_log")
    op.drop_table("answer")
    op.drop_table("alert")
    op.drop_table("run")
    op.drop_table("checkin")
    op.drop_table("wizard")
    op.drop_table("task")
    op.drop_table("shift")
    op.drop_table("session")
    op.drop_table("outbox")
    op.drop_table("invitation")
    op.drop_table("staff")
    op.drop_table("revision")
    op.drop_table("policy")
    op.drop_table("place")
    op.drop_table("patient")
    op.drop_table("pace")
    op.drop_table("lease")
    op.drop_table("inbox")
    op.drop_table("audit")
