"""The web console: one-time links, signed-in devices, second factors, failed tries; lists by time become quick."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "console_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_console_link_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_console_link_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_console_link")),
    )
    op.create_index(op.f("ix_console_link_staff_id"), "console_link", ["staff_id"])
    op.create_table(
        "console_session",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('second_factor', 'open', 'ended')", name=op.f("ck_console_session_state")),
        sa.CheckConstraint("state <> 'ended' OR ended_at IS NOT NULL", name=op.f("ck_console_session_ended")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_console_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_console_session_secret_hash")),
    )
    op.create_index(op.f("ix_console_session_staff_id"), "console_session", ["staff_id", "state"])
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_second_factor_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sign_in_try")),
    )
    op.create_index(op.f("ix_patient_stage"), "patient", ["stage"])
    op.create_index(op.f("ix_session_t0"), "session", ["t0", "id"])
    op.create_index(op.f("ix_run_opened_at"), "run", ["opened_at"])
    op.create_index(op.f("ix_alert_raised_at"), "alert", ["raised_at"])


def downgrade() -> None:
    """Take it back: everybody is signed out."""
    op.drop_index(op.f("ix_alert_raised_at"), "alert")
    op.drop_index(op.f("ix_run_opened_at"), "run")
    op.drop_index(op.f("ix_session_t0"), "session")
    op.drop_index(op.f("ix_patient_stage"), "patient")
    op.drop_table("sign_in_try")
    op.drop_table("second_factor")
    op.drop_index(op.f("ix_console_session_staff_id"), "console_session")
    op.drop_table("console_session")
    op.drop_index(op.f("ix_console_link_staff_id"), "console_link")
    op.drop_table("console_link")
