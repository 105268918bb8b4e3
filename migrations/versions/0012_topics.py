"""Topics of patients in a staff group that is a forum."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "forum",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_forum", sa.Boolean(), nullable=False),
        sa.Column("refused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_forum")),
    )
    op.create_table(
        "topic",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('opening', 'open', 'lost')", name=op.f("ck_topic_state")),
        sa.CheckConstraint("state <> 'open' OR thread_id IS NOT NULL", name=op.f("ck_topic_thread_id")),
        sa.CheckConstraint("state <> 'lost' OR lost_at IS NOT NULL", name=op.f("ck_topic_lost_at")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_topic_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index(op.f("ix_topic_patient_id"), "topic", ["patient_id"])
    op.create_index(op.f("ix_topic_asked"), "topic", ["asked_id"])
    op.create_index(op.f("ix_topic_thread"), "topic", ["chat_id", "thread_id"])
    op.create_index(
        op.f("uq_topic_patient"),
        "topic",
        ["patient_id", "chat_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'lost'"),
        postgresql_where=sa.text("state <> 'lost'"),
    )


def downgrade() -> None:
    """Take it back: which topic is whose is lost; the topics themselves stay in the group."""
    op.drop_table("topic")
    op.drop_table("forum")
