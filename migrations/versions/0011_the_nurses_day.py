"""What alerts were worth, confirmed sessions, digests, cards for the ER, the canary; indexes of lists by date."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "alert_mark",
        sa.Column("alert_id", sa.String(length=16), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_mark_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert_mark")),
    )
    op.create_table(
        "confirmation",
        sa.Column("session_id", sa.String(length=16), nullable=False),
        sa.Column("injector_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_confirmation_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["injector_id"], ["staff.id"], name=op.f("fk_confirmation_injector_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_confirmation_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_handover_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_patient_id"), "handover", ["patient_id"])
    op.create_table(
        "canary",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (stage IN ('opened', 'answered'))", name=op.f("ck_canary_ended")),
        sa.CheckConstraint("stage IN ('opened', 'answered', 'seen', 'failed')", name=op.f("ck_canary_stage")),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_canary")),
    )
    op.create_index(op.f("ix_patient_made_at"), "patient", ["made_at"])
    op.create_index(op.f("ix_checkin_state_due_at"), "checkin", ["state", "due_at"])


def downgrade() -> None:
    """Take it back: what alerts were worth is lost."""
    op.drop_index(op.f("ix_checkin_state_due_at"), "checkin")
    op.drop_index(op.f("ix_patient_made_at"), "patient")
    op.drop_table("canary")
    op.drop_index(op.f("ix_handover_patient_id"), "handover")
    op.drop_table("handover")
    op.drop_table("digest")
    op.drop_table("confirmation")
    op.drop_table("alert_mark")
