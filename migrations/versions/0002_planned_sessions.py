"""A next session that staff have planned, for the gate two days before it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "next_session",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("checkin_id", sa.String(), nullable=True),
        sa.Column("on_day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name=op.f("ck_next_session_state")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_next_session_checkin_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_next_session_patient_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_next_session_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_session")),
    )
    op.create_index(op.f("ix_next_session_patient_id"), "next_session", ["patient_id"])
    op.create_index(op.f("ix_next_session_session_id"), "next_session", ["session_id"])
    op.create_index(
        "uq_next_session_planned_patient",
        "next_session",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_table("next_session")
