"""Other ways out than Telegram: the channels of each member of staff, and the calls of an alert by them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'pending' OR state = 'sending'")
PENDING, SENDING = sa.text("state = 'pending'"), sa.text("state = 'sending'")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "staff_channel",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_channel_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_channel")),
    )
    op.create_index(op.f("ix_staff_channel_staff_id"), "staff_channel", ["staff_id"])
    op.create_table(
        "channel_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('step', 'refused', 'late', 'group_lost', 'undelivered')", name=op.f("ck_channel_call_cause")
        ),
        sa.CheckConstraint("state <> 'done' OR done_at IS NOT NULL", name=op.f("ck_channel_call_done")),
        sa.CheckConstraint("state <> 'sending' OR lease_until IS NOT NULL", name=op.f("ck_channel_call_sending")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'done', 'failed', 'dropped')", name=op.f("ck_channel_call_state")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_channel_call_alert_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_channel_call_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_call")),
    )
    op.create_index("ix_channel_call_alert", "channel_call", ["alert_id"])
    op.create_index("ix_channel_call_due", "channel_call", ["due_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index(
        "ix_channel_call_lease", "channel_call", ["lease_until"], sqlite_where=SENDING, postgresql_where=SENDING
    )
    op.create_index(
        "uq_channel_call_open",
        "channel_call",
        ["alert_id", "channel_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_table("channel_call")
    op.drop_table("staff_channel")
