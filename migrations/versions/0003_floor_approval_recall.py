"""The published floors, who approved a revision that lowers a level, and which revisions were recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "floor",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("floor", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("revision", sa.String(length=16), nullable=False),
        sa.Column("against", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_approval_reason")),
        sa.CheckConstraint("role IN ('lead', 'clinician', 'admin')", name=op.f("ck_approval_role")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_approval_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("revision", "against", "staff_id", name=op.f("uq_approval_revision_against_staff_id")),
    )
    op.create_table(
        "recall",
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("to_revision", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recall_reason")),
        sa.CheckConstraint("to_revision IS NULL OR to_revision <> revision", name=op.f("ck_recall_to_revision")),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_recall_revision")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recall_staff_id")),
        sa.ForeignKeyConstraint(["to_revision"], ["revision.id"], name=op.f("fk_recall_to_revision")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_recall")),
    )


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_table("recall")
    op.drop_table("approval")
    op.drop_table("floor")
